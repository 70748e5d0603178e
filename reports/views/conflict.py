"""Pages of a refused save, 409: both versions side by side, or why it is shut. Nothing typed is lost."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from plans.models import PlanItem
from reports import forms, whole_form
from reports.answers import FIELD_LABELS, PART_LABELS
from reports.queries import read_month
from reports.views.merging import WORDLESS, merge, prints, said, whole_texts
from reports.views.month_typed import Sent
from reports.views.place import Place


def conflict_page(
    request: HttpRequest, place: Place, sent: Sent, *, submitting: bool = False, from_file: bool = False
) -> HttpResponse:
    """Asks of what was changed on both sides; what was changed elsewhere only is told."""
    read = read_month(place.month, place.person.pk)
    found = merge(read, sent)
    found.settle(sent)
    found.join_works(read, sent)
    page = {
        "place": place,
        "report": read.report,
        "made_from": prints(read),
        "reason": "ร่างถูกบันทึกจากที่อื่นหลังดาวน์โหลดไฟล์นี้" if from_file else "มีการบันทึกรายงานนี้จากที่อื่นก่อนคุณ",
        "differences": found.asked,
        "elsewhere": found.elsewhere,
        "hidden": _hidden(sent),
        "submitting": submitting,
        "from_file": from_file,
        "mine_label": "ในไฟล์" if from_file else "",
        "refused": sent.evidence,
        "sure": request.POST.get("incomplete", ""),
    }
    return render(request, "reports/conflict.html", page, status=409)


def refused_page(request: HttpRequest, place: Place, sent: Sent, reason: str) -> HttpResponse:
    texts = line_texts(place.month.office_id, sent)
    texts += [("หลักฐานที่ยังไม่ได้แนบ", f"{each.name} {each.words}") for each in sent.evidence]
    texts += part_texts(sent)
    page = {"place": place, "reason": reason, "texts": texts, "back_url": place.url, "back_label": "ดูรายงาน"}
    return render(request, "reports/conflict_shut.html", page, status=409)


def typed_in_words(request: HttpRequest, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """A form of a month that waits to be sent again."""
    fields = dict(pairs)
    sent = Sent(forms.read(fields), whole_form.read(fields), -1)
    office_id: int = request.actor.office_id  # type: ignore[attr-defined]
    texts = line_texts(office_id, sent) + part_texts(sent)
    links = [text for name, text in pairs if name.endswith("-link") and text.strip()]
    return texts + [("ลิงก์หลักฐาน", text) for text in links]


def line_texts(office_id: int, sent: Sent) -> list[tuple[str, str]]:
    """Everything that was typed of lines, each with its job: the page is all that is left of it."""
    jobs = PlanItem.objects.filter(pk__in=sent.lines.raw, plan__office_id=office_id)
    found = []
    for item_id, job_no, job in jobs.order_by("sort_order").values_list("pk", "job_no", "name"):
        for name, text in sent.lines.raw[item_id].items():
            if text and (name != "kind" or text in WORDLESS):
                found.append((f"{job_no} {job} · {FIELD_LABELS[name]}", said(name, text)))
    return found


def part_texts(sent: Sent) -> list[tuple[str, str]]:
    return [(PART_LABELS[name], text) for name, text in whole_texts(sent.whole).items() if text]


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
