"""Shares of the plan, in every layout."""

from __future__ import annotations

import pytest

from tests.plans.workbook.scene import (
    GOOD_SHARES,
    PERCENT,
    Rows,
    book,
    figures,
    parse,
    plain,
    share_rows,
)

SHARES = [(row[0], row[1], figures(row[3:15])) for row in GOOD_SHARES]


def names_only() -> Rows:
    return share_rows([[row[0], row[2], *row[3:]] for row in GOOD_SHARES], ("เลขที่งาน", "ชื่อ-สกุล"))


def names_in_two_columns() -> Rows:
    first_names = ("ไหม", "กล้วย", "กล้วย", "ทศ")
    rows = [[row[0], name, "ตัวอย่าง", *row[3:]] for row, name in zip(GOOD_SHARES, first_names, strict=True)]
    return share_rows(rows, ("เลขที่งาน", "ชื่อ", "นามสกุล"))


def job_once_per_group() -> Rows:
    rows = [list(row) for row in GOOD_SHARES]
    rows[1][0] = None
    rows.insert(2, [None, None, "รวม", *[2] * 11, "-", 22])
    return share_rows(rows)


def bare_numbers() -> Rows:
    return share_rows([[int(row[0][-1]), *row[1:]] for row in GOOD_SHARES])


@pytest.mark.parametrize(
    "rows",
    [share_rows(GOOD_SHARES), names_only(), names_in_two_columns(), job_once_per_group(), bare_numbers()],
    ids=["codes", "names only", "names in two columns", "job once per group, sums", "bare job numbers"],
)
@pytest.mark.parametrize("sheet", ["กระจายแผนรายบุคคล", "Sheet2"])
def test_shares_read_the_same_in_every_layout(rows, sheet):
    plan = parse(("แผน", plain()), (sheet, rows))

    assert [problem.message for problem in plan.problems] == []
    assert [(share.job_no, share.person_code, share.monthly) for share in plan.shares] == SHARES
    assert plan.unshared == []


def test_shares_come_from_another_file_when_given():
    shares = book(("Sheet1", share_rows(GOOD_SHARES)), name="shares.xlsx")

    plan = parse(("แผน", plain()), shares=shares)

    assert plan.problems == []
    assert [(share.job_no, share.person_code, share.monthly) for share in plan.shares] == SHARES


def test_shares_on_a_sheet_for_each_unit_are_taken_together():
    plan = parse(
        ("แผน", plain()),
        ("กสส.1", share_rows(GOOD_SHARES[:1])),
        ("อื่น ๆ", share_rows(GOOD_SHARES[1:])),
    )

    assert plan.problems == []
    assert [(share.sheet, share.row, share.job_no) for share in plan.shares] == [
        ("กสส.1", 2, "สสจ. 1"), ("อื่น ๆ", 2, "สสจ. 1"), ("อื่น ๆ", 3, "สสจ. 2"), ("อื่น ๆ", 4, "สสจ. 3"),
    ]  # fmt: skip


def test_without_shares_a_named_person_owns_the_whole_and_units_stay_open():
    plan = parse(("แผน", plain()))

    assert [(share.job_no, share.person_id, share.monthly) for share in plan.shares] == [
        ("สสจ. 3", "p3", figures(PERCENT))
    ]
    assert plan.unshared == ["สสจ. 1", "สสจ. 2"]
