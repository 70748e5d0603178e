"""What the field system (CPS) says was done: files, newest first, and how the office reads them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from office import access
from office.models import Office, Person
from plans.models import QUANTITY, PlanItem, ReportingMonth
from reports.enums import AliasKind

TEXT = 300
"""The longest name of a person, a job, a place or a sheet that is kept; what is longer is cut."""


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
    """Counted through all sheets: the file's order."""
    sheet = models.CharField(max_length=TEXT, blank=True)
    sheet_row = models.PositiveIntegerField()
    """As Excel numbers it in its sheet."""
    worked_on = models.DateField(null=True)
    person_code = models.CharField(max_length=TEXT, blank=True)
    """As the file writes it: the code, or the name where it has none."""
    job_no = models.CharField(max_length=TEXT, blank=True)
    place = models.CharField(max_length=TEXT, blank=True)
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


class CpsMapping(models.Model):
    """Which column is what, as somebody has said of sheets with these headings; it goes before the words."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="cps_mappings")
    signature = models.CharField(max_length=64)
    """Of the headings: sheets with the same ones are read alike."""
    headings = models.JSONField()
    """Their texts as they stood, from the left."""
    columns = models.JSONField()
    """Field → its place among ``headings``."""
    sheet = models.CharField(max_length=200)
    """Where they were pointed out: this sheet goes first where several have the headings."""
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    ACCESS = access.Paths(office="office_id")

    class Meta:
        ordering = ["-saved_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["office", "signature"], name="one_cps_mapping_of_headings")
        ]

    def __str__(self) -> str:
        return f"คอลัมน์ของไฟล์ CPS {' · '.join(self.headings)}"[:TEXT]


class CpsAlias(models.Model):
    """Whom or which job a text of CPS files means, as somebody has said; exact codes and names go before it.

    A job is kept by its number, so that it is the job of that number in every year's plan.
    """

    office = models.ForeignKey(Office, models.PROTECT, related_name="cps_aliases")
    kind = models.CharField(max_length=6, choices=AliasKind.choices())
    text = models.CharField(max_length=TEXT)
    """The key that texts are compared by."""
    written = models.CharField(max_length=TEXT)
    """The text as the file wrote it."""
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="cps_aliases")
    job_no = models.CharField(max_length=40, blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    ACCESS = access.Paths(office="office_id")

    class Meta:
        ordering = ["kind", "text"]
        constraints = [
            models.UniqueConstraint(fields=["office", "kind", "text"], name="one_cps_alias_a_text"),
            models.CheckConstraint(
                condition=Q(kind=AliasKind.PERSON.value, person__isnull=False, job_no="")
                | (Q(kind=AliasKind.JOB.value, person=None) & ~Q(job_no="")),
                name="cps_alias_means_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{AliasKind(self.kind).label} “{self.written}” ใน CPS"[:TEXT]
