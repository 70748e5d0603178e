"""The office's people: who serves where on a day, and taking in the list of staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from office import access, uploads
from office.access import Actor, Perm, may, reach, requires
from office.actions import import_staff
from office.calendar import day_of
from office.enums import PersonnelType, Role
from office.forms import ConfirmForm, ThaiDateField, UploadForm
from office.importing import ImportRefused, Outcome, rehearsed
from office.models import Office, Person, Unit
from office.sheets import Problem, WorkbookError, read
from office.staff_workbook import StaffFile, parse


class DayForm(forms.Form):
    on = ThaiDateField(label="ณ วันที่", required=False)


@dataclass(frozen=True)
class PersonRow:
    person: Person
    roles: list[str]
    since: date | None
    type_label: str
    can_sign_in: bool


@dataclass(frozen=True)
class UnitGroup:
    """``unit`` is None for those who serve nowhere on the day."""

    unit: Unit | None
    rows: list[PersonRow]


@requires(Perm.OFFICE_VIEW)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "office/index.html", {"may": _powers(request.actor)})  # type: ignore[attr-defined]


@requires(Perm.PEOPLE_VIEW)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everyone, by unit, with the roles held on the day asked for (today)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = DayForm(request.GET or None)
    today = day_of(request.now)  # type: ignore[attr-defined]
    day = (form.is_valid() and form.cleaned_data["on"]) or today
    groups = by_unit(actor, day)
    shown = {"form": form, "day": day, "groups": groups, "count": sum(len(group.rows) for group in groups)}
    return render(request, "office/people.html", shown | {"may": _powers(actor)})


def by_unit(actor: Actor, day: date) -> list[UnitGroup]:
    """Three queries, whatever the number of people."""
    units = {
        unit.pk: UnitGroup(unit, []) for unit in Unit.objects.filter(reach(actor, Perm.PEOPLE_VIEW, Unit))
    }
    nowhere = UnitGroup(None, [])
    found = Person.objects.filter(reach(actor, Perm.PEOPLE_VIEW, Person)).with_roles_on(day)
    for person in found:
        served = next((held for held in person.roles_now if held.role == Role.OFFICER), None)
        group = units[served.unit_id] if served else nowhere
        group.rows.append(_row(person, served.starts_on if served else None))
    return [group for group in (*units.values(), nowhere) if group.rows]


def _row(person: Person, since: date | None) -> PersonRow:
    held = {Role(row.role) for row in person.roles_now}  # type: ignore[attr-defined]
    roles = [role.label for role in Role if role in held and role is not Role.OFFICER]
    label = PersonnelType(person.personnel_type).label
    return PersonRow(person, roles, since, label, person.is_active and person.has_usable_password())


def _powers(actor: Actor) -> dict[str, bool]:
    return {
        perm.name.lower(): may(actor, perm) for perm in (Perm.PEOPLE_EDIT, Perm.AUDIT_VIEW, Perm.JOB_VIEW)
    }


@requires(Perm.PEOPLE_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def import_people(request: HttpRequest) -> HttpResponse:
    """Choose a file, look at what it would change, confirm. Only the last step stores anything."""
    if request.method != "POST":
        return _page(request, form=UploadForm())
    if "token" in request.POST:
        return _confirm(request)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    token = uploads.keep(form.cleaned_data["file"], actor=actor)
    content, name = uploads.take(token, actor=actor)
    try:
        file = parse(read(content, name=name))
        outcome = rehearsed(lambda: _store(request, file))
    except (WorkbookError, ImportRefused) as refused:
        uploads.drop(token, actor=actor)
        return _page(request, form=UploadForm(), name=name, problems=refused.problems, status=422)
    return _page(request, confirm=ConfirmForm(initial={"token": token}), name=name, outcome=outcome)


def _confirm(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    token = request.POST["token"]
    content, name = uploads.take(token, actor=actor)
    try:
        outcome = _store(request, parse(read(content, name=name)))
    except (WorkbookError, ImportRefused) as refused:  # the office changed since the preview
        return _page(request, form=UploadForm(), name=name, problems=refused.problems, status=422)
    uploads.drop(token, actor=actor)
    counts = f"เพิ่ม {outcome.created} เปลี่ยน {outcome.changed} เท่าเดิม {outcome.unchanged} คน"
    messages.success(request, f"นำเข้าบุคลากรแล้ว {counts}")
    return redirect("people")


def _store(request: HttpRequest, file: StaffFile) -> Outcome:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    office = Office.objects.get(access.reach(actor, Perm.PEOPLE_EDIT, Office))
    return import_staff(file, by=actor, now=request.now, office=office)  # type: ignore[attr-defined]


def _page(
    request: HttpRequest,
    *,
    form: UploadForm | None = None,
    confirm: ConfirmForm | None = None,
    name: str = "",
    outcome: Outcome | None = None,
    problems: list[Problem] | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = {"form": form, "confirm": confirm, "name": name, "outcome": outcome, "problems": problems}
    return render(request, "office/import_people.html", shown, status=status)
