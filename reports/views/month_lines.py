"""The lines of a month as its form shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from office import thai
from office.calendar import Month
from plans.rules import total
from reports.answers import FIELD_LABELS, FIELDS
from reports.enums import AnswerKind, ReasonCategory
from reports.forms import Typed, shown
from reports.queries import MonthOfPerson, Row
from reports.rules import Asked, Lack
from reports.rules.asks import QUESTION

KINDS = [kind for kind in AnswerKind if kind is not AnswerKind.NONE]
CATEGORIES = list(ReasonCategory)
LACK_FIELDS = {
    Lack.UNANSWERED: "quantity",
    Lack.UNEXPLAINED: "explanation",
    Lack.NO_REASON: "unavailable_reason",
    Lack.NOT_ADDRESSED: "explanation",
    Lack.NO_WORD: "explanation",
    Lack.STILL_UNLIKE_CPS: "explanation",
    Lack.OLD_REASON: "explanation",
}
LACK_WORDS = {
    Lack.UNANSWERED: "ยังไม่กรอกผลเดือนนี้",
    Lack.UNEXPLAINED: "กรอกเหตุผลที่ผลต่ำกว่าแผน",
    Lack.NO_REASON: "ระบุเหตุผลที่ไม่มีข้อมูล",
    Lack.NOT_ADDRESSED: "แก้ผลถ้าไม่ถูกต้อง และเขียนเหตุผลใหม่ ตามบันทึกแจ้ง",
    Lack.NO_WORD: "เขียนเหตุผลที่แก้ไข ตามบันทึกแจ้ง",
    Lack.STILL_UNLIKE_CPS: "ผลที่แก้ยังต่างจาก CPS เขียนเหตุผลที่ต่างกัน ตามบันทึกแจ้ง",
    Lack.OLD_REASON: "เขียนเหตุผลใหม่ ตามบันทึกแจ้ง เหตุผลเดิมเขียนไว้ก่อนบันทึกแจ้ง",
}
EXPLAIN_FIELDS = ("reason_category", "explanation", "obstacle", "solution", "help_wanted")
_TONES = {"unanswered": "open", "answered": "ok", "below": "below", "unaddressed": "below"}


NOTHING = SafeString("")


@lru_cache(maxsize=4096)
def _choices(key: str, chosen: str) -> SafeString:
    """The radios of a line's kind, made once: their loop in a template costs more than the rest."""
    return format_html_join(
        "",
        '<label class="choice"><input type="radio" name="{}-kind" value="{}"{}><span>{}</span></label>',
        ((key, kind.value, _mark("checked", kind == chosen), kind.label) for kind in KINDS),
    )


@lru_cache(maxsize=64)
def _options(chosen: str) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((each.value, _mark("selected", each == chosen), each.label) for each in CATEGORIES),
    )


def _mark(word: str, said: bool) -> SafeString:  # noqa: FBT001
    return SafeString(f" {word}") if said else NOTHING


def error_of(key: str, name: str, text: str) -> SafeString:
    """A word under a label; "" where nothing is wrong."""
    if not text:
        return NOTHING
    words = '<p class="field-error" id="{}-{}-error"><i class="bi bi-x-octagon-fill" aria-hidden="true"></i>'
    return format_html(words + "<span>{}</span></p>", key, name, text)


def marks_of(key: str, name: str, text: str) -> SafeString:
    """Attributes of a field that is refused; "" where nothing is wrong."""
    if not text:
        return NOTHING
    return format_html(' aria-invalid="true" aria-describedby="{}-{}-error"', key, name)


@dataclass(frozen=True, slots=True)
class Fault:
    href: str
    text: str


