"""The officer's month: fill in, save, submit, look at what was submitted."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe

from office import thai
from office.access import Actor, Perm, requires
from office.calendar import Month, day_of
from office.errors import NotAllowedNow, Stale
from office.read_back import said_by
from reports.actions.drafts import refusal_to_write, refusal_without_plan
from reports.actions.submissions import NotReady, Submission, submit
from reports.answers import WholeAnswer
from reports.case_reads import going, told_in
from reports.enums import FlagState, ReportState
from reports.models import Notice, ReportVersion
from reports.needing import months_needing
from reports.queries import (
    MonthOfPerson,
    flagged_items,
    plan_in_force,
    read_month,
    standing_flags,
    trail_in,
    version_rows,
)
from reports.rules import Lack, PersonMonth, timing_of
from reports.views.comments import month_talk
from reports.views.conflict import conflict_page, refused_page, typed_in_words
from reports.views.keeping import keep, keep_merged
from reports.views.merging import prints
from reports.views.month_evidence import evidence_parts, of_draft, of_version, refused_links, take_sent
from reports.views.month_flags import show_flags
from reports.views.month_lines import (
    Fault,
    fault_links,
    form_lines,
    lack_links,
    unsure_links,
)
from reports.views.month_tables import table_lines
from reports.views.month_typed import Sent, read_sent
from reports.views.month_whole import whole_part, work_links
from reports.views.place import Place, find, find_own, find_to_write, month_in, months_nav
from reports.views.review import review_page
from reports.views.standing import kept, standing
from reports.windows import window_in

KEPT = "ข้อมูลที่กรอกบันทึกเป็นร่างไว้แล้ว ไม่มีอะไรหาย"
KEPT_BUT_REFUSED = "ช่องที่ถูกต้องบันทึกเป็นร่างไว้แล้ว ช่องที่ต้องแก้ยังไม่ได้บันทึก แก้แล้วกดบันทึกอีกครั้ง"
NOT_SENT = "รายงานยังไม่ได้ส่ง ช่องที่ถูกต้องบันทึกเป็นร่างไว้แล้ว ช่องที่ต้องแก้ยังไม่ได้บันทึก แก้แล้วกดส่งรายงานอีกครั้ง"


@requires(Perm.REPORT_WRITE)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """To the earliest month past its deadline, not submitted and still open to write; else to this one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = request.now  # type: ignore[attr-defined]
    if actor.person is None:
        raise Http404
    needing = months_needing(actor.person.pk, actor.person.office_id, now)
    month = needing[0].month if needing else Month.of(day_of(now))
    return redirect("own-month", month)


@requires(Perm.REPORT_WRITE)
@require_safe
def own_month(request: HttpRequest, month: str) -> HttpResponse:
    wanted = month_in(month)
    place = find_own(request, wanted)
    return own_page(request, place) if place else _no_month(request, wanted)


@requires(Perm.REPORT_VIEW)
@require_safe
def person_month(request: HttpRequest, month: str, code: str) -> HttpResponse:
    wanted = month_in(month)
    place = find(request, wanted, code)
    if place is None:
        return _no_month(request, wanted)
    return own_page(request, place) if place.own else review_page(request, place)


@said_by(typed_in_words)
@requires(Perm.REPORT_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: HttpRequest, month: str, code: str) -> HttpResponse:
    """A reload, or a sign-in on the way, leads back to the form."""
    place = find_to_write(request, month, code)
    if request.method != "POST":
        return redirect(place.url)
    sent = _taken(request, place)
    try:
        merged = keep_merged(request, place, sent)
    except Stale:
        return conflict_page(request, place, sent)
    except NotAllowedNow as refusal:
        return refused_page(request, place, sent, str(refusal))
    if sent.faults or request.headers.get("X-Autosave"):
        return own_page(request, place, sent=sent, merged=merged)
    if merged:
        messages.info(request, merged)
    if request.POST.get("settled"):
        messages.success(request, "บันทึกร่างตามที่เลือกแล้ว ยังไม่ได้ส่งรายงาน")
    return _to_form(request, place)


def _to_form(request: HttpRequest, place: Place) -> HttpResponse:
    """Back to the page, which tells the browser which sending has arrived: it may forget its own copy."""
    nonce = _nonce(request)
    return redirect(f"{place.url}?kept={nonce}" if nonce else place.url)


def _nonce(request: HttpRequest) -> str:
    given = request.POST.get("nonce", "") or request.GET.get("kept", "")
    return given if re.fullmatch(r"[a-z0-9]{1,16}", given) else ""


def _taken(request: HttpRequest, place: Place) -> Sent:
    """Files and links are attached first: whatever becomes of the form, none of them is lost."""
    return replace(read_sent(request), evidence=take_sent(request, place))


