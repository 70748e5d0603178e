"""The register of obstacles, and raising one from wherever one is."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from office import vocabulary
from office.access import Actor, Perm, may, requires
from office.calendar import day_of, fiscal_year
from office.errors import Invalid
from reports.actions.obstacles import raise_obstacle
from reports.enums import ObstacleState
from reports.obstacle_forms import NewForm
from reports.queries import obstacles as reads
from reports.queries.obstacles import Counts, Wish

PAGE = 30
MINE_SHOWN = 5


@requires(Perm.OBSTACLE_VIEW)
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """``?state=open|agreed|solved|withdrawn&unit=<id>&mine=1&q=<words>&page=N``; newest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    wish = Wish.of(request.GET)
    counts = reads.counts(actor, wish)
    paginator = Paginator(reads.register(actor, wish), PAGE)
    shown = counts.mine if wish.mine else counts.all
    paginator.count = shown  # type: ignore[misc]  # known already: one query less
    page = paginator.get_page(request.GET.get("page"))
    raises = may(actor, Perm.OBSTACLE_RAISE)
    mine = list(reads.standing_of(actor)) if raises else []
    first = page.number == 1 and not wish.params
    found = {
        "page": page,
        "wish": wish,
        "tiles": _tiles(wish, counts),
        "pills": _pills(wish, counts, raises=raises),
        "units": reads.units_of(actor.office_id or 0),
        "mine": mine[:MINE_SHOWN] if first else [],
        "mine_more": len(mine) > MINE_SHOWN,
        "may_raise": raises,
    }
    return render(request, "reports/obstacles.html", found)


@requires(Perm.OBSTACLE_RAISE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """``?item=<id>`` chooses one's own plan item beforehand, of an earlier year too."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    assert actor.person is not None
    now = request.now  # type: ignore[attr-defined]
    asked = request.POST.get("item", "") or request.GET.get("item", "")
    preset = [int(asked)] if asked.isascii() and asked.isdigit() and len(asked) < 19 else []
    items = reads.own_items(actor.person.pk, fiscal_year(day_of(now)), also=preset)
    form = NewForm(request.POST if request.method == "POST" else None, items=items, initial={"item": asked})
    if request.method == "POST" and form.is_valid():
        texts = {name: form.cleaned_data[name] for name in ("text", "tried", "help_wanted")}
        try:
            made = raise_obstacle(actor.person, form.chosen, **texts, by=actor, now=now)
        except Invalid as refusal:
            for name, fault in refusal.faults.items():
                form.add_error(name, fault)
        else:
            messages.success(request, "แจ้งปัญหาอุปสรรคแล้ว เรื่องนี้จะอยู่ในการประชุมวันที่ 15 ครั้งถัดไปจนกว่าจะมีแนวทางแก้ไข")
            return redirect("obstacle", made.pk)
    found = {"form": form, "after": reads.last_raised(actor.person.pk)}
    return render(request, "reports/obstacle_new.html", found, status=422 if form.errors else 200)


def _tiles(wish: Wish, counts: Counts) -> list[dict[str, Any]]:
    """One a state."""
    tiles = []
    for state in ObstacleState:
        look, chosen = vocabulary.obstacle(state), wish.state == state
        tiles.append(
            {
                "url": _url(wish.but(state=state.value)),
                "n": counts.states[state],
                "icon": look.icon,
                "word": look.word,
                "tone": "" if look.tone == "mute" else look.tone,
                "current": chosen,
            }
        )
    return tiles


def _pills(wish: Wish, counts: Counts, *, raises: bool) -> list[dict[str, Any]]:
    pills = [
        {
            "url": _url(wish.but(mine=False)),
            "n": counts.all,
            "icon": "people",
            "word": "ทุกคน",
            "current": not wish.mine,
        }
    ]
    if raises:
        url = _url(wish.but(mine=True))
        pills.append({"url": url, "n": counts.mine, "icon": "person", "word": "ของฉัน", "current": wish.mine})
    return pills


def _url(wish: Wish) -> str:
    return f"?{urlencode(wish.params)}"
