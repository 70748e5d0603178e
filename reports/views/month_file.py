"""One's month as a workbook: handed out, taken back, looked at, kept as the draft."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from office import uploads
from office.access import Perm, requires
from office.errors import Invalid, NotAllowedNow, Stale
from office.forms import UploadForm
from office.sheets import Problem, WorkbookError, mark_problems, read
from reports.actions.drafts import refusal_to_write, refusal_without_plan
from reports.month_file import Form, MonthFile, as_fields, parse
from reports.month_workbook import month_workbook
from reports.queries import MonthOfPerson, read_month
from reports.views.conflict import conflict_page, refused_page
from reports.views.keeping import keep_merged
from reports.views.merging import differences_of, merge, prints_then
from reports.views.month_typed import Sent
from reports.views.place import Place, find_to_write
from reports.windows import window_in

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 100
"""Faults that the page names one by one."""
MOST_BYTES = 15_000_000
"""That a file may unfold to: sixty jobs with every text as long as it may be are ten million."""
NOTHING_NEW = "ไฟล์นี้ตรงกับร่างแล้ว ไม่มีอะไรเปลี่ยน"


@dataclass(slots=True)
class Seen:
    """A file, and the draft that it was held against."""

    name: str
    content: bytes
    month: MonthOfPerson
    file: MonthFile

    @property
    def version(self) -> int:
        """That the file was made from; one that doesn't say is older than all. Without a draft nothing is."""
        if self.month.report is None:
            return 0
        return -1 if self.file.version is None else self.file.version

    @property
    def stale(self) -> bool:
        return self.month.report is not None and self.month.report.version != self.version

    @property
    def sent(self) -> Sent:
        base = self.file.base
        made_from = None if base is None else prints_then(self.month, base)
        return Sent(self.file.lines, self.file.whole, self.version, made_from=made_from)


@requires(Perm.REPORT_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def form_file(request: HttpRequest, month: str, code: str) -> HttpResponse:
    """GET hands the form out, prefilled with the draft; POST keeps a filled one and leads to its preview."""
    place = find_to_write(request, month, code)
    found = _month(place, request.now)  # type: ignore[attr-defined]
    if request.method == "POST":
        return _taken(request, place)
    book = month_workbook(
        _form(place, found),
        found.rows,
        office_name=place.month.office.name,
        person_name=place.person.full_name,
        version=found.report.version if found.report else 0,
    )
    return _workbook(book, f"รายงาน {place.person.code} {place.month.month.short}.xlsx")


def _taken(request: HttpRequest, place: Place) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            token = uploads.keep(form.cleaned_data["file"], actor=request.actor)  # type: ignore[attr-defined]
        except Invalid as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("month-file", place.month.month, place.person.code, token)
    fault = next(iter(form.errors.get("file", [])), "เลือกไฟล์ก่อน")
    return render(request, "reports/month_file_choose.html", {"place": place, "fault": fault}, status=422)


@requires(Perm.REPORT_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest, month: str, code: str, token: str) -> HttpResponse:
    """GET shows what would change; POST keeps it as the draft: all, or nothing while there are faults."""
    place = find_to_write(request, month, code)
    try:
        seen = _seen(request, place, token)
    except WorkbookError as refusal:
        return _refused(request, place, token, refusal.problems)
    if seen.file.problems:
        return _refused(request, place, token, seen.file.problems)
    if request.method == "POST":
        return _keep(request, place, token, seen)
    shown = {
        "place": place,
        "name": seen.name,
        "file": seen.file,
        "report": seen.month.report,
        "differences": differences_of(seen.month, seen.sent) if seen.file.changes else [],
        "asked": merge(seen.month, seen.sent).asked if seen.file.changes and seen.stale else [],
        "stale": seen.stale,
        "nothing": NOTHING_NEW,
    }
    return render(request, "reports/month_file_preview.html", shown)


def _keep(request: HttpRequest, place: Place, token: str, seen: Seen) -> HttpResponse:
    if not seen.file.changes:
        messages.info(request, NOTHING_NEW)
        return redirect(place.url)
    sent = seen.sent
    count = len(differences_of(seen.month, sent))
    try:
        keep_merged(request, place, sent)
    except Stale:
        return conflict_page(request, place, sent, from_file=True)
    except NotAllowedNow as refusal:
        return refused_page(request, place, sent, str(refusal))
    uploads.drop(token, actor=request.actor)  # type: ignore[attr-defined]
    messages.success(request, f"บันทึกร่างจากไฟล์แล้ว เปลี่ยน {count} ช่อง ตรวจแล้วกดส่งรายงาน")
    return redirect(place.url)


@requires(Perm.REPORT_WRITE)
@require_safe
def marked(request: HttpRequest, month: str, code: str, token: str) -> HttpResponse:
    """The refused workbook with its bad cells filled and commented."""
    place = find_to_write(request, month, code)
    try:
        seen = _seen(request, place, token)
        if not _markable(seen.file.problems):
            return redirect("month-file", place.month.month, place.person.code, token)
        copy = mark_problems(seen.content, seen.file.problems, name=seen.name)
    except WorkbookError as refusal:
        return _refused(request, place, token, refusal.problems)
    return _workbook(copy, f"{seen.name.rsplit('.', 1)[0]} จุดที่ต้องแก้.xlsx")


def _month(place: Place, now: datetime) -> MonthOfPerson:
    """The month while it is open to write; else the reason, 409."""
    found = read_month(place.month, place.person.pk)
    refusal = refusal_without_plan(place.month) or refusal_to_write(
        window_in(place.month, found.report), found.report, now=now
    )
    if refusal:
        raise NotAllowedNow(refusal)
    return found


def _seen(request: HttpRequest, place: Place, token: str) -> Seen:
    found = _month(place, request.now)  # type: ignore[attr-defined]
    content, name = uploads.take(token, actor=request.actor)  # type: ignore[attr-defined]
    if _unfolded(content) > MOST_BYTES:
        message = "ลบแผ่นงาน แถว และคอลัมน์ที่ไม่ใช้ออก ไฟล์นี้ใหญ่กว่าแบบฟอร์มของหนึ่งเดือนมาก"
        raise WorkbookError([Problem(name, None, None, "", message)])
    return Seen(name, content, found, parse(read(content, name=name), _form(place, found)))


def _form(place: Place, found: MonthOfPerson) -> Form:
    return Form(
        office=place.month.office.code,
        person=place.person.code,
        month=place.month.month,
        jobs={row.item.job_no: row.item.id for row in found.rows},
        units={row.item.id: row.item.counting_unit for row in found.rows},
        kept=as_fields({row.item.id: row.answer for row in found.rows}, found.whole),
    )


def _unfolded(content: bytes) -> int:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return sum(info.file_size for info in archive.infolist())
    except zipfile.BadZipFile:
        return len(content)


def _markable(problems: list[Problem]) -> bool:
    return any(each.row and each.column for each in problems)


def _refused(request: HttpRequest, place: Place, token: str, problems: list[Problem]) -> HttpResponse:
    """The file stays kept until newer ones push it out: its marked copy can be fetched."""
    shown = {
        "place": place,
        "token": token,
        "problems": problems[:SHOWN],
        "count": len(problems),
        "more": len(problems) - SHOWN,
        "markable": _markable(problems),
    }
    return render(request, "reports/month_file_refused.html", shown, status=422)


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename=form.xlsx; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
