"""ปัญหาอุปสรรค: raised any day, with or without a report; solved together, followed until it ends."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from office import access
from office.models import Office, Person, Unit
from plans.models import PlanItem
from reports.enums import ObstacleState, ObstacleStepKind
from reports.models.monthly import MonthlyReport
from reports.querysets import ReachQuerySet


class Obstacle(models.Model):
    """One obstacle, for ever; what happened to it is in its steps."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="obstacles")
    person = models.ForeignKey(Person, models.PROTECT, related_name="obstacles")
    """Who met it."""
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="obstacles")
    item = models.ForeignKey(PlanItem, models.PROTECT, null=True, related_name="obstacles")
    report = models.ForeignKey(MonthlyReport, models.PROTECT, null=True, related_name="obstacles")
    """The report whose line tells of it; None when it was raised by itself."""
    text = models.TextField()
    tried = models.TextField(blank=True)
    """What was done about it so far."""
    help_wanted = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=ObstacleState.choices(), default=ObstacleState.OPEN)
    version = models.PositiveIntegerField(default=1)
    """Counts changes: a form carries the version it was read at."""
    raised_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = ReachQuerySet.as_manager()
    ACCESS = access.Paths(office="office_id", unit="unit_id", owner="person_id")

    class Meta:
        ordering = ["-raised_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "item"], condition=Q(report__isnull=False), name="one_obstacle_a_line"
            ),
            models.CheckConstraint(
                condition=Q(state="SOLVED", ended_at__isnull=False)
                | Q(state="WITHDRAWN", ended_at__isnull=False)
                | Q(state__in=["OPEN", "AGREED"], ended_at=None),
                name="obstacle_ends_with_its_instant",
            ),
        ]
        indexes = [models.Index(fields=["office", "state"], name="obstacles_of_office")]

    def __str__(self) -> str:
        return self.text[:120]


class ObstacleStep(models.Model):
    """One thing that happened to an obstacle; never changed."""

    obstacle = models.ForeignKey(Obstacle, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=ObstacleStepKind.choices())
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.obstacle_id} {self.kind}"
