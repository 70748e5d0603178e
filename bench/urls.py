"""The product's addresses and the two units, A and T."""

from __future__ import annotations

import os

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.urls import include, path

from config import urls as product
from reports.models import MonthlyReport

handler400, handler403 = product.handler400, product.handler403
handler404, handler500 = product.handler404, product.handler500


@login_required
def unit_a(request: HttpRequest) -> HttpResponse:
    """Two queries, the session and the user; says which worker answered and who asked."""
    return HttpResponse(f"{os.getpid()} {request.user.get_username()}", content_type="text/plain")


@login_required
def unit_t(request: HttpRequest, month: int) -> HttpResponse:
    """One query more, by index: the 60 reports of a month, as a table."""
    rows = MonthlyReport.objects.filter(month_id=month).select_related("person", "unit").order_by("person_id")
    return HttpResponse(loader.render_to_string("bench/unit.html", {"reports": rows}))


urlpatterns = [
    path("bench/a", unit_a),
    path("bench/t/<int:month>", unit_t),
    path("", include(product)),
]
