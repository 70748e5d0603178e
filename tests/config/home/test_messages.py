"""News on home, and marking it as read."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from office.models import Notification
from tests import builders
from tests.config.home.scene import NOW, shown

pytestmark = pytest.mark.django_db


def message(person, n: int) -> Notification:
    return Notification.objects.create(
        person=person, key=f"k{n}", text=f"ข่าวที่ {n}", url="/meetings/", at=NOW + timedelta(minutes=n)
    )


def test_the_newest_five_unread_messages_are_shown_and_older_ones_folded(client, officer):
    for n in range(8):
        message(officer, n)
    shown_first, _, folded = shown(client, officer).partition("ข่าวก่อนหน้านี้อีก 3 ข่าว")
    assert [f"ข่าวที่ {n}" in shown_first for n in range(8)] == [False] * 3 + [True] * 5
    assert [f"ข่าวที่ {n}" in folded for n in range(8)] == [True] * 3 + [False] * 5


@pytest.mark.parametrize(("came", "left_over"), [(range(52), [0, 1]), ((51, *range(51)), [0, 51])])
def test_marking_as_read_covers_what_the_page_held(client, officer, came, left_over):
    for n in came:
        message(officer, n)
    client.force_login(officer)
    page = client.get("/").content.decode()
    ends = {end: re.search(f'name="{end}" value="([0-9]+)"', page)[1] for end in ("since", "until")}
    client.post("/notifications/read/", ends)
    left = Notification.objects.filter(read_at=None).order_by("at")
    assert [each.text for each in left] == [f"ข่าวที่ {n}" for n in left_over]


def test_marking_as_read_leaves_later_messages_and_those_of_others(client, officer, unit):
    first, later = message(officer, 1), message(officer, 2)
    other = message(builders.make_person(unit), 0)
    client.force_login(officer)
    page = client.post("/notifications/read/", {"since": "1", "until": str(first.pk)})
    assert page["Location"] == "/"
    read = {each.pk: each.read_at for each in Notification.objects.all()}
    assert read == {first.pk: NOW, later.pk: None, other.pk: None}


@pytest.mark.parametrize("until", ["", "x", "-1", "๑", "9" * 30])
def test_nonsense_marks_nothing(client, officer, until):
    message(officer, 1)
    client.force_login(officer)
    assert client.post("/notifications/read/", {"since": "1", "until": until}).status_code == 302
    assert Notification.objects.get().read_at is None


def test_messages_are_not_marked_by_get(client, officer):
    client.force_login(officer)
    assert client.get("/notifications/read/").status_code == 405
