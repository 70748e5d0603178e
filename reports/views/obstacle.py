"""One page an obstacle: its facts, its steps dated with who, and what this person may do now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from office import audit
from office.access import Actor, Perm, may, requires
from office.audit import Verb
from office.errors import Invalid, NotAllowed, NotAllowedNow, Stale
from reports.actions import obstacles as actions
from reports.actions.obstacles import LABELS
from reports.forms import version_of
from reports.models import Obstacle
from reports.obstacle_forms import FollowForm, ReopenForm, SolveForm, TextsForm, WithdrawForm
from reports.queries import obstacles as reads
from reports.rules.obstacles import Act

FORMS: dict[Act, type[forms.Form]] = {
    Act.FOLLOW: FollowForm,
    Act.SOLVE: SolveForm,
    Act.WITHDRAW: WithdrawForm,
    Act.REOPEN: ReopenForm,
    Act.CHANGE: TextsForm,
}
"""In the order of the page. What is agreed is written at the meeting, not here."""
DONE = {
    Act.FOLLOW: "บันทึกการดำเนินการแล้ว",
    Act.SOLVE: "ปิดเรื่องแล้ว แก้ไขสำเร็จ",
    Act.WITHDRAW: "ยกเลิกเรื่องแล้ว",
    Act.REOPEN: "เปิดเรื่องอีกครั้งแล้ว",
    Act.CHANGE: "บันทึกรายละเอียดแล้ว",
}


@requires(Perm.OBSTACLE_VIEW)
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk))


@requires(Perm.OBSTACLE_RAISE)
@require_http_methods(["GET", "HEAD", "POST"])
def change_texts(request: HttpRequest, pk: int) -> HttpResponse:
    """Of two who save, the second sees both versions; on that page each text is chosen by itself."""
    obstacle = _found(request, pk)
    if request.method != "POST":
        return redirect("obstacle", pk)
    form = _typed(request, obstacle, Act.CHANGE)
    if not form.is_valid():
        return _page(request, obstacle, act=Act.CHANGE, form=form)
    texts = {
        name: getattr(obstacle, name) if request.POST.get(f"choice-{name}") == "theirs" else typed
        for name, typed in form.cleaned_data.items()
    }
    who_and_when = {"by": request.actor, "now": request.now}  # type: ignore[attr-defined]
    try:
        actions.change(obstacle, **texts, version=version_of(request.POST), **who_and_when)
    except Invalid as refusal:
        return _page(request, obstacle, act=Act.CHANGE, form=_faulty(form, refusal))
    except Stale as refusal:
        return _both_versions(request, _found(request, pk), texts, str(refusal))
    except NotAllowedNow as refusal:
        return _page(request, _found(request, pk), act=Act.CHANGE, form=form, refused=str(refusal))
    messages.success(request, DONE[Act.CHANGE])
    return redirect("obstacle", pk)


@requires(Perm.OBSTACLE_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def add_step(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, Act.FOLLOW, lambda found, text, **who: actions.follow(found, text=text, **who))


@requires(Perm.OBSTACLE_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def mark_solved(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, Act.SOLVE, lambda found, text, **who: actions.solve(found, text=text, **who))


@requires(Perm.OBSTACLE_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def mark_withdrawn(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(
        request, pk, Act.WITHDRAW, lambda found, text, **who: actions.withdraw(found, reason=text, **who)
    )


@requires(Perm.OBSTACLE_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def open_again(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(
        request, pk, Act.REOPEN, lambda found, text, **who: actions.reopen(found, reason=text, **who)
    )


def _done(request: HttpRequest, pk: int, act: Act, do: Callable[..., Obstacle]) -> HttpResponse:
    """A reload, or a sign-in on the way, leads back to the page."""
    obstacle = _found(request, pk)
    if request.method != "POST":
        return redirect("obstacle", pk)
    form = _typed(request, obstacle, act)
    if not form.is_valid():
        return _page(request, obstacle, act=act, form=form)
    try:
        do(obstacle, form.cleaned_data["text"], by=request.actor, now=request.now)  # type: ignore[attr-defined]
    except Invalid as refusal:
        return _page(request, obstacle, act=act, form=_faulty(form, refusal))
    except NotAllowedNow as refusal:
        return _page(request, _found(request, pk), act=act, form=form, refused=str(refusal))
    messages.success(request, DONE[act])
    return redirect("obstacle", pk)


def _faulty(form: forms.Form, refusal: Invalid) -> forms.Form:
    for name, fault in refusal.faults.items():
        form.add_error(name, fault)
    return form


def _typed(request: HttpRequest, obstacle: Obstacle, act: Act) -> forms.Form:
    """What was typed; from who may not do it, whatever the state, nothing is read."""
    not_theirs, _ = actions.refusals(obstacle, request.actor)[act]  # type: ignore[attr-defined]
    if not_theirs:
        raise NotAllowed(not_theirs)
    return FORMS[act](request.POST, auto_id=f"{act.value}-%s")


def _page(
    request: HttpRequest,
    obstacle: Obstacle,
    *,
    act: Act | None = None,
    form: forms.Form | None = None,
    refused: str = "",
) -> HttpResponse:
    """With ``act`` and ``form``, one not taken: 422 with its faults, or 409 and why it is ``refused``."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = {
        "obstacle": obstacle,
        "steps": reads.steps_of(obstacle),
        "own": obstacle.person_id == actor.id,
        "report_url": _report_url(obstacle, actor),
        "changes": _changes(obstacle),
        "fault_form": form if form and form.errors else None,
        "open_form": act.value if act else "",
        "refused": refused,
        "typed": [text for text in form.cleaned_data.values() if text] if refused and form else [],
        "forms": _forms(obstacle, actor, act, form),
    }
    status = 409 if refused else 422 if act else 200
    return render(request, "reports/obstacle.html", found, status=status)


