"""Notices: read before they are sent, sent to many at once, read and answered by the officer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe

from office import access
from office.access import Actor, Perm, Scope, may, requires
from office.errors import Invalid, NotAllowed, NotAllowedNow
from office.models import Person
from plans.models import ReportingMonth
from reports.actions.cases import answer
from reports.actions.notices import Sent, notify_many
from reports.case_reads import (
    FILTERS,
    WHOLE,
    Named,
    going,
    memos,
    newest_notice,
    notices_within,
    told_of,
)
from reports.case_steps import Step
from reports.enums import Breach, FlagState, ReportState
from reports.handlers import handled, of_admin_unit, refusal_to_handle
from reports.models import Flag, MonthlyReport, Notice
from reports.notice_preview import previews
from reports.queries import trail_of
from reports.rules import CASE_MOVES, DECIDED, NOTICES, Deed, Window, has_come, notice_refusal
from reports.views.board_filters import back_of, board_url
from reports.views.ids import id_in
from reports.views.place import month_in
from reports.windows import kept_open, window

PAGE = 50
LABELS = {
    "": "ทั้งหมด",
    "open": "รอคำตอบ",
    "overdue": "เลยกำหนดตอบ",
    "again": "เลยกำหนดตอบครั้งที่ 1",
    "answered": "ตอบแล้ว",
    "last": "แจ้งครั้งสุดท้าย เลยกำหนดตอบ",
}


@requires(Perm.NOTICE_VIEW)
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """``?show=open|overdue|again|answered|last&page=N``: own, the unit's, the office's, newest first."""
    actor, now = _edge(request)
    others = (actor.scope(Perm.NOTICE_VIEW) or Scope.OWN) > Scope.OWN
    show = request.GET.get("show", "")
    show = show if show in FILTERS else ""
    page = Paginator(notices_within(actor, show, now=now), PAGE).get_page(request.GET.get("page"))
    found = {
        "page": page,
        "rows": [(each, _standing(each, now), _list_again(actor, each, show)) for each in page],
        "others": others,
        "filters": [
            {"url": f"?show={key}" if key else "?", "word": word, "current": key == show}
            for key, word in LABELS.items()
            if others or key not in ("again", "last")
        ],
        "show": show,
    }
    return render(request, "reports/notices.html", found)


@requires(Perm.NOTICE_VIEW)
@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    return _notice_page(request, _found(request, pk))


@requires(Perm.NOTICE_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def answer_notice(request: HttpRequest, pk: int) -> HttpResponse:
    actor, now = _edge(request)
    found = _found(request, pk)
    if request.method != "POST":
        return redirect("notice", pk)
    text = request.POST.get("text", "")
    try:
        answer(found, text=text, by=actor, now=now)
    except Invalid as fault:
        return _notice_page(request, found, fault=str(fault), typed=text)
    except NotAllowedNow as refusal:
        return _notice_page(request, found, refusal=str(refusal), typed=text)
    messages.success(request, "ส่งคำชี้แจงแล้ว ฝ่ายบริหารทั่วไปจะพิจารณาปิดเรื่องหรือผ่อนผัน")
    report = _report_of(found)
    if not _is_in(report, now):
        messages.warning(request, _missing_words(found))
    elif report is not None and report.state == ReportState.RETURNED:
        messages.warning(request, f"รายงานเดือน{found.month}ยังไม่ได้ส่งใหม่ เปิดรายงานแล้วกดส่งรายงาน")
    return redirect("notice", pk)


@requires(Perm.NOTICE_SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: HttpRequest, month: str) -> HttpResponse:
    """The memos to read before they are sent, of the people ticked (``p``, by code); nothing is written."""
    actor, now = _edge(request)
    found = _month(actor, month)
    asked = request.POST if request.method == "POST" else request.GET
    return _prepare_page(request, found, _people(actor, asked), now=now)


@requires(Perm.NOTICE_SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, month: str) -> HttpResponse:
    """One notice to each person (``p``) about the flags ticked (``flag``)."""
    actor, now = _edge(request)
    found = _month(actor, month)
    if request.method != "POST":
        return redirect("compliance", month)
    people = _people(actor, request.POST)
    flags = list(Flag.objects.filter(pk__in=_flag_ids(request.POST), month=found, person__in=people))
    chosen = [(person, [flag for flag in flags if flag.person_id == person.pk]) for person in people]
    named = [(person, theirs) for person, theirs in chosen if theirs]
    if not named:
        return _prepare_page(request, found, people, now=now, fault="เลือกเรื่องที่จะแจ้งอย่างน้อยหนึ่งเรื่อง")
    message = request.POST.get("message", "")
    try:
        sent = notify_many(found, named, by=actor, now=now, message=message, seen=_seen(request.POST))
    except Invalid as fault:
        return _prepare_page(request, found, people, now=now, fault=str(fault))
    if sent.refused and not sent.notices:
        refused = " · ".join(f"{person.full_name}: {reason}" for person, reason in sent.refused)
        return _prepare_page(request, found, people, now=now, fault=refused, status=409)
    left = [person for person, theirs in chosen if not theirs and person.pk != actor.id]
    _say(request, sent, left, message)
    return redirect(board_url(found.month, back_of(request.POST)))


def _say(request: HttpRequest, sent: Sent, left: list[Person], message: str) -> None:
    if sent.notices:
        names = ", ".join(each.full_name for each in left)
        others = f" · ไม่ได้แจ้ง {len(left)} คน เพราะไม่ได้เลือกเรื่อง: {names}" if left else ""
        messages.success(request, f"แจ้งแล้ว {len(sent.notices)} คน{others}")
    for person, reason in sent.refused:
        messages.warning(request, f"ยังไม่ได้แจ้ง {person.full_name}: {reason}")
    if sent.refused and message.strip():
        messages.warning(request, f"ข้อความที่พิมพ์ไว้และยังไม่ได้ส่งถึงคนข้างต้น: {message.strip()}")


def _prepare_page(
    request: HttpRequest,
    month: ReportingMonth,
    people: list[Person],
    *,
    now: datetime,
    fault: str = "",
    status: int = 422,
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    others = [person for person in people if person.pk != actor.id]
    asked = request.POST if request.method == "POST" else request.GET
    back = back_of(asked)
    read = memos(month, others, now=now, asked=_flag_ids(asked), ticked=request.method == "POST")
    ready = [memo for memo in read if not memo.refusal]
    sending = sum(bool(memo.chosen) for memo in ready)
    page = {
        "month": month,
        "ready": previews(month, ready, by=actor, now=now),
        "sending": sending,
        "unsent": len(people) - sending,
        "picked": len(people),
        "left_out": [memo for memo in read if memo.refusal],
        "own": len(read) < len(people),
        "nobody": not people,
        "back": back,
        "board_url": board_url(month.month, back),
        "closed": month.closed_at is not None,
        "fault": fault,
        "message": request.POST.get("message", ""),
    }
    return render(request, "reports/notice_prepare.html", page, status=status if fault else 200)


def _seen(sent: QueryDict) -> dict[int, str]:
    """Flag id → mark of what the page showed of it."""
    pairs = (each.partition(":") for each in sent.getlist("seen"))
    return {pk: mark for text, _, mark in pairs if (pk := id_in(text)) is not None}


def _flag_ids(asked: QueryDict) -> list[int]:
    return [pk for text in asked.getlist("flag") if (pk := id_in(text)) is not None][:2000]


def _notice_page(
    request: HttpRequest, notice: Notice, *, fault: str = "", refusal: str = "", typed: str = ""
) -> HttpResponse:
    actor, now = _edge(request)
    flags = {flag.pk: flag for flag in _flags_of(notice)}
    report_url = reverse("person-month", args=[notice.month.month, notice.person.code])
    own = notice.person_id == actor.id
    report = _report_of(notice)
    open_ = _window(notice, report)
    page = {
        "notice": notice,
        "rows": [_row(notice, Named.of(fact), flags) for fact in notice.facts],
        "steps": _steps(notice, report),
        "standing": _standing(notice, now),
        "own": own,
        "report_url": report_url,
        "compliance_url": reverse("compliance", args=[notice.month.month]),
        "deliveries": list(notice.deliveries.all()),
        "fault": fault,
        "refused": refusal,
        "typed": typed,
        "until": max(filter(None, (notice.answer_by, open_.unlocked_until))),
        "open_until": open_.until(ReportState(report.state) if report else None),
        "missing": own and _still_missing(flags.values()) and not _is_in(report, now),
        **(_answering(notice, flags.values(), now, open_) if own else {"may_answer": False, "shut": ""}),
        "lines_shut": open_.answer_refusal(now=now) if own else "",
        "in_vain": not own and _standing(notice, now) == "overdue" and told_of(notice).exhausted(now),
        "lines": any(fact["breach"] not in WHOLE for fact in notice.facts),
        "may_see_board": may(actor, Perm.COMPLIANCE_VIEW),
        "unlock_url": _unlock_url(actor, notice, now, open_),
        "again_url": _again_url(actor, notice, now),
    }
    return render(request, "reports/notice.html", page, status=422 if fault else 409 if refusal else 200)


def _row(notice: Notice, named: Named, flags: dict[int, Flag]) -> tuple[Named, Flag | None, str, bool]:
    """With its case and the explanation as they stand now, and whether that stood there when it was told.

    What was said on the notice itself has its place below.
    """
    flag = _now(named, flags)
    said = flag.basis.get("explanation", "") if flag else ""
    said = "" if said == notice.answer else said
    return named, flag, said, said == named.explanation


def _now(named: Named, flags: dict[int, Flag]) -> Flag | None:
    """As it stands: a report that was missing and has come is late."""
    late = (flag for flag in flags.values() if flag.breach == Breach.LATE and flag.state != FlagState.CLEARED)
    come = next(late, None) if named.breach is Breach.MISSING else None
    return come or flags.get(named.flag)


def _report_of(notice: Notice) -> MonthlyReport | None:
    return MonthlyReport.objects.filter(person=notice.person_id, month=notice.month_id).first()


def _window(notice: Any, report: MonthlyReport | None) -> Window:
    """Of the notice's month for its person, by their newest notice."""
    reopened = report.reopened_until if report else None
    return window(notice.month, reopened=reopened, told=notice.told_until, unlocked=notice.unlocked_until)


