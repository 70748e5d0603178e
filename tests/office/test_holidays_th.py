"""The seed of the holiday table."""

from datetime import date

import pytest

from office.holidays_th import government_holidays

FISCAL_YEARS = range(2565, 2576)


def names(fy: int) -> dict[date, str]:
    return {holiday.date: holiday.name_th for holiday in government_holidays(fy)}


@pytest.mark.parametrize(
    ("day", "name"),
    [
        pytest.param(date(2025, 10, 13), "วันนวมินทรมหาราช", id="first October"),
        pytest.param(date(2026, 1, 2), "วันหยุดพิเศษ (เพิ่มเติม)", id="cabinet day"),
        pytest.param(date(2026, 4, 15), "วันสงกรานต์", id="Songkran"),
        pytest.param(date(2026, 5, 13), "วันพืชมงคล", id="government only"),
        pytest.param(date(2026, 6, 1), "ชดเชยวันวิสาขบูชา", id="substitute"),
        pytest.param(date(2026, 10, 23), "วันปิยมหาราช", id="October after"),
    ],
)
def test_government_days_are_there_by_their_thai_names(day, name):
    assert names(2569)[day] == name


@pytest.mark.parametrize(
    ("fy", "day"),
    [
        pytest.param(2569, date(2026, 5, 1), id="Labour Day"),
        pytest.param(2570, date(2027, 5, 3), id="its substitute"),
        pytest.param(2569, date(2026, 1, 10), id="Children's Day"),
        pytest.param(2569, date(2026, 12, 5), id="after the October after"),
        pytest.param(2570, date(2026, 9, 30), id="before the year"),
    ],
)
def test_other_days_are_left_out(fy, day):
    assert day not in names(fy)


@pytest.mark.parametrize("fy", FISCAL_YEARS)
def test_days_are_in_order_once_each_within_the_year_and_the_october_after(fy):
    days = [holiday.date for holiday in government_holidays(fy)]
    assert days == sorted(set(days))
    assert date(fy - 544, 10, 1) <= days[0] <= days[-1] <= date(fy - 543, 10, 31)


@pytest.mark.parametrize("fy", FISCAL_YEARS)
def test_years_agree_where_they_overlap(fy):
    october = {day: name for day, name in names(fy).items() if day >= date(fy - 543, 10, 1)}
    following = {day: name for day, name in names(fy + 1).items() if day <= date(fy - 543, 10, 31)}
    assert october == following


@pytest.mark.parametrize("fy", FISCAL_YEARS)
def test_names_fit_their_column_and_speak_of_no_day_left_out(fy):
    for name in names(fy).values():
        assert 0 < len(name) <= 200
        assert "แรงงาน" not in name
        assert "วันเด็ก" not in name


def test_the_source_is_named():
    assert {holiday.source.rpartition(" ")[0] for holiday in government_holidays(2569)} == {"ไลบรารี holidays"}


def test_a_labour_day_that_falls_together_with_another_keeps_the_other(monkeypatch):
    class Found(dict):
        def get_list(self, day):
            return self[day].split("; ")

    day = date(2026, 5, 1)
    monkeypatch.setattr(
        "office.holidays_th.library.country_holidays",
        lambda *_, **__: Found({day: "วันแรงงานแห่งชาติ; วันวิสาขบูชา"}),
    )
    assert names(2569) == {day: "วันวิสาขบูชา"}
