"""The list of cases: filtered by state, month, unit and kind; many closed at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from office.access import Actor, Perm, Scope, may, requires
from office.calendar import Month
from office.errors import Refused
from office.models import Unit
from office.thai import ThaiValueError
from plans.models import ReportingMonth
from reports.actions.cases import close
from reports.case_reads import Named, cases_to_decide, mark_of, told_facts
from reports.enums import Breach, FlagState
from reports.models import Flag
from reports.views.ids import id_in

PAGE = 50
MONTHS = 24
STATES = {
    "": "รอพิจารณา",
    "NOTIFIED": "แจ้งแล้ว",
    "OPEN": "เปิดอยู่",
    "CLOSED": "ปิดแล้ว",
    "EXCUSED": "ผ่อนผัน",
}
ORDER = ("-month__first", "person__sort_order", "breach", "id")


@dataclass(frozen=True, slots=True)
class Filters:
    """What an address asks for; what can't be meant is left out."""

    state: str
    month: str
    unit: str
    breach: str

    @classmethod
    def of(cls, asked: QueryDict) -> Filters:
        state, month = asked.get("state", "").upper(), asked.get("month", "")
        unit, breach = asked.get("unit", ""), asked.get("breach", "")
        return cls(
            state=state if state in STATES else "",
            month=month if _is_month(month) else "",
            unit=unit if id_in(unit) is not None else "",
            breach=breach if breach in list(Breach) else "",
        )

    def query(self, **other: str) -> str:
        """As it stands in an address; "" when nothing is asked for."""
        values = {"state": self.state, "month": self.month, "unit": self.unit, "breach": self.breach} | other
        return urlencode({name: value for name, value in values.items() if value})

    def rows(self, actor: Actor) -> Any:
        rows = Flag.objects.within(actor, Perm.NOTICE_VIEW).filter(state=self.state or FlagState.EXPLAINED)
        if self.month:
            rows = rows.filter(month__first=Month.parse(self.month).first)
        if self.unit:
            rows = rows.filter(unit_id=int(self.unit))
        return rows.filter(breach=self.breach) if self.breach else rows


def _is_month(text: str) -> bool:
    try:
        Month.parse(text)
    except ThaiValueError:
        return False
    return True


@requires(Perm.NOTICE_VIEW)
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """``?state=OPEN|NOTIFIED|CLOSED|EXCUSED&month=2026-10&unit=ID&breach=OFF_PLAN&page=N``.

    Without a state the explained, that wait for a decision.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    filters = Filters.of(request.GET)
    rows = filters.rows(actor).select_related("person", "month", "item", "unit").order_by(*ORDER)
    deciding = not filters.state and may(actor, Perm.CASE_DECIDE)
    mine = cases_to_decide(actor) if deciding else Flag.objects.none()
    paginator = Paginator(rows, PAGE)
    paginator.count, in_words = _counted(rows, mine, actor)
    page = paginator.get_page(request.GET.get("page"))
    others = (actor.scope(Perm.NOTICE_VIEW) or Scope.OWN) > Scope.OWN
    theirs = set(mine.values_list("pk", flat=True))
    found = {
        "page": page,
        "counted": in_words,
        "rows": [
            (flag, Named.of(fact), mark_of(flag) if flag.pk in theirs else "")
            for flag, fact in zip(page, told_facts(page), strict=True)
        ],
        "others": others,
        "deciding": bool(theirs),
        "filters": filters,
        "query": filters.query(),
        "own": actor.id,
        "states": [
            {"url": f"?{filters.query(state=key)}", "word": word, "current": key == filters.state}
            for key, word in STATES.items()
        ],
        "breaches": [(breach.value, breach.label) for breach in Breach],
        **(_choices(actor) if others else {}),
    }
    return render(request, "reports/cases.html", found)


def _counted(rows: Any, mine: Any, actor: Actor) -> tuple[int, str]:
    """How many there are, and in words how many of them are the reader's to decide; one query."""
    theirs = Count("pk", filter=Q(pk__in=mine.values("pk")))
    own = Count("pk", filter=Q(person=actor.id))
    numbers = rows.order_by().aggregate(all=Count("pk"), theirs=theirs, own=own)
    everything, others = numbers["all"], numbers["all"] - numbers["theirs"] - numbers["own"]
    if not numbers["theirs"]:
        return everything, f"{everything} เรื่อง"
    words = [f"{numbers['theirs']} เรื่อง"]
    words += [f"ของคุณเอง {numbers['own']} เรื่อง"] if numbers["own"] else []
    words += [f"ที่ผู้อื่นพิจารณา {others} เรื่อง"] if others else []
    return everything, " และ".join(words)


def _choices(actor: Actor) -> dict[str, Any]:
    """Months that have been checked, newest first, and the units within reach."""
    months = ReportingMonth.objects.filter(Q(office_id=actor.office_id), checked_as_of__isnull=False)
    firsts = months.order_by("-first").values_list("first", flat=True)[:MONTHS]
    units = Unit.objects.filter(Q(office_id=actor.office_id))
    if actor.scope(Perm.NOTICE_VIEW) == Scope.UNIT:
        units = units.filter(pk__in=actor.units_for(Perm.NOTICE_VIEW))
    return {
        "months": [(str(month), month.label) for month in map(Month.of, firsts)],
        "units": [(str(pk), name) for pk, name in units.values_list("pk", "name")],
    }


@requires(Perm.CASE_DECIDE)
@require_POST
def close_cases(request: HttpRequest) -> HttpResponse:
    """ปิดเรื่อง of those ticked (``case``), each by itself: one that is refused harms no other."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    filters = Filters.of(QueryDict(request.POST.get("back", "")))
    ticked = [each.partition(":") for each in request.POST.getlist("case")]
    ids = {pk: seen for text, _, seen in ticked if (pk := id_in(text)) is not None}
    chosen = (
        Flag.objects.within(actor, Perm.CASE_DECIDE).filter(pk__in=list(ids)[:PAGE]).select_related("person")
    )
    now = request.now  # type: ignore[attr-defined]
    reason, closed, before, refused = request.POST.get("reason", "").strip(), 0, 0, False
    for flag in chosen.order_by(*ORDER):
        try:
            done = close(flag, by=actor, now=now, reason=reason, seen=ids[flag.pk])
            closed += done.decided_at == now
            before += done.decided_at != now
        except Refused as refusal:
            refused = True
            messages.warning(request, f"ยังไม่ได้ปิดเรื่องของ {flag.person.full_name}: {refusal}")
    if refused and reason:
        messages.warning(request, f"เหตุผลที่พิมพ์ไว้และยังไม่ได้บันทึกกับเรื่องข้างต้น: {reason}")
    if closed:
        messages.success(request, f"ปิดเรื่องแล้ว {closed} เรื่อง")
    if before:
        messages.info(request, f"ปิดไปก่อนแล้ว {before} เรื่อง ไม่ได้เปลี่ยนอะไร ดูได้ที่ตัวกรอง “ปิดแล้ว”")
    if not ids:
        messages.warning(request, "ยังไม่ได้เลือกเรื่อง เลือกอย่างน้อยหนึ่งเรื่องก่อนปิด")
    query = filters.query()
    return redirect(f"{reverse('cases')}?{query}" if query else reverse("cases"))
