"""A notice on paper."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from office import print as printing
from office.access import Perm, reach, requires
from reports.memo import RELATED, memo_data
from reports.models import Notice


@require_safe
@requires(Perm.NOTICE_VIEW)
def memo(request: HttpRequest, pk: int) -> HttpResponse:
    """The same paper each time."""
    within = Notice.objects.filter(reach(request.actor, Perm.NOTICE_VIEW, Notice))
    notice = get_object_or_404(within.select_related(*RELATED), pk=pk)
    name = f"tidtam-memo-{notice.month.month}-{notice.person.code}-{notice.no}.pdf"
    response = HttpResponse(printing.pdf("memo", memo_data(notice)), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, name) or "inline"  # noqa: FBT003
    response["X-Content-Type-Options"] = "nosniff"
    return response
