"""What a page sends of the month as a whole: kept, refused, or left as it was."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reports.answers import NOTHING_SAID, WholeAnswer, Work
from reports.enums import SelfRating
from reports.whole_form import MOST_WORKS, read, shown_works

WORK = {
    "u0-name": "ช่วยงานกาชาด",
    "u0-quantity": "๒",
    "u0-counting_unit": "วัน",
    "u0-narrative": "ตั้งโต๊ะรับบริจาค",
}


def test_a_form_without_the_parts_changes_none_of_them():
    assert read({"l5-quantity": "4"}).changes == {}


def test_a_whole_form_is_kept():
    typed = read({"works": "sent", "rating": "4", "lesson": " เริ่มเร็วขึ้น ", **WORK})
    assert (typed.changes, typed.faults) == (
        {
            "self_rating": SelfRating.GOOD,
            "lesson": "เริ่มเร็วขึ้น",
            "works": (Work("ช่วยงานกาชาด", Decimal("2.00"), "วัน", "ตั้งโต๊ะรับบริจาค"),),
        },
        {},
    )


def test_blank_rows_are_no_works_and_the_others_close_up():
    rows = {"works": "sent", "u0-name": "", "u1-name": " ", "u3-name": "ประชุม", "u3-quantity": "1"}
    assert read(rows).changes["works"] == (Work("ประชุม", Decimal(1)),)


def test_emptying_every_row_takes_the_works_away():
    assert read({"works": "sent", "u0-name": ""}).changes == {"works": ()}


def test_a_half_written_work_is_a_draft():
    assert read({"works": "sent", "u0-name": "ประชุม"}).changes == {"works": (Work("ประชุม"),)}


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"works": "sent", "u0-name": "ก", "u0-quantity": "สอง"}, "u0-quantity", "สอง"),
        ({"works": "sent", "u0-name": "ก", "u0-quantity": "-1"}, "u0-quantity", "0 ขึ้นไป"),
        ({"works": "sent", "u0-name": "ก" * 301}, "u0-name", "300"),
        ({"works": "sent", "u0-name": "ก", "u0-counting_unit": "ก" * 61}, "u0-counting_unit", "60"),
        ({"lesson": "ก" * 4001}, "lesson", "4,000"),
        ({"rating": "6"}, "rating", "เลือกระดับ"),
    ],
)
def test_a_field_at_fault_says_why_and_changes_nothing_of_its_part(sent, field, words):
    typed = read(sent)
    assert (typed.changes, list(typed.faults), words in typed.faults[field]) == ({}, [field], True)


def test_more_works_than_can_be_kept_are_refused_not_cut():
    typed = read({"works": "sent"} | {f"u{n}-name": f"งาน {n}" for n in range(MOST_WORKS + 1)})
    assert (typed.changes, list(typed.faults), len(typed.works)) == ({}, ["works"], MOST_WORKS + 1)


def test_a_tick_is_for_the_figure_that_was_shown():
    sent = {"l5-asked": "1", "l5-sure": "๑,๒๐๐", "l6-sure": "มาก", "l7-sure": "", "l8-asked": "1"}
    assert read(sent).changes == {"confirmed": {5: Decimal(1200), 6: None, 7: None, 8: None}}


def test_control_characters_are_taken_out():
    assert read({"lesson": "ก\x00ข\r\nค"}).changes == {"lesson": "กข\nค"}


def test_what_is_kept_reads_back_as_it_was_typed():
    said = WholeAnswer(works=(Work("ช่วยงานกาชาด", Decimal("2.50"), "วัน", "x"),))
    (row,) = shown_works(said)
    again = read({"works": "sent"} | {f"u0-{name}": text for name, text in row.items()})
    assert again.changes["works"] == said.works


def test_confirmed_figures_add_up_and_the_rest_is_replaced():
    said = NOTHING_SAID.with_changes({"confirmed": {1: Decimal(2)}, "lesson": "ก"})
    more = said.with_changes({"confirmed": {3: Decimal(4)}})
    assert (more.lesson, more.confirmed) == ("ก", {1: Decimal(2), 3: Decimal(4)})
