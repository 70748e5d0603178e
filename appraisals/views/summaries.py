"""All years in one file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from appraisals import actions
from office.access import Perm, requires


@requires(Perm.YEAR_PRINT_ALL)
@require_POST
def print_all(request: HttpRequest, year: int) -> HttpResponse:
    """Lead to the job that prints them; a double click is one job."""
    job = actions.ask_summaries(year, by=request.actor, now=request.now)  # type: ignore[attr-defined]
    response = redirect("job", pk=job.pk)
    response.status_code = 303
    return response
