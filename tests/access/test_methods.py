"""What each address takes: only the methods it declares, and a form only from who may send it."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from office.access import GRANTS, Perm
from office.enums import Role
from office.models import Membership
from tests.access.test_matrix import VIEWS, address
from tests.builders import make_item, make_office, make_person, make_plan, make_unit

BY_NAME = {pattern.name: pattern for pattern in VIEWS}
CHANGES = {"holidays": Perm.HOLIDAY_EDIT, "policy": Perm.POLICY_EDIT}
"""Where sending the form takes more than seeing the page."""
SHOWS_ON_POST = {"prepare-notices"}
"""Nothing is written there: the answer is a page to read."""
OPEN = {name for name, pattern in BY_NAME.items() if pattern.callback.required_permission is None}
GUARDED = sorted(set(BY_NAME) - OPEN)


def staffed():
    office = make_office()
    person = make_person(make_unit(office))
    make_item(make_plan(office), {person: [1]})
    return person


def signed_in(person):
    browser = Client(raise_request_exception=True)
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def all_roles(person):
    unit = person.memberships.get().unit
    Membership.objects.bulk_create(
        Membership(person=person, unit=unit, role=role, starts_on=date(2020, 1, 1))
        for role in Role
        if role is not Role.OFFICER
    )


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_other_methods_are_not_allowed_even_to_who_may_do_everything(name):
    person = staffed()
    all_roles(person)
    browser, asked = signed_in(person), address(BY_NAME[name])
    for send in (browser.put, browser.patch, browser.delete, browser.options):
        answer = send(asked)
        assert (answer.status_code, "ไปหน้าวันนี้" in answer.content.decode()) == (405, True)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_head_is_answered_as_get(name):
    person = staffed()
    all_roles(person)
    browser, asked = signed_in(person), address(BY_NAME[name])
    assert browser.head(asked).status_code == browser.get(asked).status_code


@pytest.mark.django_db
@pytest.mark.parametrize("name", GUARDED)
def test_an_empty_form_is_refused_before_it_is_read(name):
    """403 or 404 from who lacks the right; else whatever becomes of an empty form, but not a mute 200."""
    person, pattern = staffed(), BY_NAME[name]
    browser = signed_in(person)
    needed = CHANGES.get(name, pattern.callback.required_permission)
    for role in Role:
        person.memberships.update(role=role)
        status = browser.post(address(pattern)).status_code
        if status == 405:
            continue
        granted = needed in GRANTS[role]
        taken = {302, 303, 403, 404, 409, 422} if granted else {403, 404}
        shown = {200} if granted and name in SHOWS_ON_POST else set()
        assert status in taken | shown, role


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(CHANGES))
@pytest.mark.parametrize("typed", [{}, {"day": "เมื่อวาน", "due_time": "บ่าย"}], ids=["empty", "bad"])
def test_who_may_look_but_not_change_is_told_so(name, typed):
    person = staffed()
    person.memberships.update(role=Role.DIRECTOR)
    browser = signed_in(person)
    assert browser.get(address(BY_NAME[name])).status_code == 200
    assert browser.post(address(BY_NAME[name]), typed).status_code == 403
    person.memberships.update(role=Role.GENERAL_ADMIN)
    assert browser.post(address(BY_NAME[name]), typed).status_code == 422


ODD = ["%00", "EX%00001", "%0A", "%7F", "%C2%85", "%E2%80%A8"]


@pytest.mark.django_db
@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    "where",
    [
        "/reports/2026-10/{}/",
        "/reports/{}/",
        "/reports/{}/EX001/",
        "/reports/2026-10/{}/versions/1/",
        "/compliance/{}/",
        "/cps/{}/",
        "/cps/import/2026-10/{}/",
        "/cps/import/2026-10/{}/columns/",
        "/plans/2570/import/{}/",
        "/appraisals/2570/{}/",
    ],
)
def test_an_address_with_control_characters_leads_nowhere(where, odd):
    person = staffed()
    all_roles(person)
    assert signed_in(person).get(where.format(odd)).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("month", ["2026-13", "2026-1", "2569", "x", "0000-00", "2569-10"])
def test_what_is_no_month_leads_nowhere(month):
    person = staffed()
    all_roles(person)
    browser = signed_in(person)
    for page in ("reports", "compliance", "cps"):
        assert browser.get(f"/{page}/{month}/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["EX-01", "ก.12", "จน_3", "พี่1"])
def test_a_code_of_any_script_has_a_page(code):
    person = staffed()
    person.code = code
    person.save()
    assert signed_in(person).get(f"/reports/2026-10/{code}/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "where", "typed"),
    [
        ("get", "/compliance/2026-10/notify/", {"p": "EX\0001"}),
        ("get", "/office/audit/", {"who": "\0"}),
        ("get", "/plans/2570/", {"person": "\0"}),
        ("post", "/compliance/2026-10/notify/", {"p": "\0"}),
        ("post", "/office/holidays/", {"day": "5/12/2569", "name": "วัน\0"}),
        ("post", "/sign-in/", {"username": "EX\0001", "password": "x"}),
    ],
)
def test_nul_is_a_bad_request_wherever_it_is_typed(method, where, typed):
    person = staffed()
    all_roles(person)
    response = getattr(signed_in(person), method)(where, typed)
    assert response.status_code == 400
    assert "errors/400.html" in [template.name for template in response.templates]
