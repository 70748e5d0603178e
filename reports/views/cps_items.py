"""CPS: which items of a year's plan are held against it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from office.access import Actor, Perm, reach, requires
from plans.enums import TRACKED
from plans.models import ActionPlan, PlanItem
from plans.queries import tracking_stamp
from reports.actions.cps_tracking import track
from reports.models import CpsRecord

YEARS = range(2500, 2700)
_CHOICES = {"": None, "yes": True, "no": False}
_SHOWN = {said: value for value, said in _CHOICES.items()}


class TrackingForm(forms.Form):
    """One choice an item; ``stamp`` is what they were when the page was opened."""

    stamp = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, data: QueryDict | None = None, *, items: list[PlanItem]) -> None:
        super().__init__(data, initial={"stamp": tracking_stamp(items)})
        choices = [(value, TRACKED[said]) for value, said in _CHOICES.items()]
        for item in items:
            self.fields[f"item-{item.pk}"] = forms.ChoiceField(
                label=f"{item.job_no} {item.name}",
                choices=choices,
                required=False,
                initial=_SHOWN[item.cps_tracked],
                widget=forms.Select(attrs={"class": "form-select"}),
                error_messages={"invalid_choice": "เลือกจากรายการ"},
            )

    def choices(self) -> dict[int, bool | None]:
        typed = {name: value for name, value in self.cleaned_data.items() if name.startswith("item-")}
        return {int(name[5:]): _CHOICES[value] for name, value in typed.items() if name in self.data}


@requires(Perm.CPS_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def items(request: HttpRequest, year: int) -> HttpResponse:
    """All items of the year; an item that the form doesn't name stays as it is."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    plans = ActionPlan.objects.filter(reach(actor, Perm.CPS_IMPORT, ActionPlan))
    years = list(plans.order_by("-fiscal_year__year").values_list("fiscal_year__year", flat=True))
    if year in YEARS and year not in years and request.method != "POST":
        return render(request, "reports/cps_items.html", {"year": year, "others": years, "plan": None})
    plan = get_object_or_404(plans.select_related("fiscal_year"), fiscal_year__year=year)
    found = list(plan.items.order_by("sort_order"))
    form = TrackingForm(items=found)
    if request.method == "POST":
        form = TrackingForm(request.POST, items=found)
        if form.is_valid():
            stamp = form.cleaned_data["stamp"]
            done = track(plan, form.choices(), stamp=stamp, by=actor, now=request.now)  # type: ignore[attr-defined]
            again = f" ตรวจเดือนที่ยังไม่ปิดใหม่ {done.months} เดือน" if done.months else ""
            if done.items:
                messages.success(request, f"บันทึกแล้ว เปลี่ยน {done.items} งาน{again}")
            else:
                messages.info(request, "ไม่มีงานที่เปลี่ยน")
            return redirect("cps-items", year)
    months = _months_with(plan)
    shown = {
        "year": year,
        "plan": plan,
        "form": form,
        "rows": [(item, form[f"item-{item.pk}"], months.get(item.pk, 0)) for item in found],
        "others": [each for each in years if each != year],
    }
    return render(request, "reports/cps_items.html", shown, status=422 if form.errors else 200)


def _months_with(plan: ActionPlan) -> dict[int, int]:
    """Item id → in how many months' files it has come; one query."""
    rows = CpsRecord.objects.filter(item__plan=plan).order_by().values_list("item_id")
    return dict(rows.annotate(n=Count("file__month", distinct=True)))