def _is_in(report: MonthlyReport | None, now: datetime) -> bool:
    return report is not None and has_come(report.first_submitted_at, now=now)


def _missing_words(notice: Notice) -> str:
    words = "คำชี้แจงไม่แทนรายงาน รายงานเดือนนี้ยังไม่ได้ส่ง"
    if notice.month.closed_at is not None:
        return words
    url = reverse("person-month", args=[notice.month.month, notice.person.code])
    return format_html('{} ส่งได้ที่หน้า <a href="{}">รายงานเดือน{}</a>', words, url, notice.month)


def _still_missing(flags: Iterable[Flag]) -> bool:
    """Whether a missing report is held against its officer: neither waived nor decided."""
    ended = (*DECIDED, FlagState.CLEARED)
    return any(flag.breach == Breach.MISSING and flag.state not in ended for flag in flags)


def _steps(notice: Notice, report: MonthlyReport | None) -> list[Step]:
    """From the sending of the notice on: what was submitted and said since, and the answer-by."""
    by, copied = notice.sent_by, notice.copied_to
    copy = f"สำเนาถึง {copied.full_name}" if copied else ""
    steps = [Step(notice.sent_at, f"แจ้งครั้งที่ {notice.no}", by.full_name if by else "ระบบ", copy)]
    steps += [
        Step(each.at, f"ส่งรายงาน ฉบับที่ {each.no}")
        for each in trail_of(report)
        if each.what == "submitted" and each.at > notice.sent_at
    ]
    if notice.said_at is not None:
        left = "" if notice.answered_at else "ยังมีรายการในรายงานที่ต้องแก้และชี้แจง"
        steps.append(Step(notice.said_at, "ชี้แจงเหตุผล", text=left))
    return sorted([*steps, Step(notice.answer_by, "กำหนดตอบ")], key=lambda step: step.at)


