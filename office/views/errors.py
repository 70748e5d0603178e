"""Pages for requests that can't be answered; none says whether a thing exists."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import get_template
from django.urls import reverse

from office.read_back import Pairs
from office.views import resume


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/403.html", {"reason": str(exception or "")}, status=403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def not_allowed(response: HttpResponseNotAllowed) -> HttpResponse:
    """Where only a form leads, opened by its address: a tab that came back, say."""
    response.content = get_template("errors/405.html").render()
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    return HttpResponseServerError(get_template("errors/500.html").render())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page left open while the session changed: send the same form again, signed in first if need be.

    A form that another site sent is refused without being shown.
    """
    target = request.get_full_path()
    if request.path == reverse("sign-in"):
        said = {"reason": "หน้าเข้าสู่ระบบเปิดค้างไว้นาน เปิดหน้าใหม่แล้วลองอีกครั้ง"}
        back = {"back_url": target, "back_label": "เข้าสู่ระบบ"}
        return render(request, "errors/403.html", said | back, status=403)
    if not resume.sent_from_own_page(request):
        text = "หน้านี้เปิดค้างไว้นานจนหมดเวลา กดย้อนกลับ สิ่งที่พิมพ์ยังอยู่ในหน้าเดิม แล้วลองใหม่อีกครั้ง"
        return render(request, "errors/403.html", {"reason": text}, status=403)
    pairs: Pairs | None = resume.typed(request.POST)
    if request.path == reverse("resume"):
        target, pairs = resume.carried(request.POST)
    if pairs is None:
        return bad_request(request)
    if getattr(request, "actor", None) is None:
        return resume.session_over(request, target=target, pairs=pairs)
    return resume.send_again(request, target=target, pairs=pairs, status=403)
