"""What the year came to, told to each person at the end of the plan."""

from __future__ import annotations

from django.db import models

from office import access
from office.models import Office, Person, Unit
from plans.models import FiscalYear


class YearNotice(models.Model):
    """One notice to one person at the end of a plan: every item met or not met, as it stood then.

    ``rows``, one an item: job_no, name, counting_unit, target, result, percent (figures as text, "" for
    none) and met ("yes", "no", or "" when it can't be said). Its first reading by the person is kept.
    """

    office = models.ForeignKey(Office, models.PROTECT, related_name="year_notices")
    person = models.ForeignKey(Person, models.PROTECT, related_name="year_notices")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="year_notices")
    fiscal_year = models.ForeignKey(FiscalYear, models.PROTECT, related_name="year_notices")
    rows = models.JSONField(default=list)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    ACCESS = access.Paths(office="office_id", unit="unit_id", owner="person_id")

    class Meta:
        ordering = ["-fiscal_year", "person__sort_order"]
        constraints = [
            models.UniqueConstraint(fields=["person", "fiscal_year"], name="one_notice_a_person_and_year")
        ]

    def __str__(self) -> str:
        return f"ผลการปฏิบัติงาน {self.fiscal_year} ของ {self.person}"