def _again_url(actor: Actor, notice: Notice, now: datetime) -> str:
    """Where the second notice is prepared, once the first has waited in vain."""
    if _standing(notice, now) != "overdue" or not may(actor, Perm.NOTICE_SEND, notice):
        return ""
    newest = newest_notice(notice.month_id, notice.person_id)
    refusal = notice_refusal(
        newest.told if newest else None, now=now, closed=notice.month.closed_at is not None
    )
    theirs = not refusal and not refusal_to_handle(notice, actor, Deed.NOTIFY)
    return prepare_url(notice.month, notice.person.code) if theirs else ""


def _list_again(actor: Actor, notice: Notice, show: str) -> str:
    """The same in a list of those that waited in vain, of which none was told again; no query."""
    open_ = show in ("overdue", "again") and notice.no < NOTICES and notice.month.closed_at is None
    offered = open_ and of_admin_unit(actor) and notice.person_id != actor.id
    return prepare_url(notice.month, notice.person.code) if offered else ""


def _unlock_url(actor: Actor, notice: Notice, now: datetime, open_: Window) -> str:
    """Where the officer's month can be opened again, once nothing can be written there."""
    shut = not open_.closed and open_.answer_refusal(now=now)
    offered = shut and notice.answered_at is None and may(actor, Perm.MONTH_UNLOCK, notice)
    theirs = offered and not refusal_to_handle(notice, actor, Deed.UNLOCK)
    return reverse("unlock-month", args=[notice.month.month, notice.person.code]) if theirs else ""