@said_by(typed_in_words)
@requires(Perm.REPORT_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, month: str, code: str) -> HttpResponse:
    """GET is the page that asks about unanswered lines before they go."""
    place = find_to_write(request, month, code)
    if request.method != "POST":
        return confirm_page(request, place)
    sent = _taken(request, place)
    sure = request.POST.get("incomplete") == "1"
    try:
        if sent.faults:
            keep(request, place, sent)
            return own_page(request, place, sent=sent, submitting=True)
        done = _submit(request, place, sent, incomplete_ok=sure)
    except NotReady as lacking:
        if not lacking.may_go_incomplete:
            return own_page(request, place, sent=sent, lacking=lacking)
        return confirm_page(request, place, asked=True) if sure else redirect("submit-month", month, code)
    except Stale:
        return conflict_page(request, place, sent, submitting=True)
    except NotAllowedNow as refusal:
        return refused_page(request, place, sent, str(refusal))
    messages.success(request, _sent_words(done))
    asked = _still_asked(place)
    if asked:
        messages.warning(request, asked)
    return _to_form(request, place)


def _submit(request: HttpRequest, place: Place, sent: Sent, *, incomplete_ok: bool) -> Submission:
    return submit(
        place.month,
        place.person,
        sent.lines.changes,
        by=request.actor,  # type: ignore[attr-defined]
        now=request.now,  # type: ignore[attr-defined]
        version=sent.version,
        incomplete_ok=incomplete_ok,
        whole=sent.whole.changes,
    )


@requires(Perm.REPORT_VIEW)
@require_safe
def version(request: HttpRequest, month: str, code: str, no: int) -> HttpResponse:
    """One version as it was submitted, whatever came after."""
    place = find(request, month_in(month), code)
    if place is None or not place.full:
        raise Http404
    versions = ReportVersion.objects.select_related("report", "submitted_by")
    shown = get_object_or_404(versions, report__person=place.person, report__month=place.month, no=no)
    evidence = of_version(place, shown)
    page = {
        "place": place,
        "version": shown,
        "report": shown.report,
        "table": table_lines(version_rows(place.month, shown), evidence=evidence, whole=True),
        "evidence": evidence.get(None),
        "said": WholeAnswer.of(shown),
        "confirmed": shown.confirmed,
        "trail": trail_in(place.month),
    }
    return render(request, "reports/versions.html", page)


def own_page(
    request: HttpRequest,
    place: Place,
    *,
    sent: Sent | None = None,
    lacking: NotReady | None = None,
    merged: str = "",
    submitting: bool = False,
) -> HttpResponse:
    """The form while it is open to write; else what was submitted, why it is shut and what to do."""
    now = request.now  # type: ignore[attr-defined]
    read = read_month(place.month, place.person.pk)
    refusal = _refusal(read, now)
    page = {
        "place": place,
        "read": read,
        "report": read.report,
        "trail": trail_in(place.month),
        "talk": month_talk(request.actor, place),  # type: ignore[attr-defined]
        "nav_months": months_nav(place.month.month, place.person.code),
        "nonce": _nonce(request),
        "made_from": prints(read),
        "merged": merged,
        "told_late": _answered_late(place.month),
        "told_waits": any(flag.state is FlagState.NOTIFIED for flag in standing_flags(place.month)),
        **standing(read, place, now),
        "bar": kept(read, now),
    }
    if refusal:
        return _closed_page(request, page, read, place, refusal)
    page |= _form_parts(read, place, sent, lacking)
    if submitting:
        page |= {"title": f"ยังส่งไม่ได้ มี {len(page['faults'])} จุดที่ต้องแก้", "kept": NOT_SENT}
    page["late_now"] = now > place.month.grace_end and not read.submitted
    page["open_until"] = _open_until(read)
    return render(request, "reports/month.html", page, status=422 if page["title"] else 200)


def _form_parts(
    read: MonthOfPerson, place: Place, sent: Sent | None, lacking: NotReady | None
) -> dict[str, Any]:
    found = lacking.found if lacking else None
    typed = sent.lines if sent else None
    lines = form_lines(read, typed, found.lacks if found else (), found.unsure if found else ())
    show_flags(read, lines)
    whole = whole_part(read.whole, sent.whole if sent else None, found.works if found else ())
    refused = sent.evidence if sent else ()
    of_month = evidence_parts(place, lines, refused)
    faults = [
        *fault_links(lines),
        *whole.links,
        *(unsure_links(lines) if found else ()),
        *refused_links(lines, refused),
    ]
    wrong = bool(sent and sent.faults)
    title = str(lacking) if lacking else f"ยังบันทึกไม่ครบ มี {len(faults)} จุดที่ต้องแก้" if wrong else ""
    return {
        "lines": lines,
        "whole": whole,
        "month_evidence": of_month,
        "faults": faults,
        "title": title,
        "kept": KEPT_BUT_REFUSED if wrong else KEPT,
        "lacks": _each_once([*faults, *lack_links(lines), *work_links(read.whole)]),
    }


