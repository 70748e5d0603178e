"""The plan's own pages: this year's, approval, the workbook."""

from __future__ import annotations

from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from office.access import Actor, Perm, may, requires
from office.calendar import day_of, fiscal_span, fiscal_year
from office.errors import Invalid
from office.models import Person
from plans.actions import approve, lacks
from plans.enums import PlanState
from plans.export import plan_workbook
from plans.rules import MOVES
from plans.stored import content_of
from plans.views.place import plan_for

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ApprovalForm(forms.Form):
    """The version of the plan that the director read."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


@requires(Perm.PLAN_VIEW)
@require_safe
def this_year(request: HttpRequest) -> HttpResponse:
    return redirect("plan", fiscal_year(day_of(request.now)))  # type: ignore[attr-defined]


@requires(Perm.PLAN_APPROVE)
@require_http_methods(["GET", "HEAD", "POST"])
def approval(request: HttpRequest, year: int) -> HttpResponse:
    """A page that names the effect, then the deed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    plan = plan_for(actor, Perm.PLAN_APPROVE, year)
    today = day_of(request.now)  # type: ignore[attr-defined]
    if request.method == "POST":
        form = ApprovalForm(request.POST)
        version = form.cleaned_data["version"] if form.is_valid() else 0
        try:
            approve(plan, by=actor, now=request.now, on=today, version=version)  # type: ignore[attr-defined]
        except Invalid as refusal:
            return _approval_page(request, year, refusal.faults, status=422)
        messages.success(request, f"อนุมัติแผนปฏิบัติงาน ปีงบประมาณ {year} แล้ว เจ้าหน้าที่รายงานผลตามแผนได้")
        return redirect("plan", year)
    if "approve" not in MOVES[PlanState(plan.state)]:
        return redirect("plan", year)
    return _approval_page(request, year, lacks(content_of(plan)))


def _approval_page(
    request: HttpRequest, year: int, faults: dict[str, str], status: int = 200
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    plan = plan_for(actor, Perm.PLAN_APPROVE, year)
    first, last = fiscal_span(year)
    shown = {
        "year": year,
        "plan": plan,
        "faults": faults,
        "form": ApprovalForm(initial={"version": plan.version}),
        "items": plan.items.count(),
        "people": Person.objects.filter(shares__item__plan=plan).distinct().count(),
        "first": first,
        "last": last,
    }
    return render(request, "plans/approve.html", shown, status=status)


@requires(Perm.PLAN_VIEW)
@require_safe
def export(request: HttpRequest, year: int) -> HttpResponse:
    """Open to everyone; the sheet that names people is for those who take plans in or approve them."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    plan = plan_for(actor, Perm.PLAN_VIEW, year)
    content = content_of(plan, with_units=False)
    named = may(actor, Perm.PLAN_IMPORT, plan) or may(actor, Perm.PLAN_APPROVE, plan)
    book = plan_workbook(content, office_name=plan.office.name, people=named)
    return workbook_response(book, f"แผนปฏิบัติงาน {year}.xlsx")


def workbook_response(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename=plan.xlsx; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response