def _flags_of(notice: Notice) -> list[Flag]:
    """Those that the notice named, and MISSING or LATE of its month as they stand now."""
    rows = Flag.objects.filter(person_id=notice.person_id, month_id=notice.month_id)
    return list(rows.select_related("item").order_by("id"))


def _answering(notice: Notice, flags: Iterable[Flag], now: datetime, open_: Window) -> dict[str, Any]:
    """Whether the officer may explain here what has no line of its own, and if not any more, why."""
    named = any(fact["breach"] in WHOLE for fact in notice.facts)
    waits = [
        flag
        for flag in flags
        if flag.breach in WHOLE and "answer" in CASE_MOVES.get(FlagState(flag.state), {})
    ]
    if not named or not waits or notice.answer:
        return {"may_answer": False, "shut": ""}
    newest = newest_notice(notice.month_id, notice.person_id)
    if newest is not None and newest.notice.pk != notice.pk:
        return {"may_answer": False, "shut": f"มีบันทึกแจ้งครั้งที่ {newest.told.no} แล้ว ชี้แจงในฉบับนั้น"}
    shut = open_.answer_refusal(now=now)
    return {"may_answer": not shut, "shut": shut}


def _standing(notice: Notice, now: datetime) -> str:
    """Key of its pill: answered, late (answered), ended (nothing waits any more), open or overdue."""
    if notice.answered_at is not None:
        return "late" if told_of(notice).passed(notice.answered_at) else "answered"
    if not getattr(notice, "going", True):
        return "ended"
    return "overdue" if told_of(notice).passed(now) else "open"


def _found(request: HttpRequest, pk: int) -> Notice:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = Notice.objects.select_related("person", "month", "unit", "sent_by", "copied_to")
    rows = rows.annotate(going=going(), **kept_open(month=OuterRef("month"), person=OuterRef("person")))
    return get_object_or_404(rows, access.reach(actor, Perm.NOTICE_VIEW, Notice), pk=pk)


def _month(actor: Actor, month: str) -> ReportingMonth:
    months = ReportingMonth.objects.select_related("office")
    return get_object_or_404(months, office_id=actor.office_id, first=month_in(month).first)


def _people(actor: Actor, asked: QueryDict) -> list[Person]:
    """Those asked for that the reader notifies, and the reader; 403 when all are another's to notify."""
    codes = [code.upper() for code in asked.getlist("p")][:500]
    named = Person.objects.filter(access.reach(actor, Perm.NOTICE_SEND, Person), code__in=codes)
    theirs = handled(actor, Perm.NOTICE_SEND, owner="pk") | Q(pk=actor.id)
    found = list(named.filter(theirs).order_by("sort_order", "id"))
    other = None if found or not codes else named.first()
    if other is not None:
        raise NotAllowed(refusal_to_handle(Flag(person=other, office_id=other.office_id), actor, Deed.NOTIFY))
    return found


def _edge(request: HttpRequest) -> tuple[Actor, datetime]:
    return request.actor, request.now  # type: ignore[attr-defined]


def prepare_url(month: ReportingMonth, *codes: str, flag: int | None = None) -> str:
    """The page with these people's memos; ``flag`` is chosen there."""
    asked = [("p", code) for code in codes] + ([("flag", str(flag))] if flag else [])
    return f"{reverse('prepare-notices', args=[month.month])}?{urlencode(asked)}"
