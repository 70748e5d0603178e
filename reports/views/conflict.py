"""Pages of a refused save, 409: both versions side by side, or why it is shut. Nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from plans.models import PlanItem
from reports.answers import FIELD_LABELS, PART_LABELS, TEXTS, WholeAnswer
from reports.enums import AnswerKind, ReasonCategory, SelfRating
from reports.forms import shown
from reports.queries import MonthOfPerson, Row, read_month
from reports.views.month_typed import Sent
from reports.views.place import Place
from reports.whole_form import TypedWhole, shown_works

_WORDLESS = (AnswerKind.NOTHING, AnswerKind.NOT_AVAILABLE)
"""Answers without a figure."""


@dataclass(frozen=True, slots=True)
class Difference:
    name: str
    legend: str
    mine: str
    theirs: str


def conflict_page(
    request: HttpRequest, place: Place, sent: Sent, *, submitting: bool = False
) -> HttpResponse:
    read = read_month(place.month, place.person.pk)
    page = {
        "place": place,
        "report": read.report,
        "reason": "มีการบันทึกรายงานนี้จากที่อื่นก่อนคุณ",
        "differences": differences_of(read, sent),
        "hidden": _hidden(sent),
        "submitting": submitting,
        "refused": sent.evidence,
        "sure": request.POST.get("incomplete", ""),
    }
    return render(request, "reports/conflict.html", page, status=409)


def differences_of(read: MonthOfPerson, sent: Sent) -> list[Difference]:
    """Field by field, what was sent and what is kept."""
    lines = [found for row in read.rows for found in _differences(row, sent.lines.raw.get(row.item.id, {}))]
    return [*lines, *_of_whole(read.whole, sent.whole)]


def refused_page(request: HttpRequest, place: Place, sent: Sent, reason: str) -> HttpResponse:
    texts = _line_texts(place, sent)
    texts += [("หลักฐานที่ยังไม่ได้แนบ", f"{each.name} {each.words}") for each in sent.evidence]
    texts += [(PART_LABELS[name], text) for name, text in _whole_texts(sent.whole).items() if text]
    page = {"place": place, "reason": reason, "texts": texts, "back_url": place.url, "back_label": "ดูรายงาน"}
    return render(request, "reports/conflict_shut.html", page, status=409)


def _line_texts(place: Place, sent: Sent) -> list[tuple[str, str]]:
    """Everything that was typed of lines, each with its job: the page is all that is left of it."""
    jobs = PlanItem.objects.filter(pk__in=sent.lines.raw, plan__office_id=place.month.office_id)
    found = []
    for item_id, job_no in jobs.order_by("sort_order").values_list("pk", "job_no"):
        for name, text in sent.lines.raw[item_id].items():
            if text and (name != "kind" or text in _WORDLESS):
                found.append((f"{job_no} {FIELD_LABELS[name]}", _said(name, text)))
    return found


def _differences(row: Row, raw: dict[str, str]) -> list[Difference]:
    kept, job, key = shown(row.answer), row.item.job_no, f"choice-l{row.item.id}"
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
    if kind in _WORDLESS and not quantity:
        return AnswerKind(kind).label
    return f"{quantity} {unit}" if quantity else ""


def _said(name: str, text: str) -> str:
    if name == "kind":
        return AnswerKind(text).label
    if name == "reason_category" and text in list(ReasonCategory):
        return ReasonCategory(text).label
    return text


def _of_whole(said: WholeAnswer, typed: TypedWhole) -> list[Difference]:
    kept = {
        "rating": said.self_rating.label if said.self_rating else "",
        "lesson": said.lesson,
        "works": _works_text(shown_works(said)),
    }
    return [
        Difference(f"choice-{name}", PART_LABELS[name], text, kept[name])
        for name, text in _whole_texts(typed).items()
        if text != kept[name]
    ]


def _whole_texts(typed: TypedWhole) -> dict[str, str]:
    """What was typed of each part that was sent."""
    texts = {name: typed.raw[name] for name in ("rating", "lesson") if name in typed.raw}
    if texts.get("rating") in list(SelfRating):
        texts["rating"] = SelfRating(texts["rating"]).label if texts["rating"] else ""
    return texts | ({"works": _works_text(typed.works)} if "works" in typed.raw else {})


def _works_text(rows: Iterable[dict[str, str]]) -> str:
    return "\n".join(" ".join(filter(None, row.values())) for row in rows)


def _hidden(sent: Sent) -> list[tuple[str, str]]:
    lines = [
        (f"l{item_id}-{name}", text) for item_id, raw in sent.lines.raw.items() for name, text in raw.items()
    ]
    works = [(f"u{n}-{name}", text) for n, row in enumerate(sent.whole.works) for name, text in row.items()]
    asked = sent.whole.changes.get("confirmed", {})
    sure = [
        (f"l{item_id}-asked", "1") if figure is None else (f"l{item_id}-sure", str(figure))
        for item_id, figure in asked.items()
    ]
    return [*lines, *sent.whole.raw.items(), *works, *sure]
