"""CPS: saying which column of an uploaded sheet is what, once for all files with the same headings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from office import uploads
from office.access import Actor, Perm, reach, requires
from office.errors import Invalid
from office.sheets import Book, Header, Sheet, WorkbookError, fields_of, heading_rows, letter, read, show
from plans.models import ReportingMonth
from reports.actions.cps_mapping import remove_mapping, save_mapping
from reports.cps_columns import FIELDS, NEEDS, WIDEST, Headings, Saved, headings_in, likeliest
from reports.cps_file import WORDS, parse, recognise
from reports.cps_saved import mappings_of
from reports.cps_words import not_named
from reports.models import CpsMapping
from reports.views.cps import month_to_import, of_a_kept_file, refused

ROWS_ABOVE = 3
ROWS_BELOW = 8
LONGEST_CELL = 24
_NEEDED = {name for need in NEEDS for name in ((need,) if isinstance(need, str) else need)}
_HINTS = {
    "person_code": "เลือกรหัสหรือชื่ออย่างน้อยหนึ่งอย่าง มีทั้งสองอย่างจะใช้รหัสก่อน",
    "worked_on": "ไม่มีคอลัมน์นี้ ทุกแถวนับเป็นของเดือนที่เลือก",
}


class ColumnField(forms.TypedChoiceField):
    """A column, or none: whether one is needed is judged over all fields together."""

    def validate(self, value: Any) -> None:
        if value and not self.valid_value(value):
            raise ValidationError("เลือกคอลัมน์จากรายการ")


class ColumnsForm(forms.Form):
    use_required_attribute = False

    def __init__(self, *args: Any, found: Headings, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "ไม่มีในไฟล์"), *((str(column), label) for column, label in found.labels())]
        for name, label in FIELDS.items():
            self.fields[name] = ColumnField(
                label=label,
                choices=choices,
                coerce=int,
                empty_value=None,
                required=name in _NEEDED,
                help_text=_HINTS.get(name, ""),
            )
        for name in ("sheet", "row", "version"):
            self.fields[name] = forms.IntegerField(widget=forms.HiddenInput)

    def chosen(self) -> dict[str, int]:
        picked = {name: self.cleaned_data.get(name) for name in FIELDS}
        return {name: column for name, column in picked.items() if column is not None}


@dataclass(frozen=True, slots=True)
class Place:
    """Which row of which sheet is taken as the headings, of those that may be."""

    book: Book
    rows: dict[int, list[Headings]]
    """Sheet's number, from 1 → its rows."""
    number: int
    found: Headings


