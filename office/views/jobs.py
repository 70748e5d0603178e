"""Long work that people can watch."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from office import jobs
from office.access import Actor, Perm, may, reach, requires
from office.enums import JobState
from office.errors import NotAllowed
from office.models import Job

PAGE = 25
STOP_POLLING = 286
"""htmx swaps the fragment in and asks no more."""


@requires(Perm.OFFICE_VIEW)
@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    """For those who look after the office; who asked for a job opens its own page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    within = Job.objects.filter(reach(actor, Perm.JOB_VIEW, Job)).select_related("asked_by").order_by("-id")
    page = Paginator(within, PAGE).get_page(request.GET.get("page"))
    rows = [(job, jobs.label_of(job.kind), JobState(job.state)) for job in page]
    return render(request, "office/jobs.html", {"page": page, "rows": rows})


@requires(Perm.JOB_VIEW)
@require_safe
@never_cache
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one job; for htmx only its progress, with 286 once it is over."""
    found = _job(request, pk)
    shown = _shown(found, request)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "office/job.html#state", shown, status=STOP_POLLING if found.over else 200)
    return render(request, "office/job.html", shown)


@requires(Perm.JOB_VIEW)
@require_safe
@never_cache
def job_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What a job made, for the one who asked for it: it may hold more than others may see."""
    found = _job(request, pk)
    if not (found.file and found.state == JobState.DONE and _asked_by(found, request)):
        raise Http404
    response = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.file_name or "file")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@requires(Perm.JOB_VIEW)
@require_POST
def job_again(request: HttpRequest, pk: int) -> HttpResponse:
    found = _job(request, pk)
    if not _asked_by(found, request):
        raise NotAllowed("ผู้สั่งงานนี้เท่านั้นที่สั่งทำต่อได้")
    again = jobs.ask_again(found, by=request.actor, now=request.now)  # type: ignore[attr-defined]
    return redirect("job", again.pk)


def _job(request: HttpRequest, pk: int) -> Job:
    within = reach(request.actor, Perm.JOB_VIEW, Job)  # type: ignore[attr-defined]
    return get_object_or_404(Job.objects.select_related("asked_by").filter(within), pk=pk)


def _asked_by(found: Job, request: HttpRequest) -> bool:
    """Whether it is this person's job; one that nobody asked for is everyone's who can see it."""
    return found.asked_by_id in (None, request.actor.id)  # type: ignore[attr-defined]


def _shown(found: Job, request: HttpRequest) -> dict[str, Any]:
    return {
        "own": _asked_by(found, request),
        "may_list": may(request.actor, Perm.OFFICE_VIEW),  # type: ignore[attr-defined]
        "job": found,
        "label": jobs.label_of(found.kind),
        "state": JobState(found.state),
        "url": reverse("job", args=[found.pk]),
        "left_out": found.result.get("left_out", []),
    }
