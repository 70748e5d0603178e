"""Files that show the work: photographs, documents and links of one person's month."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from office import access
from office.models import Office, Person, Unit
from plans.models import PlanItem
from reports.models.monthly import MonthlyReport


def stored_as(evidence: Evidence, name: str) -> str:
    """Under the office and the month, by a name of chance: what the person called it is a column."""
    return f"evidence/{evidence.office_id}/{evidence.report_id}/{name}"


class Evidence(models.Model):
    """One file or link. Never deleted: one taken away stays with the versions that were sent with it.

    Those of a version are the ones added by its submission and not yet removed then.
    """

    office = models.ForeignKey(Office, models.PROTECT, related_name="evidence")
    person = models.ForeignKey(Person, models.PROTECT, related_name="evidence")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="evidence")
    report = models.ForeignKey(MonthlyReport, models.PROTECT, related_name="evidence")
    item = models.ForeignKey(PlanItem, models.PROTECT, null=True, related_name="evidence")
    """None: of the month as a whole, or of work outside the plan."""
    file = models.FileField(upload_to=stored_as, max_length=200, blank=True)
    link = models.URLField(max_length=500, blank=True)
    name = models.CharField(max_length=120)
    """As the person called it, made safe; of a link what it shows."""
    content_type = models.CharField(max_length=100, blank=True)
    """Judged by the content, never by the name."""
    size = models.PositiveIntegerField(default=0)
    """Bytes."""
    sha256 = models.CharField(max_length=64, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    ACCESS = access.Paths(office="office_id", unit="unit_id", owner="person_id")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=(~Q(file="") & Q(link="")) | (Q(file="") & ~Q(link="")),
                name="evidence_is_a_file_or_a_link",
            ),
            models.UniqueConstraint(
                fields=["report", "item", "sha256"],
                condition=Q(removed_at=None) & ~Q(sha256="") & Q(item__isnull=False),
                name="one_evidence_a_line_and_content",
            ),
        ]
        indexes = [models.Index(fields=["report", "item"], name="evidence_of_line")]

    def __str__(self) -> str:
        return self.name
