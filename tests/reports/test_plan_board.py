"""Plan against result: what each month and the year come to (design rules 4.3, 4.4)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from plans.enums import Aggregation, Direction
from reports.enums import AnswerKind
from reports.item_board import item_board
from reports.plan_board import Choice, Said, board_of, joint, part_of, plan_with_items, span_of
from tests import builders

SUM, LATEST, MAX = Aggregation.SUM, Aggregation.LATEST, Aggregation.MAX
NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
AT = datetime(2026, 10, 29, 2, 0, tzinfo=UTC)


def said(month, value, *, planned=True, assigned=True):
    """A number, "nothing" or "unknown"."""
    kind = {"nothing": AnswerKind.NOTHING, "unknown": AnswerKind.NOT_AVAILABLE}.get(value, AnswerKind.VALUE)
    quantity = Decimal(value) if kind is AnswerKind.VALUE else None
    return Said(month, kind, quantity, planned=planned, assigned=assigned)


def plain(figures):
    return [None if figure is None else int(figure) for figure in figures[:4]]


@pytest.mark.parametrize(
    ("answers", "way", "monthly", "so_far"),
    [
        ([said(0, 2), said(2, 3)], SUM, [2, None, 3, None], [2, 2, 5, 5]),
        ([said(0, 2), said(1, "nothing")], SUM, [2, 0, None, None], [2, 2, 2, 2]),
        ([said(0, 2), said(2, 3)], LATEST, [2, None, 3, None], [2, 2, 3, 3]),
        ([said(0, 2), said(1, "nothing")], LATEST, [2, 2, None, None], [2, 2, 2, 2]),
        ([said(0, 3), said(1, 1)], LATEST, [3, 1, None, None], [3, 1, 1, 1]),
        ([said(0, 3), said(1, 1)], MAX, [3, 3, None, None], [3, 3, 3, 3]),
        ([said(1, "unknown")], SUM, [None] * 4, [None] * 4),
        ([said(0, 0)], SUM, [0, None, None, None], [0, 0, 0, 0]),
    ],
    ids=[
        "sum",
        "nothing is 0",
        "latest",
        "no change",
        "went down",
        "highest",
        "unknown is no figure",
        "0 is a figure",
    ],
)
def test_one_persons_year(answers, way, monthly, so_far):
    part = part_of(answers, way)
    assert (plain(part.monthly), plain(part.so_far)) == (monthly, so_far)


def test_not_available_is_counted_apart():
    assert part_of([said(0, "unknown"), said(1, 3), said(2, "unknown")], SUM).unavailable == 2


def test_work_in_a_month_without_a_plan_counts_in_the_year_and_is_told_apart():
    part = part_of([said(0, 4, planned=False), said(1, 2)], SUM)
    assert (part.ahead, part.outside, plain(part.so_far)) == (4, 0, [4, 6, 6, 6])


def test_work_without_any_share_is_in_no_figure():
    part = part_of([said(0, 4, planned=False, assigned=False)], SUM)
    assert (part.ahead, part.outside, plain(part.so_far)) == (0, 4, [None] * 4)


def test_running_totals_of_several_people_are_added_as_they_stand():
    first = part_of([said(0, 5), said(1, 6)], LATEST)
    second = part_of([said(0, 1)], LATEST)
    both = joint([first, second], LATEST)
    assert (plain(both.monthly), plain(both.so_far)) == ([6, 7, None, None], [6, 7, 7, 7])


def test_several_people_share_a_sum():
    both = joint([part_of([said(0, 5)], SUM), part_of([said(0, 1), said(1, 2)], SUM)], SUM)
    assert (plain(both.monthly), plain(both.so_far)) == ([6, 2, None, None], [6, 8, 8, 8])


@pytest.mark.parametrize(
    ("now", "current", "due"),
    [
        (datetime(2026, 9, 30, 16, 59, tzinfo=UTC), -1, -1),
        (datetime(2026, 9, 30, 17, 1, tzinfo=UTC), 0, -1),
        (datetime(2026, 10, 30, 9, 30, tzinfo=UTC), 0, -1),
        (datetime(2026, 10, 30, 9, 30, 1, tzinfo=UTC), 0, 0),
        (datetime(2026, 12, 1, 2, 0, tzinfo=UTC), 2, 1),
        (datetime(2027, 10, 1, 2, 0, tzinfo=UTC), None, 11),
    ],
    ids=[
        "before the year",
        "its first minute",
        "at the deadline",
        "past it",
        "no deadline known",
        "after the year",
    ],
)
def test_where_a_year_stands(now, current, due):
    span = span_of(2570, now, {date(2026, 10, 1): datetime(2026, 10, 30, 9, 30, tzinfo=UTC)})
    assert (span.now, span.due) == (current, due)


# With the database


@pytest.fixture
def cast(db):
    return Cast()


class Cast:
    def __init__(self):
        self.office = builders.make_office()
        self.one, self.two = builders.make_unit(self.office), builders.make_unit(self.office)
        self.a, self.b = builders.make_person(self.one), builders.make_person(self.two)
        self.plan = builders.make_plan(self.office)
        self.item = builders.make_item(self.plan, {self.a: [4, 4], self.b: [6, None]})
        self.item.annual_target = Decimal(14)
        self.item.save()

    def row(self, **choice):
        plan, items = plan_with_items(builders.actor(self.a), 2570)
        rows = board_of(plan, items, now=NOW, choice=Choice(**choice)).rows
        return rows[0] if rows else None

    def served(self):
        return {p.pk: [(u.pk, builders.EARLY, None)] for p, u in ((self.a, self.one), (self.b, self.two))}


def line(quantity, target):
    return {"kind": "VALUE", "quantity": Decimal(quantity), "target": target and Decimal(target)}


def test_the_offices_figures_are_those_of_the_last_submitted_version(cast):
    builders.send_report(cast.a, {cast.item: line(3, 4)}, at=AT)
    builders.send_report(cast.a, {cast.item: line(4, 4)}, at=AT)
    builders.send_report(cast.b, {cast.item: line(9, 6)}, at=AT)
    row = cast.row()
    cells = [(plain([cell.result, cell.plan]), cell.below, cell.future) for cell in row.monthly[:4]]
    assert cells == [
        ([13, 10], False, False),
        ([None, 4], False, False),
        ([None, None], False, False),
        ([None, None], False, True),
    ]
    assert (row.so_far.result, row.so_far.plan, row.so_far.percent) == (13, 14, Decimal("92.86"))
    assert (row.so_far.below, row.annual, row.annual_percent) == (True, 14, Decimal("92.86"))


def test_a_draft_is_in_no_figure(cast):
    report = builders.send_report(cast.a, {cast.item: line(3, 4)}, at=AT)
    report.lines.create(item=cast.item, kind="VALUE", quantity=99)
    assert cast.row().so_far.result == 3


def test_a_unit_and_a_person_have_their_own_plan_and_result(cast):
    builders.send_report(cast.a, {cast.item: line(3, 4)}, at=AT)
    builders.send_report(cast.b, {cast.item: line(6, 6)}, at=AT)
    unit = cast.row(unit_id=cast.two.pk, served=cast.served())
    person = cast.row(person_id=cast.a.pk)
    assert (unit.so_far.result, unit.so_far.plan, unit.annual) == (6, 6, 6)
    assert (person.so_far.result, person.so_far.plan, person.annual) == (3, 8, 8)
    nobody = builders.make_person(cast.one)
    assert cast.row(person_id=nobody.pk) is None


def test_less_is_better_is_met_under_its_ceiling(cast):
    cast.item.direction = Direction.LESS
    cast.item.save()
    builders.send_report(cast.a, {cast.item: line(9, 4)}, at=AT)
    cell = cast.row().monthly[0]
    assert (cell.percent, cell.below) == (Decimal("90.00"), False)


def test_work_of_others_never_changes_the_percent(cast):
    builders.send_report(cast.a, {cast.item: line(4, 4)}, at=AT)
    before = cast.row().so_far.percent
    stranger = builders.make_person(cast.one)
    builders.send_report(stranger, {cast.item: line(50, None)}, at=AT)
    row = cast.row()
    assert (row.so_far.percent, row.part.outside) == (before, 50)


def test_the_item_adds_up_its_people(cast):
    builders.send_report(cast.a, {cast.item: line(3, 4)}, at=AT)
    builders.send_report(cast.b, {cast.item: line(6, 6)}, at=AT)
    _, (item,) = plan_with_items(builders.actor(cast.a), 2570)
    board = item_board(item, by=builders.actor(cast.a), now=NOW)
    assert [(each.person.pk, each.row.so_far.result, each.row.annual) for each in board.people] == [
        (cast.a.pk, 3, 8),
        (cast.b.pk, 6, 6),
    ]
    assert board.row.so_far.result == sum(each.row.so_far.result for each in board.people)
    assert [each.reports for each in board.people] == [{0}, set()]


def test_a_closed_months_reports_are_open_to_the_office(cast):
    builders.send_report(cast.b, {cast.item: line(6, 6)}, at=AT)
    month = builders.month_of(cast.office)
    month.closed_at = NOW
    month.save()
    _, (item,) = plan_with_items(builders.actor(cast.a), 2570)
    assert item_board(item, by=builders.actor(cast.a), now=NOW).people[1].reports == {0}


def test_another_office_has_no_plan_here(cast):
    stranger = builders.make_person(builders.make_unit(builders.make_office()))
    assert plan_with_items(builders.actor(stranger), 2570) == (None, [])
