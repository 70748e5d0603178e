"""Who may do what, as the head of the office would check it; and that every address asks."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from meetings.models import Meeting
from office import access
from office.access import GRANTS, Perm, Scope, may, reach
from office.calendar import Series
from office.enums import Role
from office.models import Holiday, Job, Membership, Office, Person, Unit
from plans.models import ActionPlan, PlanItem, ReportingMonth
from reports.enums import AliasKind, Breach
from reports.models import CpsAlias, CpsMapping, ExpectedReport, Flag, MonthlyReport
from tests.builders import SYSTEM, actor, make_item, make_office, make_person, make_plan, make_unit, month_of

# own: one's own · unit: of the units one heads · office: of the whole office · -: not at all.
# Rights add up: a head is also an officer.
MATRIX = """
                  OFFICER  UNIT_HEAD  GENERAL_ADMIN  PERSONNEL  DIRECTOR  SYSTEM_ADMIN
HOME              own      -          -              -          own       own
PLAN_VIEW         office   -          -              -          office    -
PLAN_IMPORT       -        -          office         -          -         -
PLAN_APPROVE      -        -          -              -          office    -
REPORT_VIEW       own      unit       office         -          office    -
REPORT_WRITE      own      -          -              -          -         -
REPORT_REVIEW     -        -          office         -          office    -
RESULTS_IMPORT    -        -          office         -          -         -
COMPLIANCE_VIEW   -        unit       office         -          office    -
COMPLIANCE_CHECK  -        -          office         -          office    -
CPS_VIEW          own      -          office         -          office    -
CPS_IMPORT        -        -          office         -          -         -
NOTICE_VIEW       own      unit       office         -          office    -
NOTICE_SEND       -        -          office         -          office       -
CASE_DECIDE       -        -          office         -          office       -
MONTH_UNLOCK      -        -          office         -          office    -
OBSTACLE_VIEW     office   -          -              -          office    -
OBSTACLE_RAISE    own      -          -              -          -         -
OBSTACLE_MANAGE   -        -          office         -          -         -
DISCUSS           office   -          -              -          office    -
DISCUSS_SETTLE    own      -          office         -          -         -
MONTH_COMMENT     own      unit       office         -          office    -
MEETING_VIEW      office   -          -              -          office    -
MEETING_MOVE      -        -          office         -          -         -
YEAR_VIEW         own      unit       -              office     office    -
YEAR_LIST         -        unit       -              office     office    -
YEAR_PRINT_ALL    -        -          -              office     office    -
PEOPLE_VIEW       -        -          office         office     office    office
PEOPLE_EDIT       -        -          -              -          -         office
HOLIDAY_EDIT      -        -          office         -          -         -
POLICY_EDIT       -        -          office         -          -         -
OFFICE_VIEW       -        -          office         -          office    office
AUDIT_VIEW        -        -          office         -          office    office
JOB_VIEW          own      -          office         own        office    office
"""
WORDS = {"-": None, "own": Scope.OWN, "unit": Scope.UNIT, "office": Scope.OFFICE}


def rows_of(text):
    lines = [line.split() for line in text.strip().splitlines()]
    roles = [Role(name) for name in lines[0]]
    return {
        (name, role): WORDS[word]
        for name, *words in lines[1:]
        for role, word in zip(roles, words, strict=True)
    }


EXPECTED = rows_of(MATRIX)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("perm", Perm)
def test_a_role_has_the_rights_of_the_table_and_no_others(perm, role):
    assert GRANTS[role].get(perm) == EXPECTED[perm.value, role]


def test_the_table_names_nothing_that_does_not_exist():
    assert {name for name, _ in EXPECTED} == {perm.value for perm in Perm}
    assert {role for _, role in EXPECTED} == set(Role)


# Both readings of the table agree


class World:
    """An officer's record, a colleague's in the unit, another unit's, another office's: of every kind."""

    def __init__(self, now):
        self.office, self.elsewhere = make_office(), make_office()
        self.unit, self.other_unit = make_unit(self.office), make_unit(self.office)
        self.me = make_person(self.unit)
        people = {
            "own": self.me,
            "unit": make_person(self.unit),
            "office": make_person(self.other_unit),
            "elsewhere": make_person(make_unit(self.elsewhere)),
        }
        plans = {office: make_plan(office) for office in (self.office, self.elsewhere)}
        for office, plan in plans.items():
            Meeting.objects.create(
                office=office,
                fiscal_year=plan.fiscal_year,
                month=month_of(office),
                series=Series.END,
                nominal_on=date(2026, 10, 31),
                held_on=date(2026, 10, 30),
            )
        self.nearness = {}
        for near, person in people.items():
            self._note(near, person, *self._records(person, now))
        for near, office in (("office", self.office), ("elsewhere", self.elsewhere)):
            item = make_item(plans[office], {people["own" if office == self.office else "elsewhere"]: [1]})
            shared = [office, plans[office], item, month_of(office), office.holidays.first()]
            self._note(near, *shared, *Meeting.objects.filter(office=office), *self._cps(office, now))
        self._note("unit", self.unit)
        self._note("office", self.other_unit)

    def _records(self, person, now):
        unit = person.memberships.get(role=Role.OFFICER).unit
        month = month_of(person.office)
        place = {"office": person.office, "person": person, "month": month, "unit": unit}
        yield MonthlyReport.objects.create(**place)
        yield ExpectedReport.objects.create(**place, due_at=month.due_at)
        times = {"true_since": now, "noticed_at": now, "changed_at": now}
        yield Flag.objects.create(**place, **times, breach=Breach.MISSING)
        yield Job.objects.create(
            office=person.office, kind="x", key=str(person.pk), asked_by=person, asked_at=now
        )

    def _cps(self, office, now):
        yield CpsMapping.objects.create(office=office, headings=[], columns={}, saved_at=now)
        yield CpsAlias.objects.create(
            office=office, kind=AliasKind.JOB, text="x", written="x", job_no="สสจ. 1", saved_at=now
        )

    def _note(self, near, *records):
        for record in records:
            self.nearness[type(record), record.pk] = near

    def plays(self, roles):
        """Me with exactly these roles, all held in my unit."""
        Membership.objects.filter(person=self.me).delete()
        Membership.objects.bulk_create(
            Membership(person=self.me, unit=self.unit, role=role, starts_on=date(2020, 1, 1))
            for role in roles
        )
        return actor(self.me)


MODELS = [
    Person,
    MonthlyReport,
    ExpectedReport,
    Flag,
    Job,
    ActionPlan,
    PlanItem,
    ReportingMonth,
    Meeting,
    Office,
    Unit,
    Holiday,
    CpsMapping,
    CpsAlias,
]
OWNED = {Person, MonthlyReport, ExpectedReport, Flag, Job}
IN_UNITS = {Person, MonthlyReport, ExpectedReport, Flag, Unit}
CASTS = [
    *((role,) for role in Role),
    *((Role.OFFICER, role) for role in Role if role is not Role.OFFICER),
    (Role.OFFICER, Role.UNIT_HEAD, Role.GENERAL_ADMIN),
    (Role.UNIT_HEAD, Role.PERSONNEL),
    (),
]


def expected_reach(world, model, granted, *, serving):
    """The records that the words of the table mean, from the widest down.

    A person is of a unit while serving in it; a report is of the unit for ever.
    """
    near = {pk: where for (kind, pk), where in world.nearness.items() if kind is model}
    if Scope.OFFICE in granted:
        return {pk for pk, where in near.items() if where != "elsewhere"}
    found = set()
    if Scope.UNIT in granted and model in IN_UNITS:
        found |= {
            pk
            for pk, where in near.items()
            if where == "unit" or (where == "own" and (serving or model is not Person))
        }
    if Scope.OWN in granted and model in OWNED:
        found |= {pk for pk, where in near.items() if where == "own"}
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("roles", CASTS, ids=lambda roles: "+".join(roles) or "nobody")
def test_may_and_reach_agree_with_the_table(roles, now):
    world = World(now)
    who = world.plays(roles)
    for model in MODELS:
        records = [record for record in model.objects.all() if (model, record.pk) in world.nearness]
        known = {record.pk for record in records}
        assert len(known) >= 2
        for perm in Perm:
            granted = {EXPECTED[perm.value, role] for role in roles} - {None}
            allowed = {record.pk for record in records if may(who, perm, record)}
            reached = set(model.objects.filter(reach(who, perm, model)).values_list("pk", flat=True)) & known
            meant = expected_reach(world, model, granted, serving=Role.OFFICER in roles)
            assert allowed == reached == meant, (perm, model)


@pytest.mark.django_db
@pytest.mark.parametrize("roles", CASTS, ids=lambda roles: "+".join(roles) or "nobody")
def test_units_are_judged_alike_without_a_query(roles, now, django_assert_num_queries):
    world = World(now)
    who = world.plays(roles)
    for perm in Perm:
        reached = set(Unit.objects.filter(reach(who, perm, Unit)))
        with django_assert_num_queries(0):
            within = access.unit_reach(who, perm)
            assert {unit for unit in (world.unit, world.other_unit) if within(unit.pk)} == reached, perm


@pytest.mark.django_db
def test_the_system_reaches_everything(now):
    world = World(now)
    for model in MODELS:
        assert model.objects.filter(reach(SYSTEM, Perm.REPORT_VIEW, model)).count() == model.objects.count()
    assert may(SYSTEM, Perm.PLAN_APPROVE, world.elsewhere)


@pytest.mark.django_db
def test_a_new_record_that_has_no_number_is_judged_alike(now):
    world = World(now)
    who = world.plays((Role.OFFICER,))
    assert may(who, Perm.REPORT_WRITE, MonthlyReport(office=world.office, person=world.me, unit=world.unit))
    assert not may(
        who, Perm.REPORT_WRITE, MonthlyReport(office=world.elsewhere, person=world.me, unit=world.unit)
    )


# Every address asks


def patterns(resolver=None, prefix=()):
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, (*prefix, pattern))
        elif isinstance(pattern, URLPattern):
            yield pattern


SAMPLES = {
    "year": 2570,
    "month": "2026-10",
    "code": "EX001",
    "pk": 1,
    "no": 1,
    "series": "end",
    "token": "x" * 32,
    "round": 1,
}
OPEN = {"sign-in", "resume", "sign-out", "healthz"}
VIEWS = sorted(patterns(), key=lambda pattern: str(pattern.pattern))


def address(pattern):
    groups = pattern.pattern.regex.groupindex
    return reverse(pattern.name, kwargs={name: SAMPLES[name] for name in groups})


@pytest.mark.parametrize("pattern", VIEWS, ids=lambda pattern: str(pattern.pattern) or "/")
def test_every_address_has_a_name_and_declares_its_permission(pattern):
    assert pattern.name
    assert hasattr(pattern.callback, "required_permission")
    declared = pattern.callback.required_permission
    assert declared is None if pattern.name in OPEN else isinstance(declared, Perm)


GUARDED = [pattern for pattern in VIEWS if getattr(pattern.callback, "required_permission", None) is not None]


@pytest.mark.django_db
@pytest.mark.parametrize("pattern", GUARDED, ids=lambda pattern: pattern.name)
def test_a_stranger_is_led_to_sign_in(client, pattern):
    asked = address(pattern)
    response = client.get(asked)
    assert response.status_code == 302
    where, _, query = response.headers["Location"].partition("?")
    assert where == reverse("sign-in")
    assert query.startswith(f"{REDIRECT_FIELD_NAME}=")


@pytest.mark.django_db
@pytest.mark.parametrize("pattern", GUARDED, ids=lambda pattern: pattern.name)
def test_a_stranger_s_form_is_not_taken(client, pattern):
    response = client.post(address(pattern), {"narrative": "สิ่งที่พิมพ์"})
    assert response.status_code == 403
    assert "office/session_over.html" in [template.name for template in response.templates]


@pytest.mark.django_db
@pytest.mark.parametrize("pattern", GUARDED, ids=lambda pattern: pattern.name)
def test_who_holds_no_role_is_refused(client, pattern):
    person = make_person(make_unit(make_office()))
    person.memberships.all().delete()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    for send in (client.get, client.post):
        assert send(address(pattern)).status_code in (403, 405)


@pytest.mark.django_db
@pytest.mark.parametrize("pattern", GUARDED, ids=lambda pattern: pattern.name)
def test_a_role_is_refused_where_the_table_grants_it_nothing(client, pattern):
    """What it may see inside is another matter."""
    person = make_person(make_unit(make_office()))
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    for role in Role:
        person.memberships.update(role=role)
        granted = EXPECTED[pattern.callback.required_permission.value, role] is not None
        status = client.get(address(pattern)).status_code
        assert status != 403 if granted else status in (403, 405), role


@pytest.mark.django_db
def test_a_role_counts_on_its_days_only():
    person = make_person(make_unit(make_office()), since=date(2026, 10, 1), until=date(2026, 10, 31))
    for day, holds in ((date(2026, 9, 30), False), (date(2026, 10, 1), True), (date(2026, 10, 31), True)):
        assert may(access.actor_of(person, day), Perm.REPORT_WRITE) is holds
    assert not may(access.actor_of(person, date(2026, 11, 1)), Perm.REPORT_WRITE)
