"""CPS: the months' files, a month's differences line by line, and taking a file in by browser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from itertools import groupby
from typing import Any
from urllib.parse import quote, urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from office import uploads
from office.access import Actor, Perm, Scope, may, reach, requires
from office.calendar import Month, day_of, fiscal_year
from office.errors import Invalid, Stale
from office.forms import WorkbookField
from office.importing import ImportRefused
from office.sheets import Problem, WorkbookError, mark_problems, read
from plans.models import ReportingMonth
from reports.actions.cps import Reading, import_cps, preview_cps
from reports.actions.cps_mapping import said
from reports.cps_columns import headings_in
from reports.cps_file import CpsFile, parse
from reports.cps_reads import STANDINGS, Compared, CpsBoard, files_of, read_board
from reports.cps_saved import Colleague, Matcher, mappings_of, names_in, names_stamp
from reports.models import CpsMapping
from reports.views.cps_changes import told_changes, told_sheets
from reports.views.month_lines import result_text
from reports.views.place import month_in

FILES_A_PAGE = 24
MONTHS_TO_CHOOSE = 24
NAMES_A_PAGE = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TILES = {
    "differ": ("intersect", "ไม่ตรงกับ CPS", "info"),
    "same": ("check-lg", "ตรงกัน", ""),
    "open": ("dash-lg", "ยังเทียบไม่ได้", ""),
}


class CpsUploadForm(forms.Form):
    month = forms.ChoiceField(
        label="เดือนของผลงาน",
        error_messages={"required": "เลือกเดือนก่อน", "invalid_choice": "เลือกเดือนจากรายการ"},
    )
    file = WorkbookField(label="ไฟล์จาก CPS", help_text="ไฟล์ Excel หรือ CSV ขนาดไม่เกิน 20 MB")

    def __init__(self, *args: Any, months: list[Month], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "เลือกเดือน"), *((str(month), month.label) for month in months)]
        self.fields["month"].choices = choices  # type: ignore[attr-defined]


@requires(Perm.CPS_VIEW)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Months with their files, newest first; the form to take one in for those who may."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    page = Paginator(files_of(actor), FILES_A_PAGE).get_page(request.GET.get("page"))
    files = list(page.object_list)
    if files:
        request.user.office = files[0].month.office  # type: ignore[union-attr]  # every page's head shows it
    shown = {
        "page": page,
        "months": [(month, list(group)) for month, group in groupby(files, key=lambda file: file.month)],
        "whole": _whole_office(actor),
        "form": _form(request) if may(actor, Perm.CPS_IMPORT) else None,
        "year": fiscal_year(day_of(request.now)),  # type: ignore[attr-defined]
    }
    return render(request, "reports/cps.html", shown)


@requires(Perm.CPS_VIEW)
@require_safe
def month_page(request: HttpRequest, month: str) -> HttpResponse:
    """``?unit=ID&show=differ`` narrow it; officers see their own lines."""
    return month_answer(request, month_in(month))


def month_answer(request: HttpRequest, asked: Month, *, refusal: str = "") -> HttpResponse:
    """The month's page; with a ``refusal`` of the names that were said, over its list of names."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    board = read_board(actor, asked)
    if board is None:
        raise Http404
    request.user.office = board.month.office  # type: ignore[union-attr]  # every page's head shows it
    unit = {str(pk): pk for pk in board.units}.get(request.GET.get("unit", ""))
    show = request.GET.get("show", "")
    show = show if show in STANDINGS else ""
    rows = board.of_unit(unit)
    chosen = [row for row in rows if not show or row.standing == show]
    shown = {
        "month": board.month,
        "board": board,
        "months": {
            name: {"url": f"/cps/{other}/", "label": other.short}
            for name, other in (("previous", asked.previous()), ("next", asked.next()))
        },
        "counts": _counts(rows, unit, show),
        "groups": [
            (who, [_shown(row) for row in group]) for who, group in groupby(chosen, lambda row: row.who)
        ],
        "lines": len(chosen),
        "total": len(rows),
        "unit": unit,
        "show": show,
        "whole": _whole_office(actor),
        "may_import": board.month.closed_at is None and may(actor, Perm.CPS_IMPORT, board.month),
        "refusal": refusal,
    }
    if shown["may_import"] and board.file:
        shown |= _names(board, request.GET.get("names"))
    return render(request, "reports/cps_month.html", shown, status=422 if refusal else 200)


