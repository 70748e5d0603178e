"""What CPS says beside the reviewed report."""

from __future__ import annotations

import pytest

from tests.reports.cps_pages.scene import (
    URL,
    page,
    reviewed,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("tracked", "other"),
    [(None, "–"), (True, "0"), (False, "–")],
    ids=["nothing said", "tracked", "not tracked"],
)
def test_the_review_shows_the_figure_of_cps_beside_the_result(cast, tracked, other):
    cast.other.cps_tracked = tracked
    cast.other.save()
    cast.take(("EX030", "สสจ. 1", 9))
    cast.take_october()
    html = page(cast.admin, "/reports/2026-10/EX030/")
    assert reviewed(html) == {"สสจ. 1": ("3", "4"), "สสจ. 2": (other, "1")}


@pytest.mark.parametrize("tracked", [None, True])
def test_without_a_file_the_review_has_no_column_for_it(cast, tracked):
    cast.visits.cps_tracked = tracked
    cast.visits.save()
    assert "CPS" not in page(cast.admin, "/reports/2026-10/EX030/").split("<main")[1]


def test_a_unit_head_reads_the_figure_beside_the_result_but_not_the_offices_differences(cast):
    cast.take_october()
    assert 'data-th="CPS"' in page(cast.cat, "/reports/2026-10/EX031/")
    assert page(cast.cat, URL).count("EX031") == 0


def test_the_dashboard_leads_to_the_differences_of_its_month(cast):
    assert f'href="{URL}"' in page(cast.admin, "/compliance/2026-10/")
    assert f'href="{URL}"' not in page(cast.cat, "/compliance/2026-10/")


def test_what_differs_from_the_plan_is_not_called_as_what_differs_from_cps(cast):
    cast.take_october()
    html = page(cast.admin, "/reports/2026-10/EX030/")
    assert ">ต่างจากแผน</th>" in html and 'data-th="ต่างจากแผน"' in html
    assert ">ผลต่าง</th>" not in html
