"""หารือ: the discussion of a plan item's month, and the objections of a year that are still open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from office.access import Actor, Perm, may, reach, requires
from office.errors import Invalid, NotAllowedNow, Stale
from plans.enums import PlanState
from plans.models import PlanItem, ReportingMonth
from plans.queries import IN_FORCE
from reports.actions import talk
from reports.enums import PostKind
from reports.forms import count_of
from reports.item_board import item_board
from reports.models import Post
from reports.talk_reads import objections_of, thread_of
from reports.views.place import month_in

PAGE = 50
POST_YEARS = range(2500, 2700)


@dataclass(slots=True)
class Refused:
    """What was typed when it was not taken: nothing of it is lost."""

    fault: str
    text: str = ""
    kind: str = PostKind.COMMENT
    post_id: int = 0
    """The post whose form it was; 0 for a new one."""
    settling: bool = False
    status: int = 422


@dataclass(slots=True)
class Shown:
    """One post as this reader sees it."""

    post: Post
    edited: str
    may_edit: bool
    may_settle: bool
    own: bool
    refused: Refused | None = None

    @property
    def typed(self) -> str:
        if self.refused is not None and not self.refused.settling:
            return self.refused.text
        return self.post.text


@requires(Perm.DISCUSS)
@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: HttpRequest, year: int, pk: int, month: str) -> HttpResponse:
    """The thread; POST adds to it. ``?kind=OBJECTION`` chooses that in the form."""
    item, found = _place(request, year, pk, month)
    if request.method != "POST":
        return _page(request, item, found)
    kind, text = request.POST.get("kind", ""), request.POST.get("text", "")
    by, now = request.actor, request.now  # type: ignore[attr-defined]
    try:
        written = talk.post(item, found, kind=kind, text=text, by=by, now=now)
    except Invalid as fault:
        return _page(request, item, found, Refused(str(fault), text, kind))
    except NotAllowedNow as refusal:
        return _page(request, item, found, Refused(str(refusal), text, kind, status=409))
    messages.success(request, f"บันทึก{PostKind(written.kind).label}แล้ว ทุกคนในสำนักงานอ่านได้")
    return redirect(_url(written))


@requires(Perm.DISCUSS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_post(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    post = _post(request, year, pk)
    if request.method != "POST":
        return redirect(_url(post))
    text, edits = request.POST.get("text", ""), count_of(request.POST, "edits")
    by, now = request.actor, request.now  # type: ignore[attr-defined]
    try:
        talk.edit(post, text=text, by=by, now=now, edits=edits)
    except Invalid as fault:
        return _again(request, post, Refused(str(fault), text, post_id=post.pk))
    except Stale as refusal:
        words = f"{refusal} ข้อความที่บันทึกไว้อยู่ด้านบน ข้อความที่คุณพิมพ์อยู่ในช่องแก้ไข ตรวจแล้วบันทึกอีกครั้ง"
        return _again(request, post, Refused(words, text, post_id=post.pk, status=409))
    except NotAllowedNow as refusal:
        return _again(request, post, Refused(str(refusal), text, status=409))
    messages.success(request, "แก้ไขข้อความแล้ว ข้อความเดิมยังอ่านได้")
    return redirect(_url(post))


@requires(Perm.DISCUSS_SETTLE)
@require_http_methods(["GET", "HEAD", "POST"])
def settle_post(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    post = _post(request, year, pk)
    if request.method != "POST":
        return redirect(_url(post))
    reason = request.POST.get("reason", "")
    by, now = request.actor, request.now  # type: ignore[attr-defined]
    try:
        talk.settle(post, by=by, now=now, reason=reason)
    except Invalid as fault:
        return _again(request, post, Refused(str(fault), reason, post_id=post.pk, settling=True))
    except NotAllowedNow as refusal:
        return _again(request, post, Refused(str(refusal), reason, status=409))
    messages.success(request, "บันทึกว่าข้อโต้แย้งได้ข้อยุติแล้ว")
    return redirect(_url(post))


@requires(Perm.DISCUSS)
@require_safe
def objections(request: HttpRequest, year: int) -> HttpResponse:
    """What is to be settled before a round closes. ``?page=N``"""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if year not in POST_YEARS:
        raise Http404
    rows = objections_of(actor.office_id or 0, year)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "reports/objections.html", {"year": year, "page": page})


def _place(request: HttpRequest, year: int, pk: int, month: str) -> tuple[PlanItem, ReportingMonth]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    within = PlanItem.objects.filter(reach(actor, Perm.DISCUSS, PlanItem), plan__fiscal_year__year=year)
    item = get_object_or_404(within.select_related("plan__fiscal_year"), pk=pk)
    wanted = month_in(month)
    return item, get_object_or_404(
        ReportingMonth, fiscal_year_id=item.plan.fiscal_year_id, first=wanted.first
    )


def _post(request: HttpRequest, year: int, pk: int) -> Post:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = Post.objects.select_related("item__plan__fiscal_year", "month")
    within = rows.filter(reach(actor, Perm.DISCUSS, Post), month__fiscal_year__year=year)
    return get_object_or_404(within, pk=pk)


def _url(post: Post) -> str:
    where = reverse("plan-thread", args=[post.item.plan.fiscal_year.year, post.item_id, post.month.month])
    return f"{where}#post-{post.pk}"


def _again(request: HttpRequest, post: Post, refused: Refused) -> HttpResponse:
    return _page(request, post.item, post.month, refused)


def _page(
    request: HttpRequest, item: PlanItem, month: ReportingMonth, refused: Refused | None = None
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    board = item_board(item, by=actor, now=request.now)  # type: ignore[attr-defined]
    wanted = month.month
    cell, so_far = next((one, sum_) for each, one, sum_ in board.months if each == wanted)
    posts = [_shown(post, actor, refused) for post in thread_of(item, month)]
    year = item.plan.fiscal_year.year
    page: dict[str, Any] = {
        "year": year,
        "item": item,
        "month": month,
        "cell": cell,
        "so_far": so_far,
        "posts": posts,
        "open": sum(each.post.settled_at is None and each.post.kind == PostKind.OBJECTION for each in posts),
        "mine": sum(each.own for each in posts),
        "kinds": list(PostKind),
        "kind": refused.kind if refused and not refused.post_id else _kind_wanted(request),
        "refused": refused,
        "new": refused if refused and not refused.post_id else None,
        "may_post": item.plan.state in IN_FORCE,
        "state": PlanState(item.plan.state),
        "nav_months": _nav(year, item, board.row.span.months, wanted),
    }
    return render(request, "reports/thread.html", page, status=refused.status if refused else 200)


def _kind_wanted(request: HttpRequest) -> PostKind:
    return PostKind.OBJECTION if request.GET.get("kind") == PostKind.OBJECTION else PostKind.COMMENT


def _shown(post: Post, actor: Actor, refused: Refused | None) -> Shown:
    own = post.author_id == actor.id
    going = post.kind == PostKind.OBJECTION and post.settled_at is None
    return Shown(
        post=post,
        edited=f"แก้ไขแล้ว {post.edits} ครั้ง" if post.edits else "",
        may_edit=own and post.settled_at is None,
        may_settle=going and may(actor, Perm.DISCUSS_SETTLE, post),
        own=own,
        refused=refused if refused is not None and refused.post_id == post.pk else None,
    )


def _nav(year: int, item: PlanItem, months: Any, at: Any) -> dict[str, Any]:
    """The months before and after, within the fiscal year."""
    place = months.index(at)
    around = {"previous": place - 1, "next": place + 1}
    return {
        name: {"url": reverse("plan-thread", args=[year, item.pk, months[n]]), "label": months[n].short}
        if 0 <= n < len(months)
        else None
        for name, n in around.items()
    }
