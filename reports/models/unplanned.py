"""งานนอกแผน: work that stands in no plan line, reported beside the plan and never counted in it (4.4)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from plans.models import QUANTITY
from reports.models.monthly import MonthlyReport, ReportVersion


class Unplanned(models.Model):
    """What an officer writes of one such work: on the draft, and kept with each submission."""

    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=300)
    quantity = models.DecimalField(**QUANTITY, null=True)
    counting_unit = models.CharField(max_length=60, blank=True)
    narrative = models.TextField(blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class UnplannedWork(Unplanned):
    """On the draft."""

    report = models.ForeignKey(MonthlyReport, models.CASCADE, related_name="unplanned")

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["report", "order"], name="one_unplanned_work_a_place"),
            models.CheckConstraint(
                condition=Q(quantity=None) | Q(quantity__gte=0), name="unplanned_not_negative"
            ),
        ]


class SubmittedUnplanned(Unplanned):
    """As it was submitted."""

    version = models.ForeignKey(ReportVersion, models.PROTECT, related_name="unplanned")

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["version", "order"], name="one_submitted_unplanned_a_place"),
            models.CheckConstraint(
                condition=Q(quantity=None) | Q(quantity__gte=0), name="submitted_unplanned_not_negative"
            ),
        ]
