"""The two series of monthly meetings."""

from __future__ import annotations

from django.db import models

from office import access
from office.calendar import Series
from office.models import Office, Person
from plans.models import FiscalYear, ReportingMonth


class Meeting(models.Model):
    """วันที่ 15 (MID) follows up, วันสิ้นเดือน (END) sums up and is the day the month's reports are due."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="meetings")
    fiscal_year = models.ForeignKey(FiscalYear, models.PROTECT, related_name="meetings")
    month = models.ForeignKey(ReportingMonth, models.PROTECT, related_name="meetings")
    series = models.CharField(
        max_length=4,
        choices=[(Series.MID.value, "ติดตามงานและแก้ไขปัญหา"), (Series.END.value, "สรุปผลการปฏิบัติงานประจำเดือน")],
    )
    nominal_on = models.DateField()
    held_on = models.DateField()
    shifted_because = models.CharField(max_length=300, blank=True)
    """The holiday or weekend that moved it by rule."""
    moved_reason = models.CharField(max_length=300, blank=True)
    """Why a person moved it; empty while the rule's day stands."""
    moved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    moved_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    ACCESS = access.Paths(office="office_id")

    class Meta:
        ordering = ["nominal_on"]
        constraints = [
            models.UniqueConstraint(fields=["month", "series"], name="one_meeting_a_series_and_month")
        ]

    def __str__(self) -> str:
        return f"การประชุม{self.get_series_display()} {self.month}"
