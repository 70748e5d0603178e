"""Pages for requests that can't be answered; none says whether a thing exists."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import get_template


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/403.html", {"reason": str(exception or "")}, status=403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return HttpResponseServerError(get_template("errors/500.html").render())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A session that ran out while typing: go back, sign in in another tab, send again."""
    text = "หน้านี้เปิดค้างไว้นานจนหมดเวลา กดย้อนกลับ สิ่งที่พิมพ์ยังอยู่ในหน้าเดิม แล้วลองใหม่อีกครั้ง"
    return render(request, "errors/403.html", {"reason": text}, status=403)
