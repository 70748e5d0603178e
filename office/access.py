"""All of who-may: one table, read two ways.

``may(actor, perm, record)`` answers for one record, ``reach(actor, perm)`` for a list; a test proves that
they agree. A record's model says where its office, unit and owner stand in ``ACCESS = Paths(...)``.
Out of reach is 404, within reach but not allowed 403, not in this state 409 (design section 3).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db.models import DateField, Q
from django.http import HttpRequest, HttpResponseBase

from office.enums import Labelled, Role
from office.errors import NotAllowed
from office.prepared import Given, Prepared

if TYPE_CHECKING:
    from office.models import Person


class Scope(IntEnum):
    OWN = 1
    UNIT = 2
    OFFICE = 3
    ALL = 4


class Perm(Labelled):
    HOME = "HOME", "ดูหน้าวันนี้"
    PLAN_VIEW = "PLAN_VIEW", "ดูแผนปฏิบัติงาน"
    PLAN_IMPORT = "PLAN_IMPORT", "นำเข้าแผนปฏิบัติงาน"
    PLAN_APPROVE = "PLAN_APPROVE", "อนุมัติแผนปฏิบัติงาน"
    REPORT_VIEW = "REPORT_VIEW", "ดูรายงาน"
    REPORT_WRITE = "REPORT_WRITE", "เขียนและส่งรายงาน"
    REPORT_REVIEW = "REPORT_REVIEW", "ตรวจรับหรือส่งกลับรายงาน"
    RESULTS_IMPORT = "RESULTS_IMPORT", "นำเข้าผลการปฏิบัติงาน"
    COMPLIANCE_VIEW = "COMPLIANCE_VIEW", "ดูการส่งรายงาน"
    COMPLIANCE_CHECK = "COMPLIANCE_CHECK", "สั่งตรวจการส่งรายงาน"
    CPS_VIEW = "CPS_VIEW", "ดูผลต่างกับ CPS"
    CPS_IMPORT = "CPS_IMPORT", "นำเข้าไฟล์ CPS"
    NOTICE_VIEW = "NOTICE_VIEW", "ดูบันทึกแจ้งและเรื่องที่ตรวจพบ"
    NOTICE_SEND = "NOTICE_SEND", "แจ้งเจ้าหน้าที่"
    CASE_DECIDE = "CASE_DECIDE", "ปิดเรื่องหรือผ่อนผัน"
    MONTH_UNLOCK = "MONTH_UNLOCK", "เปิดแก้ไขเดือนของเจ้าหน้าที่"
    OBSTACLE_VIEW = "OBSTACLE_VIEW", "ดูปัญหาอุปสรรค"
    OBSTACLE_RAISE = "OBSTACLE_RAISE", "แจ้งปัญหาอุปสรรค"
    OBSTACLE_MANAGE = "OBSTACLE_MANAGE", "ติดตามปัญหาอุปสรรค"
    DISCUSS = "DISCUSS", "แสดงความเห็นต่องานในแผน"
    DISCUSS_SETTLE = "DISCUSS_SETTLE", "บันทึกข้อยุติของข้อโต้แย้ง"
    MONTH_COMMENT = "MONTH_COMMENT", "ให้ความเห็นต่อรายงาน"
    MEETING_VIEW = "MEETING_VIEW", "ดูการประชุม"
    MEETING_MOVE = "MEETING_MOVE", "เลื่อนวันประชุม"
    YEAR_VIEW = "YEAR_VIEW", "ดูสรุปรายปีของบุคคล"
    YEAR_LIST = "YEAR_LIST", "ดูรายชื่อสรุปรายปี"
    YEAR_PRINT_ALL = "YEAR_PRINT_ALL", "พิมพ์สรุปรายปีทั้งสำนักงาน"
    PEOPLE_VIEW = "PEOPLE_VIEW", "ดูรายชื่อบุคลากร"
    PEOPLE_EDIT = "PEOPLE_EDIT", "นำเข้าและแก้ไขบุคลากร"
    HOLIDAY_EDIT = "HOLIDAY_EDIT", "แก้ไขวันหยุด"
    POLICY_EDIT = "POLICY_EDIT", "แก้ไขข้อกำหนดของสำนักงาน"
    OFFICE_VIEW = "OFFICE_VIEW", "ดูข้อมูลสำนักงาน"
    AUDIT_VIEW = "AUDIT_VIEW", "ดูประวัติ"
    JOB_VIEW = "JOB_VIEW", "ดูงานเบื้องหลัง"


_OFFICER = {
    Perm.HOME: Scope.OWN,
    Perm.PLAN_VIEW: Scope.OFFICE,
    Perm.REPORT_VIEW: Scope.OWN,
    Perm.REPORT_WRITE: Scope.OWN,
    Perm.MEETING_VIEW: Scope.OFFICE,
    Perm.YEAR_VIEW: Scope.OWN,
    Perm.CPS_VIEW: Scope.OWN,
    Perm.NOTICE_VIEW: Scope.OWN,
    Perm.OBSTACLE_VIEW: Scope.OFFICE,
    Perm.OBSTACLE_RAISE: Scope.OWN,
    Perm.DISCUSS: Scope.OFFICE,
    Perm.DISCUSS_SETTLE: Scope.OWN,
    Perm.MONTH_COMMENT: Scope.OWN,
    Perm.JOB_VIEW: Scope.OWN,
}

GRANTS: dict[Role, dict[Perm, Scope]] = {
    Role.OFFICER: _OFFICER,
    Role.UNIT_HEAD: {
        Perm.REPORT_VIEW: Scope.UNIT,
        Perm.COMPLIANCE_VIEW: Scope.UNIT,
        Perm.NOTICE_VIEW: Scope.UNIT,
        Perm.MONTH_COMMENT: Scope.UNIT,
        Perm.YEAR_VIEW: Scope.UNIT,
        Perm.YEAR_LIST: Scope.UNIT,
    },
    Role.GENERAL_ADMIN: {
        Perm.PLAN_IMPORT: Scope.OFFICE,
        Perm.REPORT_VIEW: Scope.OFFICE,
        Perm.REPORT_REVIEW: Scope.OFFICE,
        Perm.RESULTS_IMPORT: Scope.OFFICE,
        Perm.COMPLIANCE_VIEW: Scope.OFFICE,
        Perm.COMPLIANCE_CHECK: Scope.OFFICE,
        Perm.CPS_VIEW: Scope.OFFICE,
        Perm.CPS_IMPORT: Scope.OFFICE,
        Perm.NOTICE_VIEW: Scope.OFFICE,
        Perm.NOTICE_SEND: Scope.OFFICE,
        Perm.CASE_DECIDE: Scope.OFFICE,
        Perm.MONTH_UNLOCK: Scope.OFFICE,
        Perm.OBSTACLE_MANAGE: Scope.OFFICE,
        Perm.DISCUSS_SETTLE: Scope.OFFICE,
        Perm.MONTH_COMMENT: Scope.OFFICE,
        Perm.MEETING_MOVE: Scope.OFFICE,
        Perm.PEOPLE_VIEW: Scope.OFFICE,
        Perm.HOLIDAY_EDIT: Scope.OFFICE,
        Perm.POLICY_EDIT: Scope.OFFICE,
        Perm.OFFICE_VIEW: Scope.OFFICE,
        Perm.AUDIT_VIEW: Scope.OFFICE,
        Perm.JOB_VIEW: Scope.OFFICE,
    },
    Role.PERSONNEL: {
        Perm.YEAR_VIEW: Scope.OFFICE,
        Perm.YEAR_LIST: Scope.OFFICE,
        Perm.YEAR_PRINT_ALL: Scope.OFFICE,
        Perm.PEOPLE_VIEW: Scope.OFFICE,
        Perm.JOB_VIEW: Scope.OWN,
    },
    Role.DIRECTOR: {
        Perm.HOME: Scope.OWN,
        Perm.PLAN_VIEW: Scope.OFFICE,
        Perm.PLAN_APPROVE: Scope.OFFICE,
        Perm.REPORT_VIEW: Scope.OFFICE,
        Perm.REPORT_REVIEW: Scope.OFFICE,
        Perm.COMPLIANCE_VIEW: Scope.OFFICE,
        Perm.COMPLIANCE_CHECK: Scope.OFFICE,
        Perm.CPS_VIEW: Scope.OFFICE,
        Perm.NOTICE_VIEW: Scope.OFFICE,
        Perm.NOTICE_SEND: Scope.OFFICE,
        Perm.CASE_DECIDE: Scope.OFFICE,
        Perm.MONTH_UNLOCK: Scope.OFFICE,
        Perm.OBSTACLE_VIEW: Scope.OFFICE,
        Perm.DISCUSS: Scope.OFFICE,
        Perm.MONTH_COMMENT: Scope.OFFICE,
        Perm.MEETING_VIEW: Scope.OFFICE,
        Perm.YEAR_VIEW: Scope.OFFICE,
        Perm.YEAR_LIST: Scope.OFFICE,
        Perm.YEAR_PRINT_ALL: Scope.OFFICE,
        Perm.PEOPLE_VIEW: Scope.OFFICE,
        Perm.OFFICE_VIEW: Scope.OFFICE,
        Perm.AUDIT_VIEW: Scope.OFFICE,
        Perm.JOB_VIEW: Scope.OFFICE,
    },
    Role.SYSTEM_ADMIN: {
        Perm.HOME: Scope.OWN,
        Perm.PEOPLE_VIEW: Scope.OFFICE,
        Perm.PEOPLE_EDIT: Scope.OFFICE,
        Perm.OFFICE_VIEW: Scope.OFFICE,
        Perm.AUDIT_VIEW: Scope.OFFICE,
        Perm.JOB_VIEW: Scope.OFFICE,
    },
}


@dataclass(frozen=True)
class Paths:
    """Where a record keeps its office, unit and owner: attribute paths with ``.`` or lookups with ``__``.

    ``unit_lookup`` replaces ``unit`` in queries where the unit of a record is not a column of it.
    An empty path means that the record has no such thing: a grant of that scope doesn't reach it.
    """

    office: str
    unit: str = ""
    owner: str = ""
    unit_lookup: str = ""

    def of(self, record: Any, path: str) -> Any:
        for step in path.split("__"):
            record = getattr(record, step, None)
        return record


@dataclass(frozen=True)
class Actor:
    """Who does the deed, with the roles held on that day. ``person`` is None for the system itself."""

    person: Person | None
    day: date
    roles: tuple[tuple[Role, int], ...] = ()
    """(role, unit id) pairs that hold on ``day``."""
    unit_name: str = ""
    _scopes: dict[Perm, Scope] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_system(self) -> bool:
        return self.person is None

    @property
    def id(self) -> int | None:
        return self.person.pk if self.person else None

    @property
    def name(self) -> str:
        return self.person.full_name if self.person else "ระบบ"

    @property
    def office_id(self) -> int | None:
        return self.person.office_id if self.person else None

    def has(self, role: Role) -> bool:
        return any(held is role for held, _ in self.roles)

    @property
    def role_labels(self) -> list[str]:
        return [role.label for role in Role if self.has(role)]

    def units_for(self, perm: Perm) -> set[int]:
        """Units in which a UNIT-scoped grant of ``perm`` holds."""
        return {unit for role, unit in self.roles if GRANTS[role].get(perm) == Scope.UNIT}

    def scope(self, perm: Perm) -> Scope | None:
        """The widest scope in which any of the roles grants ``perm``."""
        if self.is_system:
            return Scope.ALL
        if perm not in self._scopes:
            held = [GRANTS[role][perm] for role, _ in self.roles if perm in GRANTS[role]]
            if held:
                self._scopes[perm] = max(held)
        return self._scopes.get(perm)


def system(day: date) -> Actor:
    """The system itself: commands and periodic tasks."""
    return Actor(person=None, day=day)


def _held() -> Any:
    held = apps.get_model("office", "Membership").objects.on(Given("day", DateField()))
    columns = ("role", "unit_id", "unit__name", "unit__office_id", "unit__office__code", "unit__office__name")
    return held.filter(person=Given("person")).order_by("id").values_list(*columns)


_HELD = Prepared(_held)


def actor_of(person: Person, day: date) -> Actor:
    """One query: the memberships of ``person`` on ``day``, which bring the person's office along."""
    rows = _HELD(person=person.pk, day=day)
    if rows and rows[0][3] == person.office_id:
        person.office = apps.get_model("office", "Office")(*rows[0][3:])
    held = [(Role(role), unit_id, unit_name) for role, unit_id, unit_name, *_ in rows]
    names = [name for role, _, name in held if role is Role.OFFICER] or [name for _, _, name in held]
    return Actor(
        person=person,
        day=day,
        roles=tuple((role, unit) for role, unit, _ in held) if person.is_active else (),
        unit_name=names[0] if names else "",
    )


