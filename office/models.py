"""The office, its people and what the kernel keeps: history, long work, holidays, policy."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from office import access
from office.calendar import ShiftRule
from office.enums import JobState, PersonnelType, Role
from office.queries import MembershipQuerySet, PersonQuerySet


class Office(models.Model):
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200, unique=True)

    ACCESS = access.Paths(office="id")

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    office = models.ForeignKey(Office, models.PROTECT, related_name="units")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    abbreviation = models.CharField(max_length=30, blank=True)
    sort_order = models.PositiveIntegerField(default=0)
    """Order in which units report at the meeting (founding document)."""

    ACCESS = access.Paths(office="office_id", unit="id")

    class Meta:
        ordering = ["office_id", "sort_order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["office", "code"], name="one_unit_code_an_office"),
            models.UniqueConstraint(fields=["office", "name"], name="one_unit_name_an_office"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def short(self) -> str:
        return self.abbreviation or self.name


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> Person:
        found: Person = self.get(code=(username or "").strip().upper())
        return found


class Person(AbstractBaseUser):
    """A member of the staff and, with a password, a user. ``code`` is the sign-in name, in capitals."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="people")
    code = models.CharField(max_length=30, unique=True)
    name_prefix = models.CharField(max_length=30, blank=True)
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    position_title = models.CharField(max_length=200, blank=True)
    position_level = models.CharField(max_length=60, blank=True)
    personnel_type = models.CharField(max_length=12, choices=PersonnelType.choices())
    email = models.EmailField(blank=True)
    reports = models.BooleanField(default=True)
    """False for people who neither plan nor report (จ้างเหมาบริการ)."""
    started_on = models.DateField(null=True, blank=True)
    sort_order = models.PositiveIntegerField(default=0)
    sort_key = models.CharField(max_length=250, blank=True)
    is_active = models.BooleanField(default=True)

    objects = PersonManager()

    USERNAME_FIELD = "code"
    REQUIRED_FIELDS: list[str] = []  # type: ignore[misc]
    ACCESS = access.Paths(
        office="office_id", unit="unit_id_now", owner="id", unit_lookup="memberships__unit_id"
    )

    class Meta:
        ordering = ["office_id", "sort_order", "id"]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.name_prefix}{self.first_name} {self.last_name}".strip()

    @property
    def position(self) -> str:
        """Title with level as printed: after the line of work, inside its brackets for a unit's head.

        Government employees have no level, and that of an executive post isn't written after it.
        """
        return position_text(self.position_title, self.position_level)


def position_text(title: str, level: str) -> str:
    """See ``Person.position``."""
    level = level.strip()
    if level in ("", "-") or level.startswith(("อำนวยการ", "บริหาร")):
        return title
    if title.endswith(")"):
        return f"{title[:-1]}{level})"
    return f"{title} {level}" if " " in level else f"{title}{level}"


class Membership(models.Model):
    """A dated role in a unit. The OFFICER row says which unit the person serves in."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices())
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    """The last day it holds; empty while it lasts."""

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "unit", "role", "starts_on"], name="one_membership_a_role_and_start"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="membership_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.unit_id}"

    def covers(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


class Holiday(models.Model):
    office = models.ForeignKey(Office, models.CASCADE, related_name="holidays")
    day = models.DateField()
    name = models.CharField(max_length=200)
    source = models.CharField(max_length=200)
    confirmed = models.BooleanField(default=False)

    ACCESS = access.Paths(office="office_id")

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["office", "day"], name="one_holiday_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class Policy(models.Model):
    """What an office sets for itself (DESIGN 4.6, 4.7, 4.10); a change touches months not yet closed."""

    office = models.OneToOneField(Office, models.CASCADE, related_name="policy")
    due_time = models.TimeField(default=time(16, 30))
    grace_days = models.PositiveSmallIntegerField(default=0)
    lock_day = models.PositiveSmallIntegerField(default=5)
    shift_rule = models.CharField(
        max_length=10,
        default=ShiftRule.PREVIOUS,
        choices=[(ShiftRule.PREVIOUS.value, "วันทำการก่อนหน้า"), (ShiftRule.NEXT.value, "วันทำการถัดไป")],
    )
    off_plan_margin = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))
    """Percent of the target by which a result may fall short before it is off plan."""
    answer_days = models.PositiveSmallIntegerField(default=3)
    second_answer_days = models.PositiveSmallIntegerField(default=2)

    ACCESS = access.Paths(office="office_id")

    def __str__(self) -> str:
        return f"policy of {self.office_id}"


class AuditEvent(models.Model):
    """One line of history. Rows are written by office.audit only; triggers refuse UPDATE and DELETE."""

    office_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    verb = models.CharField(max_length=40)
    actor_id = models.BigIntegerField(null=True)
    actor_text = models.CharField(max_length=200)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    subject_text = models.CharField(max_length=300)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="audit_of_subject"),
            models.Index(fields=["office_id", "-id"], name="audit_of_office"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_text} {self.verb} {self.subject_text}"


class Job(models.Model):
    """Long work that people can watch: claimed by a conditional UPDATE, resumed after a crash."""

    office = models.ForeignKey(Office, models.CASCADE, null=True, related_name="jobs")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    params = models.JSONField(default=dict)
    asked_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=JobState.choices(), default=JobState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    doing = models.CharField(max_length=200, blank=True)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    file = models.FileField(upload_to="jobs/", blank=True)
    file_name = models.CharField(max_length=200, blank=True)

    ACCESS = access.Paths(office="office_id", owner="asked_by_id")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=Q(state__in=["QUEUED", "RUNNING"]),
                name="one_open_job_a_kind_and_key",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.state}"

    @property
    def over(self) -> bool:
        return self.state in (JobState.DONE, JobState.FAILED)


class Notification(models.Model):
    """A message to one person inside the application."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="notifications")
    key = models.CharField(max_length=200)
    """Makes a message unique: sending it again does nothing."""
    text = models.CharField(max_length=500)
    url = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="one_notification_a_key")]

    def __str__(self) -> str:
        return self.text
