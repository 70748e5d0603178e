"""Holidays and policy, on which the months' deadlines lean (design rules 4.2, 4.6)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from office import thai
from office.access import Actor, Perm, check, may, reach, requires
from office.actions import PolicyValues, change_policy, confirm_holidays, remove_holiday, save_holiday
from office.calendar import ShiftRule, day_of, fiscal_span, fiscal_year, is_working_day
from office.errors import Invalid
from office.forms import ThaiCountField, ThaiDateField, ThaiQuantityField, ThaiTimeField
from office.models import Holiday, Office
from office.queries import POLICY_FIELDS, holidays_of, policy_of, policy_stamp
from plans.actions import refresh_open_months
from plans.models import ReportingMonth

MOST_PERCENT = Decimal(100)


class HolidayForm(forms.Form):
    day = ThaiDateField(label="วันที่")
    name = forms.CharField(label="ชื่อวันหยุด", max_length=200, error_messages={"required": "กรอกชื่อวันหยุด"})
    source = forms.CharField(
        label="ที่มา", max_length=200, required=False, help_text="เช่น มติคณะรัฐมนตรี 5 พฤศจิกายน 2569"
    )


class PolicyForm(forms.Form):
    due_time = ThaiTimeField(label="เวลาครบกำหนดส่งในวันประชุมสิ้นเดือน")
    grace_days = ThaiCountField(
        label="วันทำการที่ผ่อนให้หลังครบกำหนด", most=20, help_text="ส่งภายในวันที่ผ่อนให้ยังนับว่าตรงเวลา"
    )
    lock_day = ThaiCountField(label="ปิดรับแก้ไขในวันทำการที่เท่าใดของเดือนถัดไป", least=1, most=22)
    shift_rule = forms.ChoiceField(
        label="เมื่อวันประชุมตรงกับวันหยุด",
        choices=[(rule.value, rule.label) for rule in ShiftRule],
        widget=forms.RadioSelect,
    )
    off_plan_margin = ThaiQuantityField(
        label="ผลต่ำกว่าแผนได้ไม่เกินร้อยละ", help_text="ต่ำกว่านี้นับว่าไม่เป็นไปตามแผน 0 คือไม่ยอมให้ต่ำเลย"
    )
    answer_days = ThaiCountField(label="วันทำการสำหรับชี้แจงครั้งแรก", least=1, most=30)
    second_answer_days = ThaiCountField(label="วันทำการสำหรับชี้แจงครั้งที่ 2", least=1, most=30)
    stamp = forms.CharField(widget=forms.HiddenInput, max_length=200)

    def clean_off_plan_margin(self) -> Decimal:
        margin: Decimal = self.cleaned_data["off_plan_margin"]
        if margin > MOST_PERCENT:
            raise forms.ValidationError("ใส่ร้อยละตั้งแต่ 0 ถึง 100")
        return margin

    def values(self) -> PolicyValues:
        given = {name: self.cleaned_data[name] for name in POLICY_FIELDS}
        return PolicyValues(**given | {"shift_rule": ShiftRule(given["shift_rule"])})


@requires(Perm.OFFICE_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def holidays(request: HttpRequest) -> HttpResponse:
    """The holidays of a fiscal year; a POST adds one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    office = _office(actor)
    if request.method != "POST":
        return _holidays_page(request, office, HolidayForm())
    check(actor, Perm.HOLIDAY_EDIT, office)
    form = HolidayForm(request.POST)
    if not form.is_valid():
        return _holidays_page(request, office, form)
    typed = form.cleaned_data
    source = {"source": typed["source"]} if typed["source"] else {}
    try:
        with transaction.atomic():
            made = save_holiday(office, typed["day"], typed["name"], **_deed(request), **source)
            moved = _refresh(office, f"เพิ่มวันหยุด {made.name}", request)
    except Invalid as refusal:
        form.add_error("day", refusal.faults["day"])
        return _holidays_page(request, office, form)
    messages.success(request, f"เพิ่มวันหยุด {thai.short_date(made.day)} {made.name} แล้ว{moved}")
    return _to_year(fiscal_year(made.day))


