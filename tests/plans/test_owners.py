"""Whom the words of a plan's owner column mean."""

from __future__ import annotations

import pytest

from plans.owners import Owners, PersonRef, UnitRef, resolve

UNITS = [
    UnitRef(0, "สหกรณ์จังหวัด", "สกจ."),
    UnitRef(1, "ฝ่ายบริหารทั่วไป", "ฝบท."),
    UnitRef(2, "กลุ่มจัดตั้งและส่งเสริมสหกรณ์", "กจส."),
    UnitRef(3, "กลุ่มตรวจการสหกรณ์", "กตส."),
    UnitRef(4, "นิคมสหกรณ์ตัวอย่าง", "นคส."),
    UnitRef(11, "กลุ่มส่งเสริมสหกรณ์ 1", "กสส.1"),
    UnitRef(12, "กลุ่มส่งเสริมสหกรณ์ 2", "กสส.2"),
    UnitRef(13, "กลุ่มส่งเสริมสหกรณ์ 3", "กสส.3"),
    UnitRef(14, "กลุ่มส่งเสริมสหกรณ์ 4", "กสส.4"),
]
PEOPLE = [
    PersonRef(101, "EX030", "นายไหม ตัวอย่าง", 11),
    PersonRef(102, "EX031", "นางสาวกล้วย ตัวอย่าง", 11),
    PersonRef(103, "EX040", "นายซ้ำ กัน", 12),
    PersonRef(104, "EX041", "นางซ้ำ กัน", 13),
]
ALL = (1, 2, 3, 4, 11, 12, 13, 14)
PROMOTION = (11, 12, 13, 14)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("กจส.", (2,)),
        ("กจส", (2,)),
        ("กลุ่มจัดตั้งและส่งเสริมสหกรณ์", (2,)),
        ("กลุ่ม จัดตั้งและส่งเสริมสหกรณ์", (2,)),
        ("จัดตั้งและส่งเสริมสหกรณ์", (2,)),
        ("กสส.1-4", PROMOTION),
        ("กสส. 1 – 4", PROMOTION),
        ("กสส.๑-๔", PROMOTION),
        ("กสส.1 ถึง 4", PROMOTION),
        ("กสส.1-กสส.4", PROMOTION),
        ("กลุ่มส่งเสริมสหกรณ์ 1-4", PROMOTION),
        ("กลุ่มส่งเสริมสหกรณ์ที่ 1-4", PROMOTION),
        ("กลุ่มส่งเสริมสหกรณ์ที่ 2", (12,)),
        ("กสส.1,2,4", (11, 12, 14)),
        ("กสส.1, 2 และ 4", (11, 12, 14)),
        ("กสส.1-2, 4", (11, 12, 14)),
        ("กสส. 1/2", (11, 12)),
        ("กสส.", PROMOTION),
        ("ทุก กสส.", PROMOTION),
        ("กสส.ทุกกลุ่ม", PROMOTION),
        ("กจส., กตส., ฝบท.", (2, 3, 1)),
        ("กจส./กตส.", (2, 3)),
        ("กจส.\nกตส.", (2, 3)),
        ("กจส. และ กตส.", (2, 3)),
        ("กลุ่มจัดตั้งและส่งเสริมสหกรณ์และกลุ่มตรวจการสหกรณ์", (2, 3)),
        ("กสส.1-4 และ กตส.", (*PROMOTION, 3)),
        ("กจส., กจส.", (2,)),
        ("ทุกกลุ่ม/ฝ่าย", ALL),
        ("ทุกกลุ่ม", ALL),
        ("ทุกกลุ่ม / ฝ่าย / นิคม", ALL),
        ("ทุกหน่วยงาน", ALL),
        ("สหกรณ์จังหวัด", (0,)),
    ],
)
def test_units_by_name_abbreviation_range_list_and_all(text, units):
    assert resolve(text, UNITS, PEOPLE) == Owners(unit_ids=units)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("EX030", (101,)),
        ("ex030", (101,)),
        ("นายไหม ตัวอย่าง", (101,)),
        ("ไหม  ตัวอย่าง", (101,)),
        ("น.ส.กล้วย ตัวอย่าง", (102,)),
        ("นายไหม ตัวอย่าง (EX030)", (101,)),
        ("นายไหม ตัวอย่าง, นางสาวกล้วย ตัวอย่าง", (101, 102)),
        ("นายไหม ตัวอย่าง และนางสาวกล้วย ตัวอย่าง", (101, 102)),
        ("นายซ้ำ กัน", (103,)),
    ],
)
def test_people_by_code_and_name(text, people):
    assert resolve(text, UNITS, PEOPLE) == Owners(person_ids=people)


def test_a_unit_and_a_person_in_one_cell():
    assert resolve("ฝบท., EX030", UNITS, PEOPLE) == Owners(unit_ids=(1,), person_ids=(101,))


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("กสส.1-6", Owners(unit_ids=PROMOTION, unknown=("กสส.5", "กสส.6"))),
        ("กสส.9", Owners(unknown=("กสส.9",))),
        ("กสส.4-1", Owners(unknown=("กสส.4-1",))),
        ("กจส., กxx.", Owners(unit_ids=(2,), unknown=("กxx",))),
        ("ซ้ำ กัน", Owners(unknown=("ซ้ำ กัน",))),
        ("ไหม", Owners(unknown=("ไหม",))),
        ("ส่งเสริม", Owners(unknown=("ส่งเสริม",))),
        ("", Owners()),
        (" - ", Owners()),
    ],
    ids=[
        "range too long",
        "no such number",
        "backwards",
        "one of two",
        "name of two",
        "half a name",
        "half a unit",
        "blank",
        "dash",
    ],
)
def test_what_nobody_answers_to_is_named_not_guessed(text, owners):
    assert resolve(text, UNITS, PEOPLE) == owners
