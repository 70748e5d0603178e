"""Pages of a refused save, 409: both versions side by side, or why it is shut. Nothing typed is lost."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reports.answers import TEXTS
from reports.enums import AnswerKind, ReasonCategory
from reports.forms import Typed
from reports.queries import Row, read_month
from reports.views.month_lines import FIELD_LABELS, kept_values
from reports.views.place import Place


@dataclass(frozen=True, slots=True)
class Difference:
    name: str
    legend: str
    mine: str
    theirs: str


def conflict_page(
    request: HttpRequest, place: Place, typed: Typed, *, submitting: bool = False
) -> HttpResponse:
    read = read_month(place.month, place.person.pk)
    differences = [found for row in read.rows for found in _differences(row, typed.raw.get(row.item.id, {}))]
    page = {
        "place": place,
        "report": read.report,
        "reason": "มีการบันทึกรายงานนี้จากที่อื่นก่อนคุณ",
        "differences": differences,
        "hidden": _hidden(typed),
        "submitting": submitting,
        "sure": request.POST.get("incomplete", ""),
    }
    return render(request, "reports/conflict.html", page, status=409)


def refused_page(request: HttpRequest, place: Place, typed: Typed, reason: str) -> HttpResponse:
    texts = [
        (FIELD_LABELS[name], _said(name, text))
        for raw in typed.raw.values()
        for name, text in raw.items()
        if text and name != "kind"
    ]
    page = {"place": place, "reason": reason, "texts": texts, "back_url": place.url, "back_label": "ดูรายงาน"}
    return render(request, "reports/conflict_shut.html", page, status=409)


def _differences(row: Row, raw: dict[str, str]) -> list[Difference]:
    kept, job, key = kept_values(row), row.item.job_no, f"choice-l{row.item.id}"
    found = []
    if "kind" in raw or "quantity" in raw:
        unit = row.item.counting_unit
        mine, theirs = _result(raw, unit), _result(kept, unit)
        if mine != theirs:
            found.append(Difference(f"{key}-result", f"{job} ผลเดือนนี้", mine, theirs))
    for name in TEXTS:
        if name in raw and raw[name] != kept[name]:
            legend = f"{job} {FIELD_LABELS[name]}"
            found.append(Difference(f"{key}-{name}", legend, _said(name, raw[name]), _said(name, kept[name])))
    return found


def _result(values: dict[str, str], unit: str) -> str:
    kind, quantity = values.get("kind", ""), values.get("quantity", "")
    if kind in (AnswerKind.NOTHING, AnswerKind.NOT_AVAILABLE) and not quantity:
        return AnswerKind(kind).label
    return f"{quantity} {unit}" if quantity else ""


def _said(name: str, text: str) -> str:
    if name == "reason_category" and text in list(ReasonCategory):
        return ReasonCategory(text).label
    return text


def _hidden(typed: Typed) -> list[tuple[str, str]]:
    return [(f"l{item_id}-{name}", text) for item_id, raw in typed.raw.items() for name, text in raw.items()]