def may(actor: Actor, perm: Perm, record: Any = None) -> bool:
    """Whether ``actor`` may do ``perm`` on ``record``; without a record, on anything at all."""
    scope = actor.scope(perm)
    if scope is None:
        return False
    if record is None or scope == Scope.ALL:
        return True
    paths: Paths = record.ACCESS
    if paths.of(record, paths.office) != actor.office_id:
        return False
    if scope == Scope.OFFICE:
        return True
    own = bool(paths.owner) and paths.of(record, paths.owner) == actor.id
    if scope == Scope.OWN:
        return own
    if own and _also_own(actor, perm):
        return True
    if paths.unit_lookup:
        return type(record)._default_manager.filter(reach(actor, perm, type(record)), pk=record.pk).exists()
    return bool(paths.unit) and paths.of(record, paths.unit) in actor.units_for(perm)


def reach(actor: Actor, perm: Perm, model: Any) -> Q:
    """The same as ``may``, as a condition on a query of ``model``."""
    scope = actor.scope(perm)
    paths: Paths = model.ACCESS
    if scope is None:
        return Q(pk__in=[])
    if scope == Scope.ALL:
        return Q()
    within = Q(**{paths.office: actor.office_id})
    if scope == Scope.OFFICE:
        return within
    own = Q(**{paths.owner: actor.id}) if paths.owner else Q(pk__in=[])
    if scope == Scope.OWN:
        return within & own
    return within & ((own if _also_own(actor, perm) else Q(pk__in=[])) | _in_units(actor, perm, paths, model))


