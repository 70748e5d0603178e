"""Who does the deed, and how a view asks; the table itself is in tests/access."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from office import access
from office.access import Perm, Scope, actor_of, check, may, open_to_all, reach, requires
from office.enums import Role
from office.errors import NotAllowed
from office.models import Membership, Person
from reports.models import MonthlyReport
from tests.builders import SYSTEM, actor, make_office, make_person, make_plan, make_unit, month_of

DAY = date(2026, 11, 2)


@pytest.fixture
def unit(db):
    return make_unit(make_office(), "กลุ่มหนึ่ง")


class TestTheActor:
    def test_has_the_roles_of_the_day(self, unit):
        person = make_person(unit, Role.UNIT_HEAD)
        other = make_unit(unit.office)
        Membership.objects.create(person=person, unit=other, role=Role.PERSONNEL, starts_on=date(2026, 11, 3))
        who = actor_of(person, DAY)
        assert who.roles == ((Role.OFFICER, unit.pk), (Role.UNIT_HEAD, unit.pk))
        assert who.role_labels == ["เจ้าหน้าที่", "หัวหน้ากลุ่ม/ฝ่าย"]
        assert actor_of(person, date(2026, 11, 3)).has(Role.PERSONNEL)

    def test_costs_one_query(self, unit, django_assert_num_queries):
        person = make_person(unit, Role.UNIT_HEAD, Role.GENERAL_ADMIN)
        with django_assert_num_queries(1):
            actor_of(person, DAY)

    def test_is_named_by_the_unit_served_in(self, unit):
        person = make_person(unit)
        other = make_unit(unit.office, "กลุ่มสอง")
        Membership.objects.create(person=person, unit=other, role=Role.UNIT_HEAD, starts_on=date(2019, 1, 1))
        assert actor_of(person, DAY).unit_name == "กลุ่มหนึ่ง"
        person.memberships.filter(role=Role.OFFICER).delete()
        assert actor_of(person, DAY).unit_name == "กลุ่มสอง"
        person.memberships.all().delete()
        assert actor_of(person, DAY).unit_name == ""

    def test_that_is_inactive_has_no_role(self, unit):
        person = make_person(unit, Role.DIRECTOR)
        person.is_active = False
        assert actor_of(person, DAY).roles == ()

    def test_that_is_the_system_may_everything(self, unit):
        assert SYSTEM.is_system
        assert (SYSTEM.id, SYSTEM.name, SYSTEM.office_id) == (None, "ระบบ", None)
        assert SYSTEM.scope(Perm.PLAN_APPROVE) == Scope.ALL
        assert may(SYSTEM, Perm.PLAN_APPROVE, unit)

    def test_knows_who_and_where_it_is(self, unit):
        person = make_person(unit)
        who = actor(person)
        assert (who.id, who.name, who.office_id) == (person.pk, person.full_name, unit.office_id)

    def test_has_the_widest_of_its_scopes(self, unit):
        who = actor(make_person(unit, Role.UNIT_HEAD))
        assert who.scope(Perm.REPORT_VIEW) == who.scope(Perm.REPORT_VIEW) == Scope.UNIT
        assert who.scope(Perm.PLAN_IMPORT) is None
        assert who.units_for(Perm.REPORT_VIEW) == {unit.pk}
        assert who.units_for(Perm.PLAN_VIEW) == set()


class TestAHead:
    """Heads another unit than the one served in: reaches that unit, and own."""

    @pytest.fixture
    def reports(self, unit):
        make_plan(unit.office)
        headed = make_unit(unit.office)
        head, member, neighbour = make_person(unit), make_person(headed), make_person(unit)
        Membership.objects.create(person=head, unit=headed, role=Role.UNIT_HEAD, starts_on=date(2020, 1, 1))
        month = month_of(unit.office)
        for person, served in ((head, unit), (member, headed), (neighbour, unit)):
            MonthlyReport.objects.create(office=unit.office, person=person, unit=served, month=month)
        return actor(head), {"own": head, "unit": member, "neighbour": neighbour}

    @pytest.mark.parametrize(
        ("perm", "seen"),
        [
            pytest.param(Perm.REPORT_VIEW, {"own", "unit"}, id="own and unit"),
            pytest.param(Perm.REPORT_WRITE, {"own"}, id="own"),
            pytest.param(Perm.COMPLIANCE_VIEW, {"unit"}, id="unit without own"),
            pytest.param(Perm.REPORT_REVIEW, set(), id="none"),
        ],
    )
    def test_reaches_the_unit_headed_and_own(self, reports, perm, seen):
        who, people = reports
        wanted = {people[name].pk for name in seen}
        found = MonthlyReport.objects.filter(reach(who, perm, MonthlyReport))
        assert set(found.values_list("person_id", flat=True)) == wanted
        allowed = {report.person_id for report in MonthlyReport.objects.all() if may(who, perm, report)}
        assert allowed == wanted

    def test_reaches_the_people_of_the_unit_by_where_they_serve(self, reports):
        who, people = reports
        found = set(Person.objects.filter(reach(who, Perm.YEAR_VIEW, Person)))
        assert found == {people["own"], people["unit"]}
        assert [may(who, Perm.YEAR_VIEW, people[name]) for name in ("own", "unit", "neighbour")] == [
            True,
            True,
            False,
        ]


class TestAsking:
    def test_a_deed_without_the_right_is_refused_in_words(self, unit):
        who = actor(make_person(unit))
        check(who, Perm.REPORT_WRITE)
        with pytest.raises(NotAllowed, match="คุณไม่มีสิทธินำเข้าแผนปฏิบัติงาน"):
            check(who, Perm.PLAN_IMPORT)

    @pytest.fixture
    def view(self):
        @requires(Perm.PLAN_IMPORT)
        def imports(request):
            return HttpResponse("in")

        return imports

    def test_a_view_says_what_it_requires(self, view):
        assert view.required_permission is Perm.PLAN_IMPORT
        assert view.__name__ == "imports"
        assert open_to_all(lambda request: None).required_permission is None

    def test_a_stranger_is_led_to_sign_in_and_back(self, view, rf):
        response = view(rf.get("/plans/2570/import/?a=b"))
        assert response.headers["Location"] == "/sign-in/?next=/plans/2570/import/%3Fa%3Db"

    def test_others_are_refused(self, view, rf, unit):
        request = rf.get("/")
        request.actor = actor(make_person(unit))
        with pytest.raises(PermissionDenied, match="คุณไม่มีสิทธิ"):
            view(request)

    def test_who_may_is_let_in(self, view, rf, unit):
        request = rf.get("/")
        request.actor = actor(make_person(unit, Role.GENERAL_ADMIN))
        assert view(request).content == b"in"


def test_a_path_follows_relations():
    class Inner:
        office_id = 7

    class Outer:
        plan = Inner()

    assert access.Paths(office="plan__office_id").of(Outer(), "plan__office_id") == 7
    assert access.Paths(office="x").of(Outer(), "gone__office_id") is None