@dataclass(slots=True)
class FormLine:
    """One item with what stands in its fields: what was typed when it was refused, else what is kept."""

    row: Row
    key: SafeString
    values: dict[str, str]
    faults: dict[str, str]
    facts: dict[str, str]
    asked: Asked | None
    """What is asked about the figure, confirmed or not."""
    sure: bool
    """It was confirmed."""
    unsure: bool
    """A submission was refused because it wasn't."""
    evidence: Any = None
    """An EvidencePart, where the page takes files."""
    flags: SafeString = NOTHING
    """What was found of the line, as a list; set by ``month_flags.show_flags``."""
    flagged: bool = False
    """Something was found of it, ended or not, or was told of it and put right."""
    pressing: bool = False
    """Some of it is still to be put right or explained."""
    named: bool = False
    """A notice that names it waits: it needs a new explanation."""
    several: bool = False
    """Its explanation answers both for the plan and for CPS."""
    unaddressed: Lack | None = None
    """Why it doesn't answer a notice that named it, when it lacks nothing else."""

    @property
    def lacks(self) -> tuple[Lack, ...]:
        return self.row.lacks or ((self.unaddressed,) if self.unaddressed else ())

    @property
    def history(self) -> SafeString:
        return _history(self.row)

    @property
    def asks(self) -> SafeString:
        """The question and its tick, beside the figure; "" when there is nothing to ask."""
        return _asks(self) if self.asked and not self.refused else NOTHING

    @property
    def choices(self) -> SafeString:
        return _choices(self.key, self.values["kind"])

    @property
    def options(self) -> SafeString:
        return _options(self.values["reason_category"])

    @property
    def compared(self) -> SafeString:
        """How far from the plan, under the figure; "" when it is on it, or isn't known."""
        difference = self.row.difference
        if not difference or not self.row.target or self.refused:
            return NOTHING
        icon, words = ("arrow-up", "สูงกว่าแผน") if difference > 0 else ("arrow-down", "ต่ำกว่าแผน")
        tone = "below " if self.row.below else ""
        shown = '<p class="{}small mt-2"><i class="bi bi-{}" aria-hidden="true"></i> {}<br>ร้อยละ {:,.2f}</p>'
        return SafeString(shown.format(tone, icon, words, self.row.percent))

    @property
    def errors(self) -> dict[str, SafeString]:
        """A word under the label of each field; "" where nothing is wrong."""
        return {name: error_of(self.key, name, text) for name, text in self.faults.items()}

    @property
    def wrong(self) -> dict[str, SafeString]:
        """Attributes of each field that is refused."""
        return {name: marks_of(self.key, name, text) for name, text in self.faults.items()}

    @property
    def refused(self) -> bool:
        """What was typed as the result means nothing: what is kept isn't shown beside it."""
        return bool(self.faults["quantity"] or self.faults["kind"])

    @property
    def status(self) -> str:
        if self.refused:
            return "unanswered"
        return "unaddressed" if self.unaddressed and self.row.status == "answered" else self.row.status

    @property
    def tone(self) -> str:
        return "below" if self.pressing and self.status == "answered" else _TONES[self.status]

    @property
    def idle(self) -> dict[str, bool]:
        """Texts that are kept and not shown with the report: left over from another answer."""
        fields = () if self.refused else self.row.idle(flagged=self.flagged)
        return {name: bool(self.values[name]) for name in fields}

    @property
    def explain_open(self) -> bool:
        """Below plan, flagged, or something to see or correct inside: the server opens the explanation."""
        wrong = any(self.faults[name] for name in EXPLAIN_FIELDS)
        return self.row.below or self.pressing or wrong or self.idle.get("explanation", False)

    @property
    def unavailable_open(self) -> bool:
        said = self.values["kind"] == AnswerKind.NOT_AVAILABLE or bool(self.values["unavailable_reason"])
        return said or bool(self.faults["unavailable_reason"])


def _asks(line: FormLine) -> SafeString:
    asked = line.asked
    if asked is None:
        return NOTHING
    words = format_html_join("", "<p>{} {}</p>", ((ask.label, QUESTION) for ask in asked.asks))
    shown = (
        '<div class="asks{}" id="{}-asks">{}<input type="hidden" name="{}-asked" value="1">'
        '<label class="choice"><input type="checkbox"'
        ' id="{}-sure" name="{}-sure" value="{}"{}><span>{} {} ถูกต้อง</span></label></div>'
    )
    figure, unit = thai.quantity(asked.quantity), line.row.item.counting_unit
    tone, mark = " asks--wait" if line.unsure else "", _mark("checked", line.sure)
    key = line.key
    return format_html(shown, tone, key, words, key, key, key, figure, mark, figure, unit)


