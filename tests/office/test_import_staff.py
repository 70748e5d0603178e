"""Taking in the list of staff: all or nothing, repeatable, dated."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

import office
from office.actions import import_staff
from office.enums import PersonnelType, Role
from office.errors import NotAllowed
from office.importing import ImportRefused
from office.models import AuditEvent, Membership, Office, Person, Unit
from office.sheets import Problem, read
from office.staff_workbook import PersonRow, StaffFile, UnitRow, parse
from tests.builders import SYSTEM, actor, make_office, make_person, make_unit

STAFF = Path(office.__file__).parent / "demo" / "staff.xlsx"
OFFICE = "สำนักงานสหกรณ์จังหวัดตัวอย่าง"
ROW = PersonRow(
    row=4,
    code="EX001",
    prefix="นาง",
    first_name="เอก",
    last_name="ตัวอย่าง",
    position_title="นักวิชาการสหกรณ์",
    position_level="ชำนาญการ",
    personnel_type=PersonnelType.CIVIL,
    unit_name="กลุ่มหนึ่ง",
    roles=("OFFICER",),
    reports=True,
    email="ex001@example.go.th",
    started_on=date(2015, 4, 1),
)
UNITS = [UnitRow(2, "ONE", "กลุ่มหนึ่ง", "กน.", 1), UnitRow(3, "TWO", "กลุ่มสอง", "กส.", 2)]


def staff(*people, units=UNITS, name=OFFICE, problems=()):
    return StaffFile(office_name=name, units=list(units), people=list(people), problems=list(problems))


def take_in(*people, now, **facts):
    by = facts.pop("by", SYSTEM)
    into = facts.pop("office", None)
    code = facts.pop("code", "")
    return import_staff(staff(*people, **facts), by=by, now=now, office=into, code=code)


def counts(outcome):
    return outcome.created, outcome.changed, outcome.unchanged


def served(person_code):
    """(unit, role, from, to) of each membership, in the order of time."""
    rows = Membership.objects.filter(person__code=person_code).order_by("starts_on", "id")
    return [(row.unit.name, row.role, row.starts_on, row.ends_on) for row in rows]


@pytest.mark.django_db
class TestTheWholeFile:
    def test_into_an_empty_database_makes_office_units_and_people(self, now):
        outcome = import_staff(parse(read(STAFF, name="staff.xlsx")), by=SYSTEM, now=now)
        assert counts(outcome) == (45, 0, 0)
        made = Office.objects.get()
        assert (made.name, made.code) == (OFFICE, "001")
        assert list(made.units.values_list("code", flat=True)[:3]) == ["HEAD", "SETTLE", "ADMIN"]
        head = Person.objects.get(code="EX002")
        assert {row.role for row in head.memberships.all()} == {"OFFICER", "UNIT_HEAD"}
        assert not Person.objects.get(code="EX001").has_usable_password()
        assert list(Person.objects.order_by("sort_order").values_list("code", flat=True)[:2]) == [
            "EX001",
            "EX002",
        ]

    def test_again_changes_and_records_nothing(self, now):
        file = parse(read(STAFF, name="staff.xlsx"))
        import_staff(file, by=SYSTEM, now=now)
        events = AuditEvent.objects.count()
        assert counts(import_staff(file, by=SYSTEM, now=now + timedelta(days=40))) == (0, 0, 45)
        assert AuditEvent.objects.count() == events

    def test_records_the_import_and_each_person(self, now):
        import_staff(parse(read(STAFF, name="staff.xlsx")), by=SYSTEM, now=now)
        verbs = list(AuditEvent.objects.values_list("verb", flat=True))
        assert (verbs.count("OFFICE_MADE"), verbs.count("STAFF_IMPORTED"), verbs.count("PERSON_MADE")) == (
            1,
            1,
            45,
        )
        summary = AuditEvent.objects.get(verb="STAFF_IMPORTED")
        assert summary.after == {"created": 45, "changed": 0, "units": 11}


@pytest.mark.django_db
class TestPeople:
    def test_the_new_serve_from_the_day_on_the_list(self, now):
        take_in(replace(ROW, roles=("OFFICER", "UNIT_HEAD")), now=now)
        start = date(2015, 4, 1)
        assert served("EX001") == [
            ("กลุ่มหนึ่ง", "OFFICER", start, None),
            ("กลุ่มหนึ่ง", "UNIT_HEAD", start, None),
        ]

    @pytest.mark.parametrize(
        ("instant", "start"),
        [
            pytest.param(datetime(2026, 11, 2, 2, 0, tzinfo=UTC), date(2026, 10, 1), id="november"),
            pytest.param(
                datetime(2026, 9, 30, 16, 59, tzinfo=UTC), date(2025, 10, 1), id="last minute of the year"
            ),
            pytest.param(datetime(2026, 9, 30, 17, 0, tzinfo=UTC), date(2026, 10, 1), id="first of the next"),
        ],
    )
    def test_without_a_day_they_serve_from_the_first_of_the_fiscal_year(self, instant, start):
        take_in(replace(ROW, started_on=None), now=instant)
        assert served("EX001") == [("กลุ่มหนึ่ง", "OFFICER", start, None)]

    @pytest.mark.parametrize(
        ("change", "field", "value"),
        [
            pytest.param({"prefix": "นางสาว"}, "name_prefix", "นางสาว", id="prefix"),
            pytest.param({"first_name": "แก้ว"}, "first_name", "แก้ว", id="name"),
            pytest.param({"position_title": "ผู้อำนวยการกลุ่ม"}, "position_title", "ผู้อำนวยการกลุ่ม", id="title"),
            pytest.param({"position_level": "ชำนาญการพิเศษ"}, "position_level", "ชำนาญการพิเศษ", id="level"),
            pytest.param({"personnel_type": PersonnelType.GOV_EMP}, "personnel_type", "GOV_EMP", id="type"),
            pytest.param({"email": "new@example.go.th"}, "email", "new@example.go.th", id="email"),
            pytest.param({"reports": False}, "reports", False, id="reports"),
            pytest.param({"started_on": date(2016, 1, 4)}, "started_on", date(2016, 1, 4), id="start"),
        ],
    )
    def test_a_changed_fact_is_stored_and_recorded_with_what_it_was(self, now, change, field, value):
        take_in(ROW, now=now)
        before = getattr(Person.objects.get(), field)
        outcome = take_in(replace(ROW, **change), now=now)
        assert counts(outcome) == (0, 1, 0)
        assert getattr(Person.objects.get(), field) == value
        event = AuditEvent.objects.get(verb="PERSON_CHANGED")
        assert list(event.before) == list(event.after) == [field]
        assert event.before[field] == (before.isoformat() if isinstance(before, date) else before)
        assert outcome.changes[0].startswith("EX001 ")

    @pytest.mark.parametrize("blank", [{"email": ""}, {"started_on": None}], ids=["email", "start"])
    def test_a_blank_takes_nothing_away(self, now, blank):
        take_in(ROW, now=now)
        assert counts(take_in(replace(ROW, **blank), now=now)) == (0, 0, 1)

    def test_a_new_place_in_the_list_is_no_change_of_a_person(self, now):
        second = replace(ROW, code="EX002", first_name="โท")
        take_in(ROW, second, now=now)
        assert counts(take_in(second, ROW, now=now)) == (0, 0, 2)
        assert list(Person.objects.order_by("sort_order").values_list("code", flat=True)) == [
            "EX002",
            "EX001",
        ]

    def test_a_name_sorts_by_thai_order(self, now):
        for name in ("เอก", "กมล", "แก้ว"):
            take_in(replace(ROW, code=name, first_name=name), now=now)
        by_name = Person.objects.order_by("sort_key").values_list("first_name", flat=True)
        assert list(by_name) == ["กมล", "แก้ว", "เอก"]

    def test_who_is_not_in_the_file_is_left_alone(self, now):
        take_in(ROW, replace(ROW, code="EX002"), now=now)
        before = served("EX002")
        take_in(replace(ROW, position_title="ใหม่"), now=now)
        assert served("EX002") == before
        assert Person.objects.get(code="EX002").is_active

    def test_a_password_survives(self, now):
        take_in(ROW, now=now)
        person = Person.objects.get()
        person.set_password("ลูกพลับ-9-ใบ")
        person.save()
        take_in(replace(ROW, position_title="ใหม่"), now=now)
        assert Person.objects.get().check_password("ลูกพลับ-9-ใบ")


@pytest.mark.django_db
class TestMoving:
    """now is 2 Nov 2026 in Bangkok: the old unit holds to the 1st, the new from the 2nd."""

    def test_to_another_unit_ends_the_old_and_starts_the_new(self, now):
        take_in(ROW, now=now)
        outcome = take_in(replace(ROW, unit_name="กลุ่มสอง"), now=now)
        assert counts(outcome) == (0, 1, 0)
        assert served("EX001") == [
            ("กลุ่มหนึ่ง", "OFFICER", date(2015, 4, 1), date(2026, 11, 1)),
            ("กลุ่มสอง", "OFFICER", date(2026, 11, 2), None),
        ]
        event = AuditEvent.objects.get(verb="PERSON_CHANGED")
        assert event.before == {"roles": ["เจ้าหน้าที่ กลุ่มหนึ่ง"]}
        assert event.after == {"roles": ["เจ้าหน้าที่ กลุ่มสอง"]}

    def test_there_and_back_in_a_day_leaves_no_gap(self, now):
        for unit in ("กลุ่มหนึ่ง", "กลุ่มสอง", "กลุ่มหนึ่ง"):
            take_in(replace(ROW, unit_name=unit), now=now)
        assert served("EX001") == [
            ("กลุ่มหนึ่ง", "OFFICER", date(2015, 4, 1), date(2026, 11, 1)),
            ("กลุ่มหนึ่ง", "OFFICER", date(2026, 11, 2), None),
        ]

    def test_a_role_given_and_taken_is_dated(self, now):
        take_in(ROW, now=now)
        take_in(replace(ROW, roles=("OFFICER", "UNIT_HEAD")), now=now)
        take_in(ROW, now=now + timedelta(days=30))
        assert served("EX001") == [
            ("กลุ่มหนึ่ง", "OFFICER", date(2015, 4, 1), None),
            ("กลุ่มหนึ่ง", "UNIT_HEAD", date(2026, 11, 2), date(2026, 12, 1)),
        ]

    @pytest.mark.parametrize("role", [Role.PERSONNEL, Role.SYSTEM_ADMIN])
    def test_an_appointment_is_not_ended_by_silence(self, now, role):
        take_in(ROW, now=now)
        person, unit = Person.objects.get(), Unit.objects.get(code="ONE")
        Membership.objects.create(person=person, unit=unit, role=role, starts_on=date(2020, 1, 1))
        assert counts(take_in(ROW, now=now)) == (0, 0, 1)
        assert person.memberships.filter(role=role, ends_on=None).exists()

    def test_what_ended_before_stays_as_it_was(self, now):
        take_in(ROW, now=now)
        person = Person.objects.get()
        old = {"person": person, "unit": Unit.objects.get(code="TWO"), "role": "OFFICER"}
        Membership.objects.create(**old, starts_on=date(2010, 1, 1), ends_on=date(2015, 3, 31))
        assert counts(take_in(ROW, now=now)) == (0, 0, 1)

    def test_someone_to_come_is_unchanged_until_then(self, now):
        coming = replace(ROW, started_on=date(2027, 1, 4))
        take_in(coming, now=now)
        assert counts(take_in(coming, now=now)) == (0, 0, 1)
        assert served("EX001") == [("กลุ่มหนึ่ง", "OFFICER", date(2027, 1, 4), None)]


@pytest.mark.django_db
class TestUnits:
    def test_a_renamed_unit_keeps_its_people(self, now):
        take_in(ROW, now=now)
        renamed = [UnitRow(2, "ONE", "กลุ่มหนึ่งใหม่", "กนม.", 5), UNITS[1]]
        outcome = take_in(replace(ROW, unit_name="กลุ่มหนึ่งใหม่"), units=renamed, now=now)
        assert counts(outcome) == (0, 0, 1)
        unit = Unit.objects.get(code="ONE")
        assert (unit.name, unit.abbreviation, unit.sort_order) == ("กลุ่มหนึ่งใหม่", "กนม.", 5)
        assert AuditEvent.objects.filter(verb="STAFF_IMPORTED").last().after["units"] == 1

    def test_a_list_that_only_names_units_takes_no_abbreviation_away(self, now):
        take_in(ROW, now=now)
        derived = [UnitRow(4, "U01", "กลุ่มหนึ่ง", "", 1)]
        take_in(ROW, units=derived, now=now)
        unit = Unit.objects.get(name="กลุ่มหนึ่ง")
        assert (unit.code, unit.abbreviation) == ("ONE", "กน.")

    def test_a_new_unit_whose_code_is_taken_gets_a_free_one(self, now):
        take_in(ROW, now=now)
        units = [*UNITS, UnitRow(4, "ONE", "กลุ่มสาม", "", 3)]
        take_in(ROW, units=units, now=now)
        assert Unit.objects.get(name="กลุ่มสาม").code == "U01"


@pytest.mark.django_db
class TestWhichOffice:
    def test_the_title_finds_an_office_that_exists(self, now):
        found = make_office(name=OFFICE)
        make_office()
        take_in(ROW, now=now)
        assert Person.objects.get().office == found

    def test_without_a_title_the_only_office_is_meant(self, now):
        found = make_office()
        take_in(ROW, name=None, now=now)
        assert Person.objects.get().office == found

    def test_a_code_makes_another_office(self, now):
        make_office(code="001")
        take_in(ROW, now=now, code="LPG")
        assert Person.objects.get().office.code == "LPG"

    def test_the_first_free_number_is_its_code(self, now):
        take_in(ROW, now=now)
        assert Office.objects.get().code == "001"

    @pytest.mark.parametrize(
        ("offices", "facts"),
        [
            pytest.param([], {"name": None}, id="no title and no office"),
            pytest.param(["สำนักงานสหกรณ์จังหวัดลำปาง"], {}, id="another office's file"),
            pytest.param(["ก", "ข"], {"name": None}, id="no title and several offices"),
        ],
    )
    def test_a_file_without_its_office_is_refused(self, now, offices, facts):
        for name in offices:
            make_office(name=name)
        with pytest.raises(ImportRefused) as refusal:
            take_in(ROW, now=now, **facts)
        assert len(refusal.value.problems) == 1
        assert not Person.objects.exists()

    def test_another_office_s_file_is_refused_where_one_is_given(self, now):
        with pytest.raises(ImportRefused):
            take_in(ROW, now=now, office=make_office(name="สำนักงานสหกรณ์จังหวัดลำปาง"))

    def test_a_fault_of_the_whole_file_is_at_the_title(self, now):
        file = parse(read(STAFF, name="staff.xlsx"))
        with pytest.raises(ImportRefused) as refusal:
            import_staff(file, by=SYSTEM, now=now, office=make_office(name="สำนักงานสหกรณ์จังหวัดลำปาง"))
        [problem] = refusal.value.problems
        assert (problem.sheet, problem.row, problem.column, problem.value) == ("บุคลากร", 1, "A", OFFICE)

    def test_a_stranger_s_code_is_named_with_its_cell(self, now):
        make_person(make_unit(make_office()), code="EX001")
        with pytest.raises(ImportRefused) as refusal:
            import_staff(parse(read(STAFF, name="staff.xlsx")), by=SYSTEM, now=now, code="NEW")
        [problem] = refusal.value.problems
        assert (problem.sheet, problem.row, problem.column, problem.value) == ("บุคลากร", 4, "B", "EX001")

    def test_a_code_of_another_office_s_person_is_refused(self, now):
        make_person(make_unit(make_office()), code="EX001")
        take_in(replace(ROW, code="EX009"), now=now, code="NEW")
        with pytest.raises(ImportRefused) as refusal:
            take_in(replace(ROW, code="EX009"), ROW, now=now)
        [problem] = refusal.value.problems
        assert (problem.row, problem.value) == (4, "EX001")

    def test_a_file_with_problems_stores_nothing(self, now):
        with pytest.raises(ImportRefused):
            take_in(ROW, now=now, problems=[Problem("บุคลากร", 5, "B", "", "ใส่รหัส")])
        assert not Office.objects.exists()


@pytest.mark.django_db
class TestWhoMay:
    def test_the_system_administrator_of_the_office(self, now):
        into = make_office(name=OFFICE)
        keeper = actor(make_person(make_unit(into), Role.SYSTEM_ADMIN, code="SYS"))
        assert counts(take_in(ROW, now=now, by=keeper, office=into)) == (1, 0, 0)
        assert AuditEvent.objects.filter(verb="PERSON_MADE", actor_id=keeper.id).count() == 1

    @pytest.mark.parametrize("role", [Role.OFFICER, Role.GENERAL_ADMIN, Role.DIRECTOR, Role.PERSONNEL])
    def test_nobody_else(self, now, role):
        into = make_office(name=OFFICE)
        by = actor(make_person(make_unit(into), role))
        with pytest.raises(NotAllowed):
            take_in(ROW, now=now, by=by, office=into)

    def test_no_person_makes_an_office(self, now):
        keeper = actor(make_person(make_unit(make_office()), Role.SYSTEM_ADMIN))
        with pytest.raises(NotAllowed):
            take_in(ROW, now=now, by=keeper, code="NEW")


def run(*arguments, code=0):
    """(the JSON object on stdout, what people read on stderr)."""
    out, err = StringIO(), StringIO()
    if code:
        with pytest.raises(SystemExit) as ended:
            call_command("import_staff", *arguments, "--json", stdout=out, stderr=err)
        assert ended.value.code == code
    else:
        call_command("import_staff", *arguments, "--json", stdout=out, stderr=err)
    return json.loads(out.getvalue()), err.getvalue()


@pytest.mark.django_db
class TestTheCommand:
    def test_answers_with_one_json_object(self):
        assert run(str(STAFF))[0] == {
            "created": 45,
            "changed": 0,
            "unchanged": 0,
            "unmatched": [],
            "problems": [],
        }
        assert run(str(STAFF))[0]["unchanged"] == 45

    def test_says_it_in_words_without_json(self):
        out = StringIO()
        call_command("import_staff", str(STAFF), stdout=out)
        assert out.getvalue() == "นำเข้าแล้ว: เพิ่ม 45 เปลี่ยน 0 เท่าเดิม 0\n"

    def test_a_dry_run_counts_and_stores_nothing(self):
        assert run(str(STAFF), "--dry-run")[0]["created"] == 45
        assert not Office.objects.exists()
        assert not AuditEvent.objects.exists()

    def test_names_every_problem_and_exits_1(self, tmp_path):
        rows = [
            ["บัญชีรายชื่อบุคลากร สำนักงานสหกรณ์จังหวัดตัวอย่าง"],
            ["รหัสเจ้าหน้าที่", "คำนำหน้า", "ชื่อ", "นามสกุล", "ตำแหน่ง", "ประเภทบุคลากร", "หน่วยงาน"],
            ["EX001", "นาง", "เอก", "ตัวอย่าง", "นักวิชาการสหกรณ์", "ข้าราชการ", "กลุ่มหนึ่ง"],
            ["EX001", "นาง", "โท", "ตัวอย่าง", "นักวิชาการสหกรณ์", "คนนอก", "กลุ่มหนึ่ง"],
        ]
        bad = tmp_path / "bad.csv"
        bad.write_text("\n".join(",".join(row) for row in rows))
        answer, said = run(str(bad), code=1)
        places = [(problem["row"], problem["column"]) for problem in answer["problems"]]
        assert places == [(4, "A"), (4, "F")]
        assert all(set(each) == {"sheet", "row", "column", "value", "message"} for each in answer["problems"])
        assert "พบ 2 จุด" not in said  # that line is for people without --json
        assert not Office.objects.exists()

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            pytest.param(["--by", "NOBODY"], "ไม่มีผู้ใช้รหัส NOBODY", id="unknown doer"),
            pytest.param(["--by", "EX003"], "ไม่มีสิทธิ", id="not allowed"),
        ],
    )
    def test_a_refusal_is_json_too(self, arguments, said):
        run(str(STAFF))
        answer, _ = run(str(STAFF), *arguments, code=1)
        assert said in answer["problems"][0]["message"]

    def test_a_missing_file_is_a_problem(self, tmp_path):
        answer, _ = run(str(tmp_path / "none.xlsx"), code=1)
        assert answer["problems"][0]["sheet"] == "none.xlsx"

    def test_a_wrong_kind_of_file_is_a_problem(self):
        answer, _ = run(str(STAFF.parent / "action_plan_2570.xlsx"), code=1)
        assert len(answer["problems"]) == 1


@pytest.mark.django_db
class TestSetPassword:
    def run(self, monkeypatch, code, typed):
        monkeypatch.setattr("sys.stdin", StringIO(typed))
        out = StringIO()
        call_command("set_password", code, stdout=out)
        return out.getvalue()

    def test_reads_the_first_line(self, monkeypatch):
        person = make_person(make_unit(make_office()), code="EX001")
        assert "EX001" in self.run(monkeypatch, "ex001", "ลูกพลับ-9-ใบ\n")
        person.refresh_from_db()
        assert person.check_password("ลูกพลับ-9-ใบ")

    @pytest.mark.parametrize(
        ("code", "typed"), [("NOBODY", "ลูกพลับ-9-ใบ\n"), ("EX001", "สั้น\n"), ("EX001", "")]
    )
    def test_refuses_with_a_reason(self, monkeypatch, code, typed):
        person = make_person(make_unit(make_office()), code="EX001")
        with pytest.raises(CommandError):
            self.run(monkeypatch, code, typed)
        person.refresh_from_db()
        assert not person.has_usable_password()
