"""The bench's own arithmetic: what it prints is what was measured."""

from __future__ import annotations

import pytest

from bench.figures import HEADINGS, Result, milliseconds, ratio, table


@pytest.mark.parametrize(
    ("times", "yardstick", "expected"),
    [
        pytest.param(
            [2.0, 4.0, 100.0], [2.0, 2.0, 50.0], 2.0, id="an outlier on either side changes nothing"
        ),
        pytest.param([3.0], [2.0], 1.5, id="once is enough"),
        pytest.param([1.0, 3.0], [4.0, 4.0], 0.5, id="an even number takes the middle of both"),
    ],
)
def test_ratio_is_median_over_median(times, yardstick, expected):
    assert ratio(times, yardstick) == expected


@pytest.mark.parametrize(
    ("value", "goal", "met"),
    [
        pytest.param(1.5, 1.5, True, id="exactly the goal is met"),
        pytest.param(1.501, 1.5, False, id="a little more isn't, though it prints the same"),
        pytest.param(9.0, None, None, id="without a goal there is no verdict"),
    ],
)
def test_verdict_judges_the_figure_before_rounding(value, goal, met):
    assert Result("month", "month", value, "T", goal).met is met


@pytest.mark.parametrize(
    ("queries", "goal", "met"),
    [(8, 8, True), (9, 8, False), (9, None, None), (None, 8, None)],
    ids=["as many", "one more", "no goal", "not counted"],
)
def test_queries_have_their_own_verdict(queries, goal, met):
    assert Result("month", "month", 1.0, "T", 1.5, queries, goal).queries_met is met


def test_a_missed_goal_is_said_in_the_row():
    cells = Result("month", "one's month", 1.72, "T", 1.5, 9, 8).cells()
    assert cells == ("one's month", "1.72", "T", "1.5", "NOT MET", "9", "8", "NOT MET", "")


def test_memory_is_told_in_whole_mib():
    assert Result("memory", "memory", 166.4, "MiB", 200).cells()[1] == "166"


def test_milliseconds_tell_the_median_and_the_middle_half():
    assert milliseconds([0.001 * n for n in range(1, 9)]) == "4.5 ms (3.0-7.0)"


def test_every_line_of_the_table_has_every_column_in_place():
    lines = table(
        [Result("a", "short", 1, "T", 2).cells(), Result("b", "longer name", 10, "T").cells()]
    ).splitlines()
    assert lines[0].split() == [heading for heading in HEADINGS if heading]
    assert lines[1].index("1.00") == lines[2].index("10.00") + 1


def test_json_carries_both_verdicts():
    told = Result("month", "month", 2.0, "T", 1.5, 7, 8).as_dict()
    assert (told["met"], told["queries_met"], told["value"]) == (False, True, 2.0)