def _forms(obstacle: Obstacle, actor: Actor, act: Act | None, form: forms.Form | None) -> dict[str, Any]:
    """By act, only what is possible now for this person."""
    refusals = actions.refusals(obstacle, actor)
    kept = {name: getattr(obstacle, name) for name in LABELS}
    found: dict[str, Any] = {}
    for each, kind in FORMS.items():
        if not any(refusals[each]):
            initial = kept if each is Act.CHANGE else {}
            made = (
                form
                if each is act and form is not None
                else kind(initial=initial, auto_id=f"{each.value}-%s")
            )
            found[each.value] = made
    return found


def _both_versions(
    request: HttpRequest, obstacle: Obstacle, texts: dict[str, str], reason: str
) -> HttpResponse:
    differences = [
        {"name": f"choice-{name}", "legend": label, "mine": texts[name], "theirs": getattr(obstacle, name)}
        for name, label in LABELS.items()
        if texts[name] != getattr(obstacle, name)
    ]
    found = {"obstacle": obstacle, "texts": texts.items(), "differences": differences, "reason": reason}
    return render(request, "reports/obstacle_conflict.html", found, status=409)


def _report_url(obstacle: Obstacle, actor: Actor) -> str:
    """Of the report that tells of it, where the reader may see that: a closed month is open to the office."""
    report = obstacle.report
    if report is None:
        return ""
    if report.month.closed_at is None and not may(actor, Perm.REPORT_VIEW, report):
        return ""
    return reverse("person-month", args=[report.month.month, obstacle.person.code])


def _changes(obstacle: Obstacle) -> list[dict[str, Any]]:
    """What the texts said before, each time they were changed; newest first."""
    events = audit.history_of(obstacle).filter(verb__in=[Verb.OBSTACLE_CHANGED, Verb.OBSTACLE_REOPENED])
    found = []
    for event in events.order_by("-id"):
        texts = [
            (label, event.before.get(name, ""), event.after.get(name, ""))
            for name, label in LABELS.items()
            if event.before.get(name, "") != event.after.get(name, "")
        ]
        if texts:
            found.append({"at": event.at, "by": event.actor_text, "texts": texts})
    return found


def _found(request: HttpRequest, pk: int) -> Obstacle:
    return get_object_or_404(reads.within_reach(request.actor), pk=pk)  # type: ignore[attr-defined]