def unit_reach(actor: Actor, perm: Perm) -> Callable[[int], bool]:
    """The same for the units of the actor's own office, by id and without a query: of rows already read."""
    scope = actor.scope(perm)
    if scope is None or scope == Scope.OWN:
        return lambda unit_id: False
    if scope == Scope.UNIT:
        return actor.units_for(perm).__contains__
    return lambda unit_id: True


def _in_units(actor: Actor, perm: Perm, paths: Paths, model: Any) -> Q:
    units = actor.units_for(perm)
    if paths.unit_lookup:
        from office.models import Membership

        serving = Membership.objects.serving(actor.day).filter(unit_id__in=units)
        return Q(pk__in=serving.values("person_id"))
    return Q(**{f"{paths.unit}__in": units}) if paths.unit else Q(pk__in=[])


def _also_own(actor: Actor, perm: Perm) -> bool:
    return any(GRANTS[role].get(perm) == Scope.OWN for role, _ in actor.roles)


_WHOSE = {
    Perm.COMPLIANCE_VIEW: "การส่งรายงานทั้งสำนักงานดูได้เฉพาะหัวหน้ากลุ่ม ฝ่ายบริหารทั่วไป และสหกรณ์จังหวัด "
    "รายงานของคุณอยู่ที่ “รายงานของฉัน”",
}
"""Whose task it is and what else one can do, where more can be said than that it isn't allowed."""


def _refusal(perm: Perm) -> str:
    return _WHOSE.get(perm, f"คุณไม่มีสิทธิ{perm.label}")


def check(actor: Actor, perm: Perm, record: Any = None) -> None:
    """Raise NotAllowed, with a Thai sentence, unless ``actor`` may."""
    if not may(actor, perm, record):
        raise NotAllowed(_refusal(perm))


View = Callable[..., HttpResponseBase]


def requires(perm: Perm) -> Callable[[View], View]:
    """Declare a view's permission: a stranger is led to sign in, others without any scope get 403."""

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor: Actor | None = getattr(request, "actor", None)
            if actor is None:
                from django.contrib.auth.views import redirect_to_login

                return redirect_to_login(request.get_full_path())
            if not may(actor, perm):
                raise PermissionDenied(_refusal(perm))
            return view(request, *args, **kwargs)

        guarded.required_permission = perm  # type: ignore[attr-defined]
        return guarded

    return declare


def open_to_all(view: View) -> View:
    """Declare that a view needs no sign-in: sign-in itself and the health check."""
    view.required_permission = None  # type: ignore[attr-defined]
    return view
