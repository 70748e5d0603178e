"""Taking a plan in by browser: choose files, look at what they would do, confirm."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from office import uploads
from office.access import Actor, Perm, requires
from office.errors import Invalid
from office.forms import WorkbookField
from office.importing import ImportRefused
from office.models import Office
from office.sheets import Book, Problem, WorkbookError, mark_problems, read
from plans.actions import Preview, import_plan, preview
from plans.queries import who_answers
from plans.views.pages import workbook_response
from plans.views.place import office_for
from plans.workbook import PlanFile, parse

SHOWN = 100
"""Changes that the preview names one by one."""


class PlanUploadForm(forms.Form):
    file = WorkbookField(label="ไฟล์แผนปฏิบัติงาน", help_text="ไฟล์ Excel ขนาดไม่เกิน 20 MB")
    shares = WorkbookField(
        label="ไฟล์กระจายแผนรายบุคคล",
        help_text="เลือกเมื่อแผนรายบุคคลไม่ได้อยู่ในไฟล์แผน",
        required=False,
    )


@requires(Perm.PLAN_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, year: int) -> HttpResponse:
    """The files are kept for the person; the preview has an address of its own."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    office_for(actor, Perm.PLAN_IMPORT, year)
    if request.method != "POST":
        return render(request, "plans/import.html", {"year": year, "form": PlanUploadForm()})
    form = PlanUploadForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            token = uploads.keep(form.cleaned_data["file"], actor=actor)
            extra = form.cleaned_data["shares"]
            query = f"?shares={uploads.keep(extra, actor=actor)}" if extra else ""
        except Invalid as refusal:
            form.add_error("file", str(refusal))
        else:
            answer = redirect("plan-import-preview", year, token)
            answer["Location"] += query
            return answer
    return render(request, "plans/import.html", {"year": year, "form": form}, status=422)


@requires(Perm.PLAN_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest, year: int, token: str) -> HttpResponse:
    """GET shows what would happen; POST takes the same bytes in."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    office = office_for(actor, Perm.PLAN_IMPORT, year)
    content, name = uploads.take(token, actor=actor)
    try:
        found = _parsed(request, office, content, name)
        seen = preview(office, found, year=year)
        if seen.problems:
            raise ImportRefused(list(seen.problems), found.notes)
        if request.method == "POST":
            return _store(request, office, found, token)
    except WorkbookError as refusal:
        return _refused(request, year, token, name, refusal.problems)
    except ImportRefused as refusal:
        return _refused(request, year, token, name, refusal.problems, refusal.notes)
    return _shown(request, year, name, seen, found.notes)


def _store(request: HttpRequest, office: Office, found: PlanFile, token: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    outcome = import_plan(office, found, by=actor, now=request.now)  # type: ignore[attr-defined]
    uploads.drop(token, actor=actor)
    if request.GET.get("shares"):
        uploads.drop(request.GET["shares"], actor=actor)
    if outcome.created or outcome.changed:
        counts = f"เพิ่ม {outcome.created} เปลี่ยน {outcome.changed} เท่าเดิม {outcome.unchanged} งาน"
        messages.success(request, f"นำเข้าแผนปฏิบัติงาน ปีงบประมาณ {found.fiscal_year} แล้ว {counts}")
    else:
        messages.info(request, "แผนนี้ตรงกับที่มีอยู่แล้ว ไม่มีอะไรเปลี่ยน")
    return redirect("plan", found.fiscal_year)


def _parsed(request: HttpRequest, office: Office, content: bytes, name: str) -> PlanFile:
    units, people = who_answers(office)
    return parse(read(content, name=name), units=units, people=people, shares_book=_shares(request))


def _shares(request: HttpRequest) -> Book | None:
    token = request.GET.get("shares", "")
    if not token:
        return None
    content, name = uploads.take(token, actor=request.actor)  # type: ignore[attr-defined]
    return read(content, name=name)


def _shown(request: HttpRequest, year: int, name: str, seen: Preview, notes: list[str]) -> HttpResponse:
    assert seen.content is not None and seen.changes is not None
    items, changes = seen.content.items, seen.changes
    made = set(changes.created)
    shown = {
        "year": year,
        "name": name,
        "notes": notes,
        "changes": changes,
        "differences": changes.differences[:SHOWN],
        "more": len(changes.differences) - SHOWN,
        "items": [(item, item.job_no in made, item.job_no in changes.changed) for item in items],
        "budget": sum(item.budget or 0 for item in items),
        "shares": sum(len(item.shares) for item in items),
        "people": len({person for item in items for person in item.shares}),
        "unshared": [item.job_no for item in items if any(item.targets) and not item.shares],
        "nothing": changes.none,
    }
    return render(request, "plans/import_preview.html", shown)


def _refused(
    request: HttpRequest, year: int, token: str, name: str, problems: list[Problem], notes: Sequence[str] = ()
) -> HttpResponse:
    """The file stays kept until newer ones push it out: its marked copy can be fetched."""
    places = any(problem.row for problem in problems)
    shown = {"year": year, "token": token, "name": name, "problems": problems, "markable": places}
    shown["notes"] = notes
    shown["query"] = f"?shares={request.GET['shares']}" if request.GET.get("shares") else ""
    return render(request, "plans/import_refused.html", shown, status=422)


@requires(Perm.PLAN_IMPORT)
@require_safe
def marked(request: HttpRequest, year: int, token: str) -> HttpResponse:
    """The refused workbook with its bad cells filled and commented."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    office = office_for(actor, Perm.PLAN_IMPORT, year)
    content, name = uploads.take(token, actor=actor)
    try:
        seen = preview(office, _parsed(request, office, content, name), year=year)
        problems = list(seen.problems)
        copy = mark_problems(content, problems, name=name)
    except WorkbookError as refusal:
        return _refused(request, year, token, name, refusal.problems)
    return workbook_response(copy, f"{name.rsplit('.', 1)[0]} จุดที่ต้องแก้.xlsx")