@requires(Perm.CPS_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
@of_a_kept_file
def columns(request: HttpRequest, month: str, token: str) -> HttpResponse:
    """``?sheet=2&row=4`` choose where the headings stand, as Excel counts; POST keeps what was chosen."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    target = month_to_import(actor, month)
    content, name = uploads.take(token, actor=actor)
    try:
        book = read(content, name=name)
    except WorkbookError as refusal:
        return refused(request, target, token, name, refusal.problems)
    saved = mappings_of(target.office)
    header, _ = recognise(book, saved)
    sent = request.POST if request.method == "POST" else request.GET
    place = _place(book, header, sent.get("sheet", ""), sent.get("row", ""))
    if place is None:
        return refused(request, target, token, name, parse(book).problems)
    known = next((each for each in saved if each.signature == place.found.signature), None)
    if request.method != "POST":
        form = ColumnsForm(initial=_initial(place, header, known), found=place.found)
        return _page(request, target, token, name, place, form, known, header)
    form = ColumnsForm(request.POST, found=place.found)
    if form.is_valid() and _keep(request, target, place, form):
        messages.success(request, "บันทึกคอลัมน์แล้ว ไฟล์ที่มีหัวคอลัมน์แบบนี้จะอ่านตามนี้ทุกครั้ง")
        return redirect("cps-import-preview", target.month, token)
    return _page(request, target, token, name, place, form, known, header)


def _keep(request: HttpRequest, month: ReportingMonth, place: Place, form: ColumnsForm) -> bool:
    typed = form.cleaned_data
    if (typed["sheet"], typed["row"]) != (place.number, place.found.row + 1):
        form.add_error(None, "เลือกแผ่นงานและแถวหัวคอลัมน์จากรายการ")
        return False
    deed: dict[str, Any] = {"by": request.actor, "now": request.now}  # type: ignore[attr-defined]
    try:
        save_mapping(month.office, place.found, form.chosen(), version=typed["version"], **deed)
    except Invalid as refusal:
        for name, fault in refusal.faults.items():
            form.add_error(name, fault)
        return False
    return True


def _place(book: Book, header: Header | None, sheet: str, row: str) -> Place | None:
    """What was asked for; else where headings were recognised; else the likeliest row. None without any."""
    rows = {number: list(headings_in(each)) for number, each in enumerate(book.sheets, 1)}
    rows = {number: found for number, found in rows.items() if found}
    if not rows:
        return None
    recognised = next((n for n in rows if header and book.sheets[n - 1] is header.sheet), None)
    seen = next((n for n in rows if book.sheets[n - 1].visible), next(iter(rows)))
    number = next((n for n in rows if str(n) == sheet), recognised or seen)
    found = next((each for each in rows[number] if str(each.row + 1) == row), None)
    if found is None and header and number == recognised:
        found = next((each for each in rows[number] if each.row == header.bottom), None)
    found = found or likeliest(rows[number])
    return Place(book, rows, number, found) if found else None


def _initial(place: Place, header: Header | None, known: Saved | None) -> dict[str, int]:
    """What has been said of these headings, or what their words say."""
    found = place.found
    if known is not None:
        columns = known.over(found)
    elif header and header.sheet is found.sheet and header.bottom == found.row:
        columns = header.columns
    else:
        columns = fields_of(heading_rows(found.sheet)[found.row], WORDS)
    return {
        "sheet": place.number,
        "row": found.row + 1,
        "version": known.version if known else 0,
    } | {name: column for name, column in columns.items() if column in found.columns}


def _page(
    request: HttpRequest,
    month: ReportingMonth,
    token: str,
    name: str,
    place: Place,
    form: ColumnsForm,
    known: Saved | None,
    header: Header | None,
) -> HttpResponse:
    shown = {
        "month": month,
        "token": token,
        "name": name,
        "form": form,
        "fields": [form[each] for each in FIELDS],
        "known": known,
        "recognised": header is not None,
        "lacking": not_named(place.found),
        "place": place,
        "sheets": [(number, place.book.sheets[number - 1].name) for number in place.rows],
        "rows": [(each.row + 1, " · ".join(each.texts)[:80]) for each in place.rows[place.number]],
        "row": place.found.row + 1,
        "letters": [letter(column) for column in range(_width(place.found.sheet))],
        "cells": _cells(place.found),
    }
    return render(request, "reports/cps_columns.html", shown, status=422 if form.errors else 200)


def _cells(found: Headings) -> list[tuple[int, bool, list[tuple[str, int]]]]:
    """The rows about the headings, as Excel numbers them; whether it is the heading row; each cell's text and
    over how many columns it runs: a title over the blanks beside it.
    """
    top, width = max(0, found.row - ROWS_ABOVE), _width(found.sheet)
    shown = []
    for row, cells in enumerate(found.sheet.rows[top : found.row + ROWS_BELOW + 1], top):
        spans: list[tuple[str, int]] = []
        for text in (_cut(show(cell)) for cell in (cells + [""] * width)[:width]):
            if row < found.row and spans and not text:
                spans[-1] = (spans[-1][0], spans[-1][1] + 1)
            else:
                spans.append((text, 1))
        shown.append((row + 1, row == found.row, spans))
    return shown


def _width(sheet: Sheet) -> int:
    return min(WIDEST, max(len(cells) for cells in heading_rows(sheet)))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…"


@requires(Perm.CPS_IMPORT)
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    within = reach(request.actor, Perm.CPS_IMPORT, CpsMapping)  # type: ignore[attr-defined]
    mapping = get_object_or_404(CpsMapping.objects.filter(within), pk=pk)
    remove_mapping(mapping, by=request.actor, now=request.now)  # type: ignore[attr-defined]
    messages.success(request, "ลบคอลัมน์ที่กำหนดแล้ว ไฟล์แบบนี้จะอ่านตามคำในหัวคอลัมน์")
    return redirect("cps-import")
