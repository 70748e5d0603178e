"""The Action Plan, its months, and each person's share of each month."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from office import access
from office.calendar import Month
from office.models import Office, Person, Unit
from plans.enums import Aggregation, Dimension, Direction, GroupLevel, PlanState
from plans.queries import ItemQuerySet, MonthlyShareQuerySet, ReportingMonthQuerySet

QUANTITY: dict[str, Any] = {"max_digits": 14, "decimal_places": 2}


class FiscalYear(models.Model):
    office = models.ForeignKey(Office, models.PROTECT, related_name="fiscal_years")
    year = models.PositiveSmallIntegerField()
    """พ.ศ., e.g. 2570 for 1 Oct 2026 to 30 Sep 2027."""

    ACCESS = access.Paths(office="office_id")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "year"], name="one_fiscal_year_an_office")]

    def __str__(self) -> str:
        return f"ปีงบประมาณ พ.ศ. {self.year}"


class ReportingMonth(models.Model):
    """One month of an office: when its reports are due, when it locks, whether it is closed (4.6, 4.12)."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="months")
    fiscal_year = models.ForeignKey(FiscalYear, models.PROTECT, related_name="months")
    first = models.DateField()
    """First day of the month."""
    due_on = models.DateField()
    """The day of the month-end meeting."""
    due_at = models.DateTimeField()
    grace_end = models.DateTimeField()
    lock_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    checked_as_of = models.DateTimeField(null=True)
    """The instant of the last stored compliance check."""
    checked_at = models.DateTimeField(null=True)
    registered_at = models.DateTimeField(null=True)
    """When the register of expected reports was written: the first scan after the deadline (4.5)."""

    objects = ReportingMonthQuerySet.as_manager()
    ACCESS = access.Paths(office="office_id")

    class Meta:
        ordering = ["first"]
        constraints = [models.UniqueConstraint(fields=["office", "first"], name="one_reporting_month")]

    def __str__(self) -> str:
        return self.month.label

    @property
    def month(self) -> Month:
        return Month.of(self.first)


class ActionPlan(models.Model):
    office = models.ForeignKey(Office, models.PROTECT, related_name="plans")
    fiscal_year = models.OneToOneField(FiscalYear, models.PROTECT, related_name="plan")
    instalment = models.PositiveSmallIntegerField(default=1)
    """แผนปฏิบัติงานครั้งที่."""
    state = models.CharField(max_length=14, choices=PlanState.choices(), default=PlanState.DRAFT)
    fingerprint = models.CharField(max_length=64, blank=True)
    """Of the parsed content: the same file again changes nothing."""
    approved_at = models.DateTimeField(null=True)
    approved_on = models.DateField(null=True)
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    """Empty when the approval stands for a decision on paper, taken in by a command."""
    version = models.PositiveIntegerField(default=1)

    ACCESS = access.Paths(office="office_id")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_on=None)
                | Q(approved_at__isnull=False, approved_on__isnull=False),
                name="plan_approval_goes_together",
            )
        ]

    def __str__(self) -> str:
        return f"แผนปฏิบัติงาน {self.fiscal_year}"


class PlanGroup(models.Model):
    """A heading of the plan's tree: แผนงาน, ผลผลิต/โครงการ, กิจกรรมหลัก."""

    plan = models.ForeignKey(ActionPlan, models.CASCADE, related_name="groups")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    level = models.CharField(max_length=10, choices=GroupLevel.choices())
    name = models.CharField(max_length=500)
    sort_order = models.PositiveIntegerField()

    class Meta:
        ordering = ["sort_order"]
        constraints = [models.UniqueConstraint(fields=["plan", "sort_order"], name="one_group_a_place")]

    def __str__(self) -> str:
        return self.name


class PlanItem(models.Model):
    """งานที่ดำเนินการ: a reportable line of the plan, e.g. สสจ. 17."""

    plan = models.ForeignKey(ActionPlan, models.CASCADE, related_name="items")
    group = models.ForeignKey(PlanGroup, models.PROTECT, null=True, related_name="items")
    job_no = models.CharField(max_length=40)
    name = models.CharField(max_length=500)
    dimension = models.CharField(max_length=20, choices=Dimension.choices(), blank=True)
    counting_unit = models.CharField(max_length=60)
    aggregation = models.CharField(max_length=8, choices=Aggregation.choices())
    direction = models.CharField(max_length=6, choices=Direction.choices(), default=Direction.MORE)
    annual_target = models.DecimalField(**QUANTITY)
    budget = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    cps_tracked = models.BooleanField(null=True)
    """Whether results are held against CPS; with nothing said, in months whose file names the job (4.7)."""
    owner_text = models.CharField(max_length=300, blank=True)
    note = models.TextField(blank=True)
    units = models.ManyToManyField(Unit, related_name="plan_items")
    sort_order = models.PositiveIntegerField()

    objects = ItemQuerySet.as_manager()
    ACCESS = access.Paths(office="plan__office_id")

    class Meta:
        ordering = ["sort_order"]
        constraints = [models.UniqueConstraint(fields=["plan", "job_no"], name="one_item_a_job_no")]

    def __str__(self) -> str:
        return f"{self.job_no} {self.name}"


class CpsTracking(models.Model):
    """What was said of an item's ``cps_tracked`` until an instant: a closed month goes by what held then."""

    item = models.ForeignKey(PlanItem, models.CASCADE, related_name="cps_trackings")
    tracked = models.BooleanField(null=True)
    until = models.DateTimeField()

    class Meta:
        ordering = ["until", "pk"]

    def __str__(self) -> str:
        return f"{self.item_id} {self.tracked} {self.until}"


class MonthlyTarget(models.Model):
    """What the whole office plans for an item in a month; no row means no target ("-")."""

    item = models.ForeignKey(PlanItem, models.CASCADE, related_name="targets")
    month = models.ForeignKey(ReportingMonth, models.PROTECT, related_name="targets")
    quantity = models.DecimalField(**QUANTITY)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "month"], name="one_target_a_month"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="target_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.month_id} {self.quantity}"


class Share(models.Model):
    """A person's part in an item for the year."""

    item = models.ForeignKey(PlanItem, models.CASCADE, related_name="shares")
    person = models.ForeignKey(Person, models.PROTECT, related_name="shares")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "person"], name="one_share_a_person")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.person_id}"


class MonthlyShare(models.Model):
    """A person's target for an item in a month; no row means blank: no report is expected for it (4.5).

    ``item`` and ``person`` repeat those of the share: a month's lines are read with one join less.
    """

    share = models.ForeignKey(Share, models.CASCADE, related_name="months")
    item = models.ForeignKey(PlanItem, models.CASCADE, related_name="monthly_shares")
    person = models.ForeignKey(Person, models.PROTECT, related_name="monthly_shares")
    month = models.ForeignKey(ReportingMonth, models.PROTECT, related_name="shares")
    quantity = models.DecimalField(**QUANTITY)

    objects = MonthlyShareQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["share", "month"], name="one_share_a_month"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="share_not_negative"),
        ]
        indexes = [models.Index(fields=["month", "person"], name="shares_of_month")]

    def __str__(self) -> str:
        return f"{self.share_id} {self.month_id} {self.quantity}"
