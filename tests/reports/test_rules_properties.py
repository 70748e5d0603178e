"""What holds of every report, however it was filled in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from plans.enums import Aggregation, Direction
from reports.enums import AnswerKind, Breach, FlagState, RowState, Timing
from reports.rules import Finding, Line, PersonMonth, findings, flag_state, row_state, timing_of, unaddressed

DUE = datetime(2026, 10, 30, 9, 30, tzinfo=UTC)

figures = st.decimals(0, 500, places=2)
texts = st.sampled_from(["", "  ", "สหกรณ์เลื่อนนัด"])
margins = st.sampled_from([Decimal(0), Decimal(5), Decimal(100)])
instants = st.integers(-(10**6), 10**6).map(lambda seconds: DUE + timedelta(seconds=seconds))
seconds = st.integers(0, 10**6).map(lambda count: timedelta(seconds=count))


answers = st.sampled_from(AnswerKind)


@st.composite
def lines(draw: st.DrawFn, kinds: st.SearchStrategy[AnswerKind] = answers) -> Line:
    kind = draw(kinds)
    return Line(
        item_id=draw(st.integers(1, 10**6)),
        job_no="สสจ. 1",
        target=draw(st.none() | figures),
        kind=kind,
        quantity=draw(figures) if kind is AnswerKind.VALUE else None,
        explanation=draw(texts),
        unavailable_reason=draw(texts),
        aggregation=draw(st.sampled_from(Aggregation)),
        direction=draw(st.sampled_from(Direction)),
        previous=draw(st.none() | figures),
        cps=draw(st.none() | figures),
        late_instalment=draw(st.booleans()),
    )


many_lines = st.lists(lines(), max_size=6, unique_by=lambda line: line.item_id).map(tuple)


@st.composite
def submitted(draw: st.DrawFn) -> PersonMonth:
    first = draw(instants)
    return PersonMonth(
        deadline=draw(instants),
        first_submitted_at=first,
        first_deadline=draw(st.none() | instants),
        submitted_at=first + draw(seconds),
        lines=draw(many_lines),
    )


months = submitted() | st.builds(PersonMonth, deadline=instants)


def kinds(month: PersonMonth, now: datetime, margin: Decimal = Decimal(0)) -> list[Breach]:
    return [found.breach for found in findings(month, now=now, margin=margin)]


@given(submitted(), instants, margins)
def test_who_submitted_is_never_missing(month: PersonMonth, now: datetime, margin: Decimal):
    assert Breach.MISSING not in kinds(month, now, margin)


@given(months, instants, margins)
def test_a_waiver_leaves_no_finding(month: PersonMonth, now: datetime, margin: Decimal):
    assert findings(replace(month, waived=True), now=now, margin=margin) == []


@given(months, instants, seconds)
def test_a_later_deadline_makes_nobody_late_or_missing(month: PersonMonth, now: datetime, later: timedelta):
    moved = replace(month, deadline=month.deadline + later)
    worse = {Timing.LATE, Timing.MISSING}
    assert timing_of(month, now=now) in worse or timing_of(moved, now=now) not in worse


@given(submitted(), instants, instants)
def test_lateness_is_a_fact_for_ever(month: PersonMonth, now: datetime, later: datetime):
    assert timing_of(month, now=now) is timing_of(month, now=later)


@given(months, instants, margins)
def test_missing_and_late_exclude_each_other_and_all_else_needs_a_report(
    month: PersonMonth, now: datetime, margin: Decimal
):
    found = kinds(month, now, margin)
    assert not {Breach.MISSING, Breach.LATE} <= set(found)
    assert Breach.MISSING not in found or found == [Breach.MISSING]


@given(submitted(), instants, margins, st.randoms())
def test_the_order_of_lines_changes_nothing(month: PersonMonth, now: datetime, margin: Decimal, shuffler):
    mixed = list(month.lines)
    shuffler.shuffle(mixed)

    def as_found(facts: PersonMonth) -> set[tuple[Breach, int | None, bool]]:
        return {
            (each.breach, each.item_id, each.explained) for each in findings(facts, now=now, margin=margin)
        }

    assert as_found(month) == as_found(replace(month, lines=tuple(mixed)))


@given(submitted(), instants, margins)
def test_one_finding_a_breach_and_line(month: PersonMonth, now: datetime, margin: Decimal):
    keys = [(each.breach, each.item_id) for each in findings(month, now=now, margin=margin)]
    assert len(keys) == len(set(keys))


@given(submitted(), st.lists(lines(st.just(AnswerKind.NONE)), min_size=1, max_size=5), instants, margins)
def test_an_empty_report_is_never_complete(
    month: PersonMonth, blank: list[Line], now: datetime, margin: Decimal
):
    shared = replace(blank[0], target=Decimal(1), late_instalment=False)
    assert Breach.INCOMPLETE in kinds(replace(month, lines=(shared, *blank[1:])), now, margin)


@given(submitted(), instants, margins)
def test_unplanned_work_is_no_breach_of_the_plan(month: PersonMonth, now: datetime, margin: Decimal):
    unplanned = {line.item_id for line in month.lines if line.unplanned}
    against_plan = {Breach.OFF_PLAN, Breach.INCOMPLETE}
    breached = {
        each.item_id for each in findings(month, now=now, margin=margin) if each.breach in against_plan
    }
    assert not unplanned & breached


@given(lines(), margins)
def test_a_wider_margin_never_adds_a_breach(line: Line, margin: Decimal):
    assert line.short_by(margin + 1) == 0 or line.short_by(margin) > 0


@given(lines(st.just(AnswerKind.VALUE)), figures)
def test_more_work_never_makes_more_is_better_worse(line: Line, more: Decimal):
    line = replace(line, direction=Direction.MORE)
    better = replace(line, quantity=(line.quantity or Decimal(0)) + more)
    assert better.short_by(Decimal(0)) <= line.short_by(Decimal(0))


basis = st.fixed_dictionaries(
    {
        "result": st.sampled_from(["", "9.00", "10.00"]),
        "explanation": st.sampled_from(["", "เลื่อนนัด"]),
        "cps": st.sampled_from(["", "3.00"]),
    }
)


def as_finding(facts: dict[str, str]) -> Finding:
    return Finding(Breach.OFF_PLAN, DUE, 1, "สสจ. 1", bool(facts["explanation"]), (), facts)


possible = st.none() | basis.map(as_finding)
states = st.none() | st.sampled_from(FlagState)


@given(states, possible, basis)
def test_the_same_scan_again_changes_nothing(
    was: FlagState | None, found: Finding | None, known: dict[str, str]
):
    once = flag_state(was, found, decided_on=known)
    assert flag_state(once, found, decided_on=found.basis if found else known) is once


@given(st.none() | st.sampled_from([FlagState.OPEN, FlagState.CLEARED, FlagState.EXPLAINED]), basis, basis)
def test_explained_off_plan_is_never_open(
    was: FlagState | None, facts: dict[str, str], known: dict[str, str]
):
    assume(facts["explanation"])
    assert flag_state(was, as_finding(facts), decided_on=known) is FlagState.EXPLAINED


@given(states, possible, basis)
def test_a_flag_stands_exactly_while_its_breach_is_true(
    was: FlagState | None, found: Finding | None, known: dict[str, str]
):
    after = flag_state(was, found, decided_on=known)
    assert (after not in (None, FlagState.CLEARED)) is (found is not None)


@given(st.sampled_from([FlagState.CLOSED, FlagState.EXCUSED]), basis, basis)
def test_a_decision_ends_only_with_other_facts(
    decided: FlagState, known: dict[str, str], facts: dict[str, str]
):
    cleared = flag_state(decided, None, decided_on=known)
    after = flag_state(cleared, as_finding(facts), decided_on=known, decided=decided)
    assert (after is decided) is (known == facts)
    assert after is flag_state(decided, as_finding(facts), decided_on=known)


@given(states, possible, basis)
def test_only_people_notify_close_and_excuse(
    was: FlagState | None, found: Finding | None, known: dict[str, str]
):
    after = flag_state(was, found, decided_on=known)
    assert after == was or after in (FlagState.OPEN, FlagState.EXPLAINED, FlagState.CLEARED)


@given(st.booleans(), st.booleans(), st.booleans())
def test_only_a_waiver_makes_a_row_waived(expected: bool, waived: bool, sent: bool):
    state = row_state(expected=expected, waived=waived, report=None, submitted=sent)
    assert (state is RowState.WAIVED) is waived


@given(lines(), lines(), st.sampled_from([Breach.INCOMPLETE, Breach.OFF_PLAN, Breach.CPS_MISMATCH]), margins)
def test_only_a_new_word_answers_a_notice_with_another_figure(
    before: Line, after: Line, breach: Breach, margin
):
    def figure(line: Line) -> Decimal | None:
        return line.reported if breach is Breach.CPS_MISMATCH else line.result

    assume(figure(before) != figure(after))
    result = figure(before)
    told = {"result": "" if result is None else f"{result:.2f}", "explanation": before.said}
    new = bool(after.said) and after.said != before.said
    assert (unaddressed(after, breach, told, margin) is None) is new