def _names(board: CpsBoard, page: str | None) -> dict[str, Any]:
    """The names to match, each with what it is taken to mean now. Two queries."""
    assert board.file is not None
    staff = [Colleague(who.id, who.code, who.name) for who in board.people.values()]
    jobs = {job.job_no: pk for pk, job in board.jobs.items()}
    matcher = Matcher.made(staff, jobs, board.month)
    names = names_in(board.file, matcher)
    return {
        "names": Paginator(names, NAMES_A_PAGE).get_page(page),
        "stamp": names_stamp(board.file, matcher.aliases.values()),
        "people": [(str(each.id), each.full_name, each.code) for each in staff],
        "jobs": sorted(board.jobs.values(), key=lambda job: job.order),
    }


def _whole_office(actor: Actor) -> bool:
    scope = actor.scope(Perm.CPS_VIEW)
    return scope is not None and scope > Scope.OWN


def _counts(rows: list[Compared], unit: int | None, show: str) -> list[dict[str, Any]]:
    narrowed = {} if unit is None else {"unit": str(unit)}
    tiles = [("", "list", "ทั้งหมด", "", len(rows))]
    for standing, (icon, word, tone) in _TILES.items():
        tiles.append((standing, icon, word, tone, sum(row.standing == standing for row in rows)))
    return [
        {
            "url": "?" + urlencode(narrowed | ({"show": standing} if standing else {})),
            "n": n,
            "icon": icon,
            "word": word,
            "tone": tone,
            "current": show == standing,
        }
        for standing, icon, word, tone, n in tiles
    ]


def _shown(row: Compared) -> dict[str, Any]:
    difference = row.difference
    sign = "+" if difference and difference > 0 else ""
    reported = result_text(row.line.kind, row.line.quantity)
    return {
        "job": row.job,
        "target": row.line.target,
        "cps": row.line.cps,
        "reported": reported if row.submitted else "ยังไม่ส่ง",
        "difference": difference,
        "sign": sign,
        "differs": bool(difference),
    }


# Taking a file in

FileView = Callable[[HttpRequest, str, str], HttpResponse]


def of_a_kept_file(view: FileView) -> FileView:
    """Of a file that has been taken in, or isn't kept any more, 409 with the way to its month."""

    @wraps(view)
    def answer(request: HttpRequest, month: str, token: str) -> HttpResponse:
        try:
            return view(request, month, token)
        except uploads.Gone as gone:
            shown = {"month": month_in(month), "reason": str(gone)}
            return render(request, "reports/cps_gone.html", shown, status=409)

    return answer


