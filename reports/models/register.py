"""The register of who owes a report, with its waivers and its unlocks."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from office import access
from office.models import Office, Person, Unit
from plans.models import ReportingMonth
from reports.enums import WaiverKind
from reports.querysets import ExpectedReportQuerySet, UnlockQuerySet


class ExpectedReport(models.Model):
    """The register (4.5): one row a person and month, written by the first scan after the deadline.

    A waiver may be given before; then the row is written with it.
    """

    office = models.ForeignKey(Office, models.PROTECT, related_name="expected_reports")
    person = models.ForeignKey(Person, models.PROTECT, related_name="expected_reports")
    month = models.ForeignKey(ReportingMonth, models.PROTECT, related_name="expected_reports")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="expected_reports")
    due_at = models.DateTimeField()
    waiver = models.CharField(max_length=10, choices=WaiverKind.choices(), blank=True)
    waived_reason = models.CharField(max_length=300, blank=True)
    waived_at = models.DateTimeField(null=True)
    waived_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = ExpectedReportQuerySet.as_manager()
    ACCESS = access.Paths(office="office_id", unit="unit_id", owner="person_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "month"], name="one_expected_report"),
            models.CheckConstraint(
                condition=Q(waiver="", waived_at=None) | (~Q(waiver="") & Q(waived_at__isnull=False)),
                name="waiver_goes_together",
            ),
        ]
        indexes = [models.Index(fields=["month", "unit"], name="expected_of_month")]

    def __str__(self) -> str:
        return f"{self.person} {self.month}"


class Unlock(models.Model):
    """A reasoned, dated opening of one person-month past its lock (4.6); it shuts itself at ``until``."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="unlocks")
    person = models.ForeignKey(Person, models.PROTECT, related_name="unlocks")
    month = models.ForeignKey(ReportingMonth, models.PROTECT, related_name="unlocks")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="unlocks")
    """The person's unit on the day it was made."""
    reason = models.TextField()
    until = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = UnlockQuerySet.as_manager()
    ACCESS = access.Paths(office="office_id", unit="unit_id", owner="person_id")

    class Meta:
        ordering = ["-until", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="unlock_has_a_reason"),
            models.CheckConstraint(condition=Q(until__gt=F("made_at")), name="unlock_ends_after_it_began"),
        ]
        indexes = [models.Index(fields=["month", "person"], name="unlocks_of_month")]

    def __str__(self) -> str:
        return f"เปิดแก้ไขเดือน{self.month} ของ {self.person}"
