"""A month of an office with all that is known of one person in it, in one query."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import DateField, Exists, FilteredRelation, JSONField, OuterRef, Q, Subquery

from office.calendar import Month
from office.in_json import Row, instant
from office.prepared import Given, Prepared
from plans.models import ReportingMonth
from reports.models import CpsFile, ExpectedReport, MonthComment, Notice
from reports.queries.evidence import evidence_of, pieces_in
from reports.queries.flags import flags_of
from reports.queries.trail import decided_on, opened_for, sent_as, unlock_in


def find_month(office_id: int, month: Month, person_id: int) -> ReportingMonth | None:
    """With its office, policy and plan, and what is known of this person.

    ``mine``, their report with its last version, None before it is begun; ``waived``; ``commented``;
    ``unlocked_until`` and ``unlocked_reason`` of the unlock that wasn't revoked, None and "" without one;
    ``told_pk``, ``told_no``, ``told_at``, ``told_until`` and ``told_answered`` of their newest notice, None
    without one; ``evidence``, all they ever attached; ``their_flags``, for ``standing_flags`` and
    ``line_flags``; ``sent``, ``decided`` and ``opened``, for ``trail_in``. ``cps_file`` is the newest of the
    month.
    """
    wanted = next(iter(_MONTH(office=office_id, first=month.first, person=person_id)), None)
    if wanted is not None:
        wanted.evidence = pieces_in(wanted.evidence)
        _unfold(wanted, wanted.told or [None] * 5)
        wanted.unlocked_until, wanted.unlocked_reason = unlock_in(wanted)
    return wanted


def _month() -> Any:
    months: Any = ReportingMonth.objects
    person, this = Given("person"), OuterRef("pk")
    mine = FilteredRelation("reports", condition=Q(reports__person=person))
    waivers = ExpectedReport.objects.filter(month=this, person=person).exclude(waiver="")
    told = Notice.objects.filter(month=this, person=person).order_by("-no")
    newest = told.annotate(row=Row("pk", "no", "sent_at", "answer_by", "answered_at")).values("row")[:1]
    of_report = {"report__month": this, "report__person": person}
    return (
        months.annotate(mine=mine)
        .select_related("office__policy", "fiscal_year__plan", "mine__last_version")
        .annotate(
            waived=Exists(waivers),
            commented=Exists(MonthComment.objects.filter(month=this, person=person)),
            opened=opened_for(month=this, person=person),
            told=Subquery(newest, output_field=JSONField()),
            evidence=evidence_of(**of_report),
            their_flags=flags_of(month=this, person=person),
            sent=sent_as(**of_report),
            decided=decided_on(**of_report),
            cps_file=Subquery(CpsFile.objects.filter(month=this).order_by("-no").values("pk")[:1]),
        )
        .filter(office=Given("office"), first=Given("first", DateField()))
    )


_MONTH = Prepared(_month)


def _unfold(month: Any, told: Sequence[Any]) -> None:
    """What was told, as attributes: one subquery costs a fifth of five."""
    month.told_pk, month.told_no, *instants = told
    month.told_at, month.told_until, month.told_answered = (each and instant(each) for each in instants)


def kept_open(month: ReportingMonth) -> datetime | None:
    """Of a month from ``find_month``: until when a notice or an unlock keeps it open for its person."""
    until = (getattr(month, "told_until", None), getattr(month, "unlocked_until", None))
    return max(filter(None, until), default=None)
