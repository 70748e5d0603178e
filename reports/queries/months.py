"""A month of an office with all that is known of one person in it, in one query."""

from __future__ import annotations

from typing import Any

from django.db.models import DateField, Exists, FilteredRelation, OuterRef, Q, Subquery

from office.calendar import Month
from office.prepared import Given, Prepared
from plans.models import ReportingMonth
from reports.models import CpsFile, ExpectedReport, MonthComment
from reports.queries.evidence import evidence_of, pieces_in
from reports.queries.flags import flags_of
from reports.queries.trail import decided_on, newest_told, opened_for, sent_as, told_to, unlock_in


def find_month(office_id: int, month: Month, person_id: int) -> ReportingMonth | None:
    """With its office, policy and plan, and what is known of this person.

    ``mine``, their report with its last version, None before it is begun; ``waived``; ``commented``;
    ``unlocked_until`` and ``unlocked_reason`` of the unlock that wasn't revoked, None and "" without one;
    ``told_pk``, ``told_no``, ``told_at``, ``told_until`` and ``told_answered`` of their newest notice, None
    without one; ``evidence``, all they ever attached; ``their_flags``, for ``standing_flags`` and
    ``line_flags``; ``sent``, ``decided``, ``told`` and ``opened``, for ``trail_in``. ``cps_file`` is the
    newest of the month.
    """
    wanted = next(iter(_MONTH(office=office_id, first=month.first, person=person_id)), None)
    if wanted is not None:
        wanted.evidence = pieces_in(wanted.evidence)
        wanted.told_pk, wanted.told_no, *instants = newest_told(wanted)
        wanted.told_at, wanted.told_until, wanted.told_answered = instants
        wanted.unlocked_until, wanted.unlocked_reason = unlock_in(wanted)
    return wanted


def _month() -> Any:
    months: Any = ReportingMonth.objects
    person, this = Given("person"), OuterRef("pk")
    mine = FilteredRelation("reports", condition=Q(reports__person=person))
    waivers = ExpectedReport.objects.filter(month=this, person=person).exclude(waiver="")
    of_report = {"report__month": this, "report__person": person}
    return (
        months.annotate(mine=mine)
        .select_related("office__policy", "fiscal_year__plan", "mine__last_version")
        .annotate(
            waived=Exists(waivers),
            commented=Exists(MonthComment.objects.filter(month=this, person=person)),
            opened=opened_for(month=this, person=person),
            told=told_to(month=this, person=person),
            evidence=evidence_of(**of_report),
            their_flags=flags_of(month=this, person=person),
            sent=sent_as(**of_report),
            decided=decided_on(**of_report),
            cps_file=Subquery(CpsFile.objects.filter(month=this).order_by("-no").values("pk")[:1]),
        )
        .filter(office=Given("office"), first=Given("first", DateField()))
    )


_MONTH = Prepared(_month)
