"""Breaches as cases."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from office import access
from office.models import Office, Person, Unit
from plans.models import PlanItem, ReportingMonth
from reports.enums import Breach, FlagState
from reports.querysets import FlagQuerySet


class Flag(models.Model):
    """A breach of one person-month (and line): one row for ever (4.9)."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="flags")
    person = models.ForeignKey(Person, models.PROTECT, related_name="flags")
    month = models.ForeignKey(ReportingMonth, models.PROTECT, related_name="flags")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="flags")
    breach = models.CharField(max_length=14, choices=Breach.choices())
    item = models.ForeignKey(PlanItem, models.PROTECT, null=True, related_name="flags")
    state = models.CharField(max_length=10, choices=FlagState.choices(), default=FlagState.OPEN)
    basis = models.JSONField(default=dict)
    """The facts it stands on: result, target, explanation, cps. A decided flag re-opens when they change.

    Of a CLEARED one the explanation is what was said when it was put right."""
    true_since = models.DateTimeField()
    noticed_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    """Who closed or excused it."""
    decided_reason = models.TextField(blank=True)
    decided_state = models.CharField(max_length=10, choices=FlagState.choices(), blank=True)
    """CLOSED or EXCUSED, of a flag cleared since: so it is again when the same facts are true again."""

    objects = FlagQuerySet.as_manager()
    ACCESS = access.Paths(office="office_id", unit="unit_id", owner="person_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "month", "breach", "item"],
                condition=Q(item__isnull=False),
                name="one_flag_a_line",
            ),
            models.UniqueConstraint(
                fields=["person", "month", "breach"], condition=Q(item=None), name="one_flag_a_month"
            ),
        ]
        indexes = [models.Index(fields=["month", "person"], name="flags_of_month")]

    def __str__(self) -> str:
        return f"{Breach(self.breach).label} {self.person} {self.month}"