def form_lines(
    read: MonthOfPerson,
    typed: Typed | None = None,
    lacks: Iterable[tuple[int, Lack]] = (),
    unsure: Iterable[Asked] = (),
) -> list[FormLine]:
    """``lacks`` and ``unsure``: why a submission was refused."""
    month, confirmed = read.month.month, read.whole.confirmed
    waiting = {each.item_id for each in unsure}
    lacking: dict[tuple[int, str], str] = {
        (item_id, LACK_FIELDS[lack]): LACK_WORDS[lack] for item_id, lack in lacks
    }
    lines = []
    for row in read.rows:
        values, faults = _values(row, typed, lacking)
        asked = row.asked(month)
        lines.append(
            FormLine(
                row,
                format_html("l{}", row.item.id),
                values,
                faults,
                _facts(row, month),
                asked,
                sure=asked is not None and confirmed.get(row.item.id) == asked.quantity,
                unsure=row.item.id in waiting,
            )
        )
    return lines


def _values(
    row: Row, typed: Typed | None, lacking: Mapping[tuple[int, str], str]
) -> tuple[dict[str, str], dict[str, str]]:
    """What stands in the fields, and what is wrong with them."""
    item_id = row.item.id
    values = shown(row.answer)
    if typed is not None:
        values |= typed.raw.get(item_id, {})
    faults = dict.fromkeys(FIELDS, "")
    for name in FIELDS:
        found = typed.faults.get((item_id, name)) if typed is not None else None
        faults[name] = found or lacking.get((item_id, name), "")
    return values, faults


def _facts(row: Row, month: Month) -> dict[str, str]:
    last, last_target = row.last_month(month), row.last_target(month)
    if last is not None and last.item_id != row.item.id:
        last_target = last.target
    known = row.result is not None
    begun = known or bool(row.targets_before or row.results_before)
    return {
        "target": thai.quantity(row.target),
        "target_of": "นอกแผน" if row.target is None else row.item.counting_unit,
        "last": result_text(last.answer.kind, last.answer.quantity) if last else thai.BLANK,
        "last_of": f"จาก {thai.quantity(last_target)}" if last_target is not None else "ไม่มีแผน",
        "until": f"สะสมถึง {(month if known else month.previous()).short}" if begun else "สะสมปีนี้",
        "to_date": thai.quantity(row.result_to_date),
        "to_date_of": f"จาก {thai.quantity(_target_until(row, known=known))}" if begun else "เริ่มนับเดือนนี้",
    }


def _target_until(row: Row, *, known: bool) -> Any:
    if known:
        return row.target_to_date
    return total((quantity for _, quantity in row.targets_before), row.item.aggregation)


def result_text(kind: AnswerKind, quantity: Any) -> str:
    """The four different facts, each in its own word (4.4)."""
    if kind is AnswerKind.VALUE:
        return thai.quantity(quantity)
    return {AnswerKind.NOTHING: "ไม่มีผล", AnswerKind.NOT_AVAILABLE: "ไม่มีข้อมูล"}.get(kind, "ไม่ได้กรอก")


def _history(row: Row) -> SafeString:
    """Results of the last twelve months, newest first: rows of a table; "" when there are none."""
    shown = (
        (
            thai.month_short(each.month),
            thai.BLANK if each.target is None else thai.quantity(each.target),
            result_text(each.answer.kind, each.answer.quantity),
        )
        for each in reversed(row.history)
    )
    return format_html_join(
        "", '<tr><th scope="row">{}</th><td class="num">{}</td><td class="num strong">{}</td></tr>', shown
    )


def lack_links(lines: Sequence[FormLine]) -> list[Fault]:
    """What is still lacking, each a link to its field; of a result that can't be read see ``fault_links``."""
    return [
        Fault(f"#{line.key}-{LACK_FIELDS[lack]}", f"{line.row.item.job_no}: {LACK_WORDS[lack]}")
        for line in lines
        if not line.refused
        for lack in line.lacks
    ] + unsure_links(lines)


def unsure_links(lines: Iterable[FormLine]) -> list[Fault]:
    """Figures unlike the usual that aren't confirmed yet, each a link to its tick."""
    return [
        Fault(f"#{line.key}-sure", f"{line.row.item.job_no}: {line.asked.asks[0].label} {QUESTION}")
        for line in lines
        if line.asked and not line.sure
    ]


def fault_links(lines: Iterable[FormLine]) -> list[Fault]:
    """What was refused, each a link to its field."""
    return [
        Fault(f"#{line.key}-{name}", f"{line.row.item.job_no}: {FIELD_LABELS[name]} {text}")
        for line in lines
        for name, text in line.faults.items()
        if text
    ]
