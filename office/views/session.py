"""Sign-in, sign-out, lockout, health."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from office import demo_accounts, health
from office.access import open_to_all
from office.sign_in import SignInForm


class SignInView(LoginView):
    template_name = "office/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_initial(self) -> dict[str, Any]:
        return {"username": self.request.GET.get("code", "")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {}
        if settings.DEMO:
            shown = {"demo_accounts": demo_accounts.listed(), "demo_password": demo_accounts.password()}
        return super().get_context_data(**kwargs) | shown


_sign_in = SignInView.as_view()


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    return _sign_in(request)


@open_to_all
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("sign-in")


def locked_out(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """Five wrong tries at one account from one address: fifteen minutes' rest."""
    shown = {"limit": settings.AXES_FAILURE_LIMIT, "minutes": round(settings.AXES_COOLOFF_TIME * 60)}
    return render(request, "office/locked_out.html", shown, status=429)


@open_to_all
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    down = health.silent_parts()
    if down:
        return HttpResponse(f"down: {', '.join(down)}\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")
