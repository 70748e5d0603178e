"""Where an item stands to date: met, behind, not yet due or beyond saying, and never two of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisals.enums import Met
from appraisals.rules import count_met, item_year, months_due, standing_of
from plans.enums import Aggregation, Direction
from reports.enums import AnswerKind
from reports.rules import Line

SUM, LATEST, MAX = Aggregation.SUM, Aggregation.LATEST, Aggregation.MAX
MORE, LESS = Direction.MORE, Direction.LESS
NA = "not available"
Month = tuple[int | None, int | str | None]


def year(months, how=SUM, direction=MORE):
    lines: list[Line | None] = []
    previous = None
    for target, said in months:
        kind = AnswerKind.NOT_AVAILABLE if said == NA else AnswerKind.VALUE
        if said is None:
            kind = AnswerKind.NONE
        line = Line(
            1,
            "สสจ. 901",
            None if target is None else Decimal(target),
            kind=kind,
            quantity=Decimal(said) if isinstance(said, int) else None,
            aggregation=how,
            direction=direction,
            previous=previous,
        )
        previous = line.result if line.result is not None else previous
        lines.append(line)
    lines += [None] * (12 - len(lines))
    return item_year(lines, name="งาน", counting_unit="ครั้ง", margin=Decimal(0))


@pytest.mark.parametrize(
    ("how", "direction", "months", "due", "expected"),
    [
        (SUM, MORE, [(4, 4), (4, 4)], 2, Met.MET),
        (SUM, MORE, [(4, 6), (4, 2)], 2, Met.MET),
        (SUM, MORE, [(4, 4), (4, 3)], 2, Met.BEHIND),
        (SUM, MORE, [(4, 4), (4, None)], 2, Met.BEHIND),
        (SUM, MORE, [(4, 4), (4, None)], 1, Met.MET),
        (SUM, MORE, [(4, 0)], 1, Met.BEHIND),
        (SUM, MORE, [(4, None)], 1, Met.UNSAID),
        (SUM, MORE, [(4, NA)], 1, Met.UNSAID),
        (SUM, MORE, [(4, None)], 0, Met.NOT_DUE),
        (SUM, MORE, [(None, None), (4, None)], 1, Met.NOT_DUE),
        (SUM, MORE, [(0, 3), (4, None)], 1, Met.NOT_DUE),
        (SUM, MORE, [(0, 3)], 12, Met.UNSAID),
        (SUM, LESS, [(4, 4)], 1, Met.MET),
        (SUM, LESS, [(4, 5)], 1, Met.BEHIND),
        (SUM, LESS, [(4, 0)], 1, Met.MET),
        (SUM, LESS, [(4, 1), (4, None)], 2, Met.UNSAID),
        (SUM, LESS, [(4, 9), (4, None)], 2, Met.BEHIND),
        (LATEST, MORE, [(2, 2), (4, 3)], 2, Met.BEHIND),
        (LATEST, MORE, [(2, 2), (4, 5), (6, None)], 2, Met.MET),
        (LATEST, MORE, [(2, 5), (4, None)], 2, Met.MET),
        (LATEST, LESS, [(4, None), (4, 3)], 2, Met.MET),
        (LATEST, LESS, [(4, 3), (4, None)], 2, Met.UNSAID),
        (MAX, MORE, [(5, 6), (5, 1)], 2, Met.MET),
        (MAX, LESS, [(5, 4), (5, NA)], 2, Met.UNSAID),
        (MAX, LESS, [(5, 6), (5, 1)], 2, Met.BEHIND),
    ],
)
def test_where_an_item_stands(how, direction, months, due, expected):
    assert standing_of(year(months, how, direction), due=due).met is expected


def test_what_is_reported_ahead_of_its_deadline_waits_for_it():
    found = standing_of(year([(4, 4), (4, 9)]), due=1)
    assert (found.figure.plan, found.figure.result, found.figure.percent) == (4, 4, Decimal("100.00"))


def test_silent_months_and_those_not_available_are_counted_apart():
    found = standing_of(year([(4, 4), (4, None), (4, NA), (None, None), (4, None)]), due=4)
    assert (found.silent, found.unavailable) == (1, 1)


def test_once_all_months_are_due_the_figures_are_those_of_the_year():
    item = year([(4, 3)] * 12)
    assert standing_of(item, due=12).figure == item.year


@pytest.mark.parametrize(("passed", "expected"), [(0, 0), (1, 1), (5, 5), (12, 12)])
def test_months_are_due_when_their_deadline_has_passed(passed, expected):
    start = datetime(2026, 10, 30, tzinfo=UTC)
    deadlines = [start + timedelta(days=30 * n) for n in range(12)]
    assert months_due(deadlines, start + timedelta(days=30 * passed - 1)) == expected


def test_at_the_deadline_itself_a_month_is_not_yet_due():
    deadline = datetime(2026, 10, 30, tzinfo=UTC)
    assert months_due([deadline], deadline) == 0


quantities = st.none() | st.integers(0, 9)
a_month = st.tuples(quantities, quantities | st.just(NA))
an_item = st.builds(
    year,
    st.lists(a_month, min_size=1, max_size=12),
    st.sampled_from(list(Aggregation)),
    st.sampled_from(list(Direction)),
)


@given(st.lists(an_item, max_size=12), st.integers(0, 12))
def test_each_item_is_counted_once_and_in_one_word(items, due):
    counts = count_met(standing_of(item, due=due) for item in items)
    assert set(counts) == set(Met)
    assert sum(counts.values()) == len(items)


@given(an_item, st.integers(0, 12))
def test_nothing_is_met_or_behind_without_both_figures_and_a_target(item, due):
    found = standing_of(item, due=due)
    if found.met in (Met.MET, Met.BEHIND):
        assert found.figure.plan
        assert found.figure.result is not None
    if not due:
        assert found.met in (Met.NOT_DUE, Met.UNSAID)
    assert found.silent + found.unavailable <= due
    assert found.met is not Met.NOT_DUE or due < 12


@given(an_item, st.integers(1, 12))
def test_months_still_to_come_change_nothing(item, due):
    from dataclasses import replace

    from appraisals.rules import Figure

    blank = replace(item, months=(*item.months[:due], *[Figure(None, None)] * (12 - due)))
    assert standing_of(blank, due=due).figure == standing_of(item, due=due).figure
