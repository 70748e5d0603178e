"""The monthly report, its draft lines, its versions as submitted, and what was decided on them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from office import access
from office.models import Office, Person, Unit
from plans.models import QUANTITY, PlanItem, ReportingMonth
from reports.enums import AnswerKind, ReasonCategory, ReportState, SelfRating
from reports.querysets import ReportQuerySet


class Whole(models.Model):
    """What is said of the month as a whole: on the draft, and kept with each submission."""

    self_rating = models.CharField(max_length=1, choices=SelfRating.choices(), blank=True)
    lesson = models.TextField(blank=True)
    """What the officer learned this month."""
    works = models.JSONField(default=list)
    """งานนอกแผน, never counted in the plan (4.4), a row each: name, quantity (text, "" for none),
    counting_unit, narrative. Always read and written as a whole."""

    class Meta:
        abstract = True


class MonthlyReport(Whole):
    """One person's report of one month. ``version`` guards against lost updates."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="reports")
    person = models.ForeignKey(Person, models.PROTECT, related_name="monthly_reports")
    month = models.ForeignKey(ReportingMonth, models.PROTECT, related_name="reports")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reports")
    state = models.CharField(max_length=10, choices=ReportState.choices(), default=ReportState.DRAFT)
    version = models.PositiveIntegerField(default=0)
    """Counts saves: a form carries the version it was read at."""
    submissions = models.PositiveSmallIntegerField(default=0)
    first_submitted_at = models.DateTimeField(null=True)
    first_deadline = models.DateTimeField(null=True)
    """Due + grace in force at the first submission: a later move can only help (4.6)."""
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reopened_until = models.DateTimeField(null=True)
    """Answer-by of the last return: opens this person-month even past the lock."""
    saved_at = models.DateTimeField(null=True)
    confirmed = models.JSONField(default=dict)
    """Plan item id (as text) → the figure, as text, of which a warning asked and was told "it is right"."""
    last_version = models.OneToOneField("ReportVersion", models.PROTECT, null=True, related_name="last_of")
    """What was last submitted: the figures that count."""

    objects = ReportQuerySet.as_manager()
    ACCESS = access.Paths(office="office_id", unit="unit_id", owner="person_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "month"], name="one_report_a_person_and_month"),
            models.CheckConstraint(
                condition=Q(first_submitted_at=None, first_deadline=None, submitted_at=None, submissions=0)
                | Q(
                    first_submitted_at__isnull=False,
                    first_deadline__isnull=False,
                    submitted_at__gte=F("first_submitted_at"),
                    submissions__gte=1,
                ),
                name="submission_facts_go_together",
            ),
        ]
        indexes = [models.Index(fields=["month", "unit"], name="reports_of_month")]

    def __str__(self) -> str:
        return f"รายงานเดือน{self.month} ของ{self.person}"


class Answer(models.Model):
    """What an officer writes for one plan item: on the draft, and kept with each submission."""

    kind = models.CharField(max_length=14, choices=AnswerKind.choices(), blank=True, default=AnswerKind.NONE)
    quantity = models.DecimalField(**QUANTITY, null=True)
    narrative = models.TextField(blank=True)
    reason_category = models.CharField(max_length=12, choices=ReasonCategory.choices(), blank=True)
    explanation = models.TextField(blank=True)
    obstacle = models.TextField(blank=True)
    solution = models.TextField(blank=True)
    unavailable_reason = models.TextField(blank=True)
    """Why there is no figure (kind NOT_AVAILABLE), or why the line is left unanswered at submission."""
    help_wanted = models.TextField(blank=True)
    """What help the officer asks for with the obstacle."""

    TEXTS = (
        "narrative",
        "reason_category",
        "explanation",
        "obstacle",
        "solution",
        "unavailable_reason",
        "help_wanted",
    )
    FIELDS = ("kind", "quantity", *TEXTS)

    class Meta:
        abstract = True


class ReportLine(Answer):
    """The draft's answer to one plan item. A row exists once something has been written for it."""

    report = models.ForeignKey(MonthlyReport, models.CASCADE, related_name="lines")
    item = models.ForeignKey(PlanItem, models.PROTECT, related_name="report_lines")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "item"], name="one_line_an_item"),
            models.CheckConstraint(
                condition=Q(kind="VALUE", quantity__gte=0) | (~Q(kind="VALUE") & Q(quantity=None)),
                name="quantity_goes_with_value",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.item_id} {self.kind} {self.quantity}"


class ReportVersion(Whole):
    """What was submitted, each time; never changed afterwards."""

    report = models.ForeignKey(MonthlyReport, models.PROTECT, related_name="versions")
    no = models.PositiveSmallIntegerField()
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    """Empty when a file was taken in by the system."""
    confirmed = models.JSONField(default=list)
    """Warnings that asked and were answered "it is right", a row each: item, job_no, asked."""

    class Meta:
        ordering = ["no"]
        constraints = [models.UniqueConstraint(fields=["report", "no"], name="one_version_a_number")]

    def __str__(self) -> str:
        return f"{self.report} ฉบับที่ {self.no}"


class SubmittedLine(Answer):
    """A line as it was submitted. Figures everywhere are those of each report's last version."""

    version = models.ForeignKey(ReportVersion, models.PROTECT, related_name="lines")
    item = models.ForeignKey(PlanItem, models.PROTECT, related_name="submitted_lines")
    target = models.DecimalField(**QUANTITY, null=True)
    """The share at that moment; empty when the work was unplanned."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "item"], name="one_submitted_line_an_item"),
            models.CheckConstraint(
                condition=Q(kind="VALUE", quantity__gte=0) | (~Q(kind="VALUE") & Q(quantity=None)),
                name="submitted_quantity_with_value",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.item_id} {self.kind} {self.quantity}"


class Review(models.Model):
    """A reviewer's decision on one submission, with the comment; all are kept."""

    report = models.ForeignKey(MonthlyReport, models.PROTECT, related_name="reviews")
    version_no = models.PositiveSmallIntegerField()
    accepted = models.BooleanField()
    comment = models.TextField(blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    answer_by = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(accepted=True) | ~Q(comment=""), name="return_needs_comment")
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {'accepted' if self.accepted else 'returned'}"
