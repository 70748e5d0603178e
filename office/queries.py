"""Reads of the office: who serves where on a day, holidays, policy."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Prefetch, Q

from office.enums import Role
from office.prepared import Given

if TYPE_CHECKING:
    from office.models import Office, Policy


class MembershipQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def on(self, day: date | Given) -> MembershipQuerySet:
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)

    def serving(self, day: date) -> MembershipQuerySet:
        """The rows that say which unit each person serves in on ``day``."""
        return self.on(day).filter(role=Role.OFFICER)


class PersonQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def serving_on(self, day: date) -> PersonQuerySet:
        serving = apps.get_model("office", "Membership").objects.serving(day).values("person_id")
        return self.filter(pk__in=serving)

    def with_roles_on(self, day: date) -> PersonQuerySet:
        """Prefetch the memberships that hold on ``day`` as ``roles_now``."""
        rows = apps.get_model("office", "Membership").objects.on(day).select_related("unit").order_by("id")
        return self.prefetch_related(Prefetch("memberships", queryset=rows, to_attr="roles_now"))


def holidays_of(office: Office) -> frozenset[date]:
    return frozenset(office.holidays.values_list("day", flat=True))


def policy_of(office: Office) -> Policy:
    from office.models import Policy

    found = Policy.objects.filter(office=office).first()
    return found if found is not None else Policy(office=office)


def unit_ids_on(office: Office, day: date) -> dict[int, int]:
    """Person id → id of the unit served in on ``day``; people not serving are absent."""
    rows = (
        apps.get_model("office", "Membership")
        .objects.serving(day)
        .filter(person__office=office)
        .order_by("id")
    )
    return dict(rows.values_list("person_id", "unit_id"))


POLICY_FIELDS = (
    "due_time",
    "grace_days",
    "lock_day",
    "shift_rule",
    "off_plan_margin",
    "answer_days",
    "second_answer_days",
)


def policy_stamp(policy: Policy) -> str:
    """What a form carries to tell whether the policy is still the one that it showed."""
    values = {name: getattr(policy, name) for name in POLICY_FIELDS}
    values["off_plan_margin"] = f"{values['off_plan_margin']:.2f}"
    return "|".join(str(value) for value in values.values())
