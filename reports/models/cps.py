"""What the field system (CPS) says was done: files, newest first, and their rows."""

from __future__ import annotations

from django.db import models

from office import access
from office.models import Office, Person
from plans.models import QUANTITY, PlanItem, ReportingMonth


class CpsFile(models.Model):
    """One file of one month. The one with the highest ``no`` is in force, the others are history."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="cps_files")
    month = models.ForeignKey(ReportingMonth, models.PROTECT, related_name="cps_files")
    no = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    """Of the content: the same file again changes nothing."""
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    ACCESS = access.Paths(office="office_id")

    class Meta:
        ordering = ["month", "-no"]
        constraints = [models.UniqueConstraint(fields=["month", "no"], name="one_cps_file_a_number")]

    def __str__(self) -> str:
        return f"CPS {self.month} ครั้งที่ {self.no}"


class CpsRecord(models.Model):
    """One row as it stands in the file; counted when both ``person`` and ``item`` were recognised."""

    file = models.ForeignKey(CpsFile, models.CASCADE, related_name="records")
    row = models.PositiveIntegerField()
    worked_on = models.DateField(null=True)
    person_code = models.CharField(max_length=60, blank=True)
    job_no = models.CharField(max_length=60, blank=True)
    place = models.CharField(max_length=300, blank=True)
    quantity = models.DecimalField(**QUANTITY)
    counting_unit = models.CharField(max_length=60, blank=True)
    recorded_on = models.DateField(null=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="cps_records")
    item = models.ForeignKey(PlanItem, models.PROTECT, null=True, related_name="cps_records")

    class Meta:
        ordering = ["row"]
        constraints = [models.UniqueConstraint(fields=["file", "row"], name="one_cps_record_a_row")]

    def __str__(self) -> str:
        return f"{self.file_id} {self.row} {self.person_code} {self.job_no} {self.quantity}"
