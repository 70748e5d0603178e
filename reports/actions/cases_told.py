"""Whose case was decided is told in the application: one message for all that came before it was read."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from office.models import Notification
from reports.actions.telling import tell
from reports.enums import Breach, FlagState
from reports.models import Flag

LONGEST = 250
"""Letters of a reason in a message."""
_WORDS = {FlagState.CLOSED: "ปิดเรื่อง", FlagState.EXCUSED: "ผ่อนผันเรื่อง"}


def tell_decided(flag: Flag, *, now: datetime) -> None:
    """Of a case just closed or excused; call it in the decision's transaction.

    An unread message of the same decision gives way to this one, which counts its cases too: as a new row,
    so that a page opened before can't mark it as read.
    """
    state = FlagState(flag.state)
    kind = f"cases-{state.lower()}"
    rows = Notification.objects.select_for_update().filter(person=flag.person_id, read_at=None)
    unread = list(rows.filter(key__startswith=f"{kind}:"))
    since = min([now, *(datetime.fromisoformat(each.key.split("|")[1]) for each in unread)])
    Notification.objects.filter(pk__in=[each.pk for each in unread]).delete()
    decided = Flag.objects.filter(person=flag.person_id, state=state, decided_at__gte=since)
    text, url = _said(flag, state, decided)
    tell([flag.person_id], key=f"{kind}:{flag.pk}|{since.isoformat()}", text=text, url=url, now=now)


def _said(flag: Flag, state: FlagState, decided: QuerySet[Flag]) -> tuple[str, str]:
    word, months = _WORDS[state], set(decided.values_list("month", flat=True))
    count = decided.count()
    if count == 1:
        job = f" {flag.item.job_no}" if flag.item else ""
        what = f"{word}แล้ว: {Breach(flag.breach).label}{job} เดือน{flag.month}"
        return f"{what}{_why(flag)}", reverse("case", args=[flag.pk])
    only = f"&month={flag.month.month}" if len(months) == 1 else ""
    of_month = f" เดือน{flag.month}" if only else ""
    return f"{word}ของคุณแล้ว {count} เรื่อง{of_month}", f"{reverse('cases')}?state={state}{only}"


def _why(flag: Flag) -> str:
    """On one line, as far as it fits in a message; the case has all of it."""
    reason = " ".join(flag.decided_reason.split())
    if not reason:
        return ""
    return f" · เหตุผล: {reason}" if len(reason) <= LONGEST else f" · เหตุผล: {reason[:LONGEST]}…"