@requires(Perm.CPS_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """The file is kept for the person; the preview has an address of its own."""
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        try:
            token = uploads.keep(form.cleaned_data["file"], actor=request.actor)  # type: ignore[attr-defined]
        except Invalid as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("cps-import-preview", form.cleaned_data["month"], token)
    mappings = CpsMapping.objects.filter(reach(request.actor, Perm.CPS_IMPORT, CpsMapping))  # type: ignore[attr-defined]
    shown = {"form": form, "mappings": [(row, said(row)) for row in mappings.select_related("saved_by")]}
    return render(request, "reports/cps_import.html", shown, status=422 if form.is_bound else 200)


def _form(request: HttpRequest) -> CpsUploadForm:
    """Of the months that have begun and are open, newest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    begun = ReportingMonth.objects.still_open().filter(
        reach(actor, Perm.CPS_IMPORT, ReportingMonth),
        first__lte=day_of(request.now),  # type: ignore[attr-defined]
    )
    firsts = begun.order_by("-first").values_list("first", flat=True)[:MONTHS_TO_CHOOSE]
    months = [Month.of(first) for first in firsts]
    if request.method == "POST":
        return CpsUploadForm(request.POST, request.FILES, months=months)
    return CpsUploadForm(initial={"month": request.GET.get("month", "")}, months=months)


@requires(Perm.CPS_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
@of_a_kept_file
def look(request: HttpRequest, month: str, token: str) -> HttpResponse:
    """GET shows what would happen; POST takes the same bytes in. Unknown headings lead to their columns."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = month_to_import(actor, month)
    content, name = uploads.take(token, actor=actor)
    try:
        book = read(content, name=name)
    except WorkbookError as refusal:
        return refused(request, found, token, name, refusal.problems)
    file = parse(book, mappings_of(found.office))
    if file.header is None and any(row for sheet in book.sheets for row in headings_in(sheet)):
        return redirect("cps-import-columns", found.month, token)
    try:
        if request.method != "POST":
            return _previewed(request, found, token, name, file, preview_cps(found, file))
        seen, now = request.POST.get("seen", ""), request.now  # type: ignore[attr-defined]
        outcome = import_cps(found, file, name=name, by=actor, now=now, seen=seen)
    except Stale as refusal:
        messages.warning(request, str(refusal))
        return _previewed(request, found, token, name, file, preview_cps(found, file), status=409)
    except ImportRefused as refusal:
        readable = file.header is not None
        return refused(request, found, token, name, refusal.problems, notes=refusal.notes, readable=readable)
    uploads.drop(token, actor=actor)
    if outcome.created or outcome.changed or outcome.changes:
        counts = f"เพิ่ม {outcome.created} เปลี่ยน {outcome.changed} เท่าเดิม {outcome.unchanged} แถว"
        messages.success(request, " · ".join([f"นำเข้าไฟล์ CPS เดือน{found} แล้ว {counts}", *outcome.changes]))
    else:
        messages.info(request, "ไฟล์นี้ตรงกับไฟล์ล่าสุดแล้ว ไม่มีอะไรเปลี่ยน")
    return redirect("cps-month", found.month)


def month_to_import(actor: Actor, text: str) -> ReportingMonth:
    months = ReportingMonth.objects.filter(reach(actor, Perm.CPS_IMPORT, ReportingMonth))
    return get_object_or_404(months.select_related("office"), first=month_in(text).first)


def _previewed(
    request: HttpRequest,
    month: ReportingMonth,
    token: str,
    name: str,
    file: CpsFile,
    reading: Reading,
    *,
    status: int = 200,
) -> HttpResponse:
    counted = [each for each in reading.records if each.person_id and each.item_id]
    shown = told_changes(reading, file) | told_sheets(reading, file)
    shown |= {
        "month": month,
        "token": token,
        "name": name,
        "file": file,
        "reading": reading,
        "outcome": reading.outcome,
        "rows": len(reading.records),
        "people": len({each.person_id for each in counted}),
        "jobs": len({each.item_id for each in counted}),
    }
    return render(request, "reports/cps_preview.html", shown, status=status)


def refused(
    request: HttpRequest,
    month: ReportingMonth,
    token: str,
    name: str,
    problems: list[Problem],
    *,
    notes: Sequence[str] = (),
    readable: bool = False,
) -> HttpResponse:
    """The file stays kept until newer ones push it out: its marked copy can be fetched.

    A ``readable`` one may have had its columns taken for others than they are.
    """
    markable = any(problem.row and problem.column for problem in problems)
    shown = {"month": month, "token": token, "name": name, "problems": problems, "markable": markable}
    shown |= {"readable": readable, "notes": notes}
    return render(request, "reports/cps_refused.html", shown, status=422)


@requires(Perm.CPS_IMPORT)
@require_safe
@of_a_kept_file
def marked(request: HttpRequest, month: str, token: str) -> HttpResponse:
    """The refused workbook with its bad cells filled and commented."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = month_to_import(actor, month)
    content, name = uploads.take(token, actor=actor)
    try:
        problems = _problems(found, parse(read(content, name=name), mappings_of(found.office)))
        copy = mark_problems(content, problems, name=name)
    except WorkbookError as refusal:
        return refused(request, found, token, name, refusal.problems)
    response = HttpResponse(copy, content_type=XLSX)
    shown = quote(f"{name.rsplit('.', 1)[0]} จุดที่ต้องแก้.xlsx")
    response["Content-Disposition"] = f"attachment; filename=cps.xlsx; filename*=UTF-8''{shown}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _problems(month: ReportingMonth, file: CpsFile) -> list[Problem]:
    try:
        preview_cps(month, file)
    except ImportRefused as refusal:
        return refusal.problems
    return []
