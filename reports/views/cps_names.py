"""CPS: saying whom and which job a name in the file means, and what the office has said so far."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from office.access import Actor, Perm, reach, requires
from office.errors import Invalid
from reports.actions.cps import Matched, Meaning, match_names, remove_alias
from reports.enums import AliasKind
from reports.models import CpsAlias
from reports.views.cps import NAMES_A_PAGE, month_answer, month_to_import
from reports.views.ids import id_in

ALIASES_A_PAGE = 50


@requires(Perm.CPS_IMPORT)
@require_POST
def match(request: HttpRequest, month: str) -> HttpResponse:
    """Each row of the form: ``kind-1``, ``text-1`` and what was chosen, ``means-1``."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    target = month_to_import(actor, month)
    try:
        meanings = list(_meanings(request.POST))
        stamp = request.POST.get("stamp", "")
        done = match_names(target, meanings, stamp=stamp, by=actor, now=request.now)  # type: ignore[attr-defined]
    except Invalid as refusal:
        return month_answer(request, target.month, refusal=str(refusal))
    if done.said or done.rows:
        messages.success(request, _told(done))
    else:
        messages.info(request, "ยังไม่ได้เลือกคู่ใหม่ ไม่มีอะไรเปลี่ยน")
    return HttpResponseRedirect(f"{reverse('cps-month', args=[target.month])}#match")


def _meanings(sent: QueryDict) -> Iterator[Meaning]:
    for n in range(1, NAMES_A_PAGE + 1):
        kind, text, means = (sent.get(f"{name}-{n}", "") for name in ("kind", "text", "means"))
        if kind not in set(AliasKind):
            if kind:
                raise Invalid("เลือกชื่อจากรายการ")
            continue
        if AliasKind(kind) is AliasKind.JOB:
            yield Meaning(AliasKind.JOB, text, job_no=means)
        elif not means:
            yield Meaning(AliasKind.PERSON, text)
        elif (person_id := id_in(means)) is not None:
            yield Meaning(AliasKind.PERSON, text, person_id=person_id)
        else:
            raise Invalid(f"เลือกเจ้าหน้าที่ของสำนักงานจากรายการ สำหรับ “{text[:60]}”")


def _told(done: Matched) -> str:
    left = f"ยังไม่พบคู่ {done.unmatched} แถว" if done.unmatched else "พบคู่ครบทุกแถว"
    return f"บันทึกการจับคู่แล้ว อ่านใหม่ {done.rows} แถว {left}"


@requires(Perm.CPS_IMPORT)
@require_safe
def names(request: HttpRequest) -> HttpResponse:
    """All that the office has said, people first."""
    within = reach(request.actor, Perm.CPS_IMPORT, CpsAlias)  # type: ignore[attr-defined]
    rows = CpsAlias.objects.filter(within).select_related("person", "saved_by").order_by("-kind", "text")
    page = Paginator(rows, ALIASES_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "reports/cps_names.html", {"page": page, "aliases": list(page.object_list)})


@requires(Perm.CPS_IMPORT)
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    within = reach(request.actor, Perm.CPS_IMPORT, CpsAlias)  # type: ignore[attr-defined]
    alias = get_object_or_404(CpsAlias.objects.filter(within), pk=pk)
    remove_alias(alias, by=request.actor, now=request.now)  # type: ignore[attr-defined]
    messages.success(request, f"เลิกจับคู่ “{alias.written}” แล้ว ไฟล์ที่นำเข้าต่อจากนี้จะไม่ใช้คู่นี้")
    return redirect("cps-names")
