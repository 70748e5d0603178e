"""What the month's form sends, read strictly."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reports.enums import AnswerKind
from reports.forms import CONTRADICTION, choices, read, version_of
from reports.texts import LONGEST_TEXT


@pytest.mark.parametrize(
    ("post", "changes"),
    [
        ({"l5-quantity": "๑๒.๕"}, {"kind": AnswerKind.VALUE, "quantity": Decimal("12.50")}),
        ({"l5-quantity": " 1,234 "}, {"kind": AnswerKind.VALUE, "quantity": Decimal("1234.00")}),
        ({"l5-quantity": "0"}, {"kind": AnswerKind.VALUE, "quantity": Decimal("0.00")}),
        ({"l5-quantity": ""}, {"kind": AnswerKind.NONE, "quantity": None}),
        ({"l5-kind": "VALUE", "l5-quantity": ""}, {"kind": AnswerKind.NONE, "quantity": None}),
        ({"l5-kind": "NOTHING", "l5-quantity": ""}, {"kind": AnswerKind.NOTHING, "quantity": None}),
        ({"l5-kind": "NOTHING", "l5-quantity": "0"}, {"kind": AnswerKind.NOTHING, "quantity": None}),
        ({"l5-kind": "NOT_AVAILABLE"}, {"kind": AnswerKind.NOT_AVAILABLE, "quantity": None}),
        ({"l5-narrative": " ก\r\nข\x00 "}, {"narrative": "ก\nข"}),
        ({"l5-reason_category": "LEAVE"}, {"reason_category": "LEAVE"}),
        ({"l5-colour": "red", "csrfmiddlewaretoken": "x"}, None),
    ],
)
def test_good_fields_become_changes(post, changes):
    typed = read(post)
    assert (typed.changes.get(5), typed.faults) == (changes, {})


@pytest.mark.parametrize(
    ("post", "field", "fault"),
    [
        ({"l5-quantity": "สาม"}, "quantity", "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป คุณพิมพ์ “สาม”"),
        ({"l5-quantity": "-1"}, "quantity", "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป คุณพิมพ์ “-1”"),
        ({"l5-kind": "NOTHING", "l5-quantity": "2"}, "quantity", CONTRADICTION),
        ({"l5-kind": "OTHER"}, "kind", "เลือกว่าเดือนนี้มีผลอย่างไร"),
        ({"l5-reason_category": "RAIN"}, "reason_category", "เลือกสาเหตุจากรายการ"),
        (
            {"l5-narrative": "ก" * (LONGEST_TEXT + 1)},
            "narrative",
            "เขียนไม่เกิน 4,000 ตัวอักษร ที่พิมพ์มี 4,001 ตัวอักษร",
        ),
    ],
    ids=["words", "negative", "a figure beside nothing", "unknown kind", "unknown reason", "too long"],
)
def test_a_bad_field_is_named_and_changes_nothing(post, field, fault):
    typed = read(post)
    assert (typed.faults, typed.changes) == ({(5, field): fault}, {5: {}})


def test_a_very_long_figure_is_refused_without_being_read():
    assert (5, "quantity") in read({"l5-quantity": "9" * 100_000}).faults


def test_what_is_kept_instead_of_ones_own_is_forgotten():
    typed = read({"l5-quantity": "x", "l5-narrative": "ก", "l5-solution": "ข"})
    typed.drop(5, ("kind", "quantity", "narrative"))
    typed.drop(6, ("kind",))
    assert (typed.changes, typed.raw, typed.faults) == ({5: {"solution": "ข"}}, {5: {"solution": "ข"}}, {})


def test_choices_between_versions_are_read():
    post = {"choice-l5-result": "theirs", "choice-l6-narrative": "mine", "choice-x": "theirs"}
    assert choices(post) == {(5, "result"): True, (6, "narrative"): False}


@pytest.mark.parametrize(("text", "version"), [("3", 3), ("", -1), ("-3", -1), ("๓", -1), ("9" * 30, -1)])
def test_a_version_that_is_none_is_older_than_all(text, version):
    assert version_of({"version": text}) == version