def _each_once(found: list[Fault]) -> list[Fault]:
    """Of two at the same field the first: what was typed there can't be read."""
    return list({fault.href: fault for fault in reversed(found)}.values())[::-1]


def _refusal(read: MonthOfPerson, now: datetime) -> str:
    return refusal_without_plan(read.month) or refusal_to_write(
        window_in(read.month, read.report), read.report, now=now
    )


def _answered_late(month: Any) -> bool:
    told, answered = told_in(month), month.told_answered
    return told is not None and answered is not None and told.passed(answered)


def _open_until(read: MonthOfPerson) -> datetime:
    """The last instant at which this month can be written as things stand."""
    return window_in(read.month, read.report).until(ReportState(read.report.state) if read.report else None)


def _closed_page(
    request: HttpRequest, page: dict[str, Any], read: MonthOfPerson, place: Place, refusal: str
) -> HttpResponse:
    rows = [row.as_sent for row in read.rows] if read.unsent else read.rows
    evidence = of_version(place, read.report.last_version if read.report else None) or of_draft(place, read)
    table = table_lines(rows, evidence=evidence, flagged=flagged_items(place.month))
    begun = read.month.first <= day_of(request.now)  # type: ignore[attr-defined]
    for line in table:
        line.result = line.result if begun or line.row.answer.kind else thai.BLANK
    page |= {
        "refusal": refusal,
        "since": _since(read) if refusal and begun else None,
        "table": table,
        "evidence": evidence.get(None),
        "said": read.sent_whole if read.submitted else read.whole,
    }
    return render(request, "reports/month_read.html", page)


def _since(read: MonthOfPerson) -> datetime | None:
    """When it was shut: by the close, the acceptance, the deadline after a submission, or the lock."""
    month, report = read.month, read.report
    if month.closed_at is not None or not plan_in_force(month):
        return month.closed_at
    if report is not None and report.state == ReportState.ACCEPTED:
        return report.decided_at
    return _open_until(read)


def confirm_page(request: HttpRequest, place: Place, *, asked: bool = False) -> HttpResponse:
    """ส่งทั้งที่ยังไม่ครบ: a reason for each line that isn't answered."""
    now = request.now  # type: ignore[attr-defined]
    read = read_month(place.month, place.person.pk)
    refusal = _refusal(read, now)
    if refusal:
        raise NotAllowedNow(refusal)
    open_lines = [line for line in form_lines(read) if line.row.lacks == (Lack.UNANSWERED,)]
    others = any(line.lacks and line.lacks != (Lack.UNANSWERED,) for line in read.rows)
    if not open_lines or others or not read.answered:
        return redirect(place.url)
    if asked:
        for line in open_lines:
            if not line.row.answer.unavailable_reason:
                line.faults["unavailable_reason"] = "ระบุเหตุผลที่ยังไม่กรอก"
    page = {"place": place, "read": read, "report": read.report, "lines": open_lines, "asked": asked}
    return render(request, "reports/submit_confirm.html", page, status=422 if asked else 200)


def _sent_words(sent: Submission) -> str:
    report = sent.report
    if report.submitted_at is None:
        raise ValueError(f"{report} was not submitted")
    at = thai.instant_text(report.submitted_at)
    if not sent.new:
        return f"ส่งรายงานเดือน{report.month} แล้ว เมื่อ {at} ไม่มีอะไรเปลี่ยนหลังจากนั้น จึงไม่ต้องส่งอีก"
    known = PersonMonth(
        deadline=report.month.grace_end,
        first_submitted_at=report.first_submitted_at,
        first_deadline=report.first_deadline,
    )
    timing = timing_of(known, now=report.submitted_at).label
    if report.submissions > 1 and report.first_submitted_at is not None:
        first = thai.instant_text(report.first_submitted_at)
        timing = f"เป็นฉบับที่ {report.submissions} · ส่งครั้งแรกเมื่อ {first} {timing}"
    return f"ส่งรายงานเดือน{report.month} แล้ว เมื่อ {at} {timing}"


def _still_asked(place: Place) -> str:
    """What the newest notice asks for beside the lines: why it is late; "" when nothing more."""
    told = getattr(place.month, "told_pk", None)
    if told is None or not Notice.objects.filter(going(), pk=told, answered_at=None).exists():
        return ""
    words = 'ยังต้องชี้แจงเหตุผลที่ส่งช้า: <a href="{}">บันทึกแจ้งครั้งที่ {}</a>'
    return format_html(words, reverse("notice", args=[told]), place.month.told_no)


def _no_month(request: HttpRequest, month: Month) -> HttpResponse:
    code = request.actor.person.code  # type: ignore[attr-defined]
    page = {"month": month, "nav_months": months_nav(month, code)}
    return render(request, "reports/month_none.html", page)
