"""Notices: what a person of the admin unit told an officer, how it was delivered, what was answered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from office import access
from office.models import Office, Person, Unit
from plans.models import ReportingMonth
from reports.models.flags import Flag


class Notice(models.Model):
    """One notice to one officer about one month (4.10). On a submitted report it is the return."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="notices")
    person = models.ForeignKey(Person, models.PROTECT, related_name="notices")
    month = models.ForeignKey(ReportingMonth, models.PROTECT, related_name="notices")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="notices")
    no = models.PositiveSmallIntegerField()
    """ครั้งที่: 1, or 2 with a copy to the unit head."""
    message = models.TextField(blank=True)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    answer_by = models.DateTimeField()
    copied_to = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    answer = models.TextField(blank=True)
    """For MISSING and LATE, which have no line of their own: the answer given on the notice."""
    said_at = models.DateTimeField(null=True)
    """When that answer was given."""
    answered_at = models.DateTimeField(null=True)
    """When nothing that it names waited any more."""
    flags = models.ManyToManyField(Flag, related_name="notices")
    paper = models.JSONField(default=dict)
    """Of the memo, what later changes of people, units and deadlines must not move: unit, agency, to,
    through, due (ISO instant) and signer (name, position)."""
    facts = models.JSONField(default=list)
    """What was told, as it stood then, a row a flag: flag, breach, job_no, name, counting_unit, target,
    result, cps, explanation (figures as text, "" for none) and demand, what is to be put right."""

    ACCESS = access.Paths(office="office_id", unit="unit_id", owner="person_id")

    class Meta:
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "month", "no"], name="one_notice_a_number"),
            models.CheckConstraint(
                condition=Q(answer="") | Q(said_at__isnull=False), name="answer_carries_its_instant"
            ),
        ]

    def __str__(self) -> str:
        return f"บันทึกแจ้งครั้งที่ {self.no} {self.person} {self.month}"


class Delivery(models.Model):
    """One message to one address by one channel: written with the notice, tried until it is sent."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=10, default="EMAIL")
    to = models.CharField(max_length=254, blank=True)
    """Empty when the person has no address: shown as undeliverable."""
    copy = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel", "copy"], name="one_delivery_a_channel")
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.to}"