def _holidays_page(request: HttpRequest, office: Office, form: HolidayForm) -> HttpResponse:
    year = _year(request)
    listed = list(Holiday.objects.filter(office=office, day__range=fiscal_span(year)))
    off = holidays_of(office)
    months = ReportingMonth.objects.filter(office=office, closed_at=None, fiscal_year__year=year)
    shown = {
        "year": year,
        "years": (year - 1, year + 1),
        "holidays": listed,
        "unconfirmed": sum(not each.confirmed for each in listed),
        "clashes": [month for month in months if not is_working_day(month.due_on, off)],
        "form": form,
        "may_edit": may(request.actor, Perm.HOLIDAY_EDIT, office),  # type: ignore[attr-defined]
    }
    return render(request, "office/holidays.html", shown, status=422 if form.errors else 200)


@requires(Perm.HOLIDAY_EDIT)
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    within = reach(request.actor, Perm.HOLIDAY_EDIT, Holiday)  # type: ignore[attr-defined]
    holiday = get_object_or_404(Holiday.objects.select_related("office").filter(within), pk=pk)
    with transaction.atomic():
        remove_holiday(holiday, **_deed(request))
        moved = _refresh(holiday.office, f"ลบวันหยุด {holiday.name}", request)
    messages.success(request, f"ลบวันหยุด {thai.short_date(holiday.day)} {holiday.name} แล้ว{moved}")
    return _to_year(fiscal_year(holiday.day))


@requires(Perm.HOLIDAY_EDIT)
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    year = _year(request)
    count = confirm_holidays(_office(request.actor), year, **_deed(request))  # type: ignore[attr-defined]
    messages.success(request, f"ยืนยันวันหยุดแล้ว {count} วัน")
    return _to_year(year)


@requires(Perm.OFFICE_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: HttpRequest) -> HttpResponse:
    """What the office sets for itself; a POST changes it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    office = _office(actor)
    current = policy_of(office)
    initial = {name: getattr(current, name) for name in POLICY_FIELDS} | {"stamp": policy_stamp(current)}
    form = PolicyForm(initial=initial)
    if request.method == "POST":
        check(actor, Perm.POLICY_EDIT, office)
        form = PolicyForm(request.POST, initial=initial)
        if form.is_valid():
            with transaction.atomic():
                change_policy(office, form.values(), stamp=form.cleaned_data["stamp"], **_deed(request))
                moved = _refresh(office, "แก้ไขข้อกำหนดของสำนักงาน", request)
            messages.success(request, f"บันทึกข้อกำหนดแล้ว{moved}")
            return redirect("policy")
    shown = {"form": form, "policy": current, "shift_rule": ShiftRule(current.shift_rule)}
    shown |= {"may_edit": may(actor, Perm.POLICY_EDIT, office)}
    return render(request, "office/policy.html", shown, status=422 if form.errors else 200)


def _deed(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.actor, "now": request.now}  # type: ignore[attr-defined]


def _refresh(office: Office, reason: str, request: HttpRequest) -> str:
    """Let the deadlines follow; returns what to add to the message."""
    moved = refresh_open_months(office, reason=reason, **_deed(request))
    return f" กำหนดเวลาของ {moved} เดือนเปลี่ยนตาม" if moved else ""


def _office(actor: Actor) -> Office:
    if actor.person is None:
        raise Http404
    return actor.person.office


def _year(request: HttpRequest) -> int:
    """The fiscal year asked for, in the address or the form; today's when none or nonsense."""
    asked = request.POST.get("year") or request.GET.get("year") or ""
    today: date = day_of(request.now)  # type: ignore[attr-defined]
    try:
        return thai.parse_be_year(asked)
    except thai.ThaiValueError:
        return fiscal_year(today)


def _to_year(year: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('holidays')}?year={year}")
