"""A session that ended while someone typed: sign in, then send the same form again. Nothing typed is lost.

The fields travel in the page itself, as one hidden JSON list; the server keeps nothing of them.
"""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from office.access import Actor, actor_of, open_to_all
from office.calendar import day_of
from office.read_back import Pairs, in_words
from office.sign_in import SignInForm

DRAWN_FOR = "drawn_for"
"""The code of the person whose page the form was on, beside the token in every form."""
MACHINE_FIELDS = {"version", "nonce", "edits", "stamp", "seen", "back", "kind", "made-from", "works"}
"""Fields nobody types."""
CHOICES = ("-kind", "-reason_category")


def session_over(
    request: HttpRequest, *, form: SignInForm | None = None, target: str, pairs: Pairs
) -> HttpResponse:
    """The sign-in page that carries on with a form: 403, because nothing has been saved."""
    shown = {
        "form": form or SignInForm(request),
        "target": target,
        "carried": json.dumps(pairs, ensure_ascii=False),
        "drawn_for": request.POST.get(DRAWN_FOR, ""),
        "files_lost": bool(request.FILES),
    }
    return never_stored(render(request, "office/session_over.html", shown, status=403))


def send_again(request: HttpRequest, *, target: str, pairs: Pairs, status: int = 200) -> HttpResponse:
    """A page with the same form, a valid token and one button; to another person only the text."""
    if drawn_for_another(request):
        return not_yours(request, target=target, pairs=pairs)
    shown = {
        "target": target,
        "pairs": pairs,
        "files_lost": bool(request.FILES),
        "submits": urlsplit(target).path.endswith("/submit/"),
        "texts": in_words(request, target, pairs),
    }
    return never_stored(render(request, "office/send_again.html", shown, status=status))


def drawn_for_another(request: HttpRequest) -> bool:
    """Whether the form says it was drawn for someone else than who is signed in; silence means no."""
    whose = request.POST.get(DRAWN_FOR, "")
    actor: Actor | None = request.actor  # type: ignore[attr-defined]
    return bool(whose) and actor is not None and whose != actor.person.code


def not_yours(request: HttpRequest, *, target: str, pairs: Pairs) -> HttpResponse:
    """Nobody's words under another's name: 403, with the text to be copied."""
    texts = [f"{label}\n{text}" for label, text in in_words(request, target, pairs)] or [
        text
        for name, text in pairs
        if text.strip() and name not in MACHINE_FIELDS and not name.endswith(CHOICES)
    ]
    shown = {"drawn_for": request.POST[DRAWN_FOR], "text": "\n\n".join(texts)}
    return never_stored(render(request, "office/not_yours.html", shown, status=403))


@open_to_all
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest) -> HttpResponseBase:
    """Sign in from ``session_over`` and show the form to be sent again; a reopened tab has lost the form."""
    if request.method != "POST":
        return redirect("sign-in")
    target, pairs = carried(request.POST)
    if pairs is None:
        return HttpResponseBadRequest("bad form", content_type="text/plain")
    form = SignInForm(request, request.POST)
    if not form.is_valid():
        return session_over(request, form=form, target=target, pairs=pairs)
    login(request, form.get_user())
    request.actor = actor_of(form.get_user(), day_of(request.now))  # type: ignore[attr-defined]
    if not pairs:
        return redirect(target)
    return send_again(request, target=target, pairs=pairs)


def typed(data: QueryDict) -> Pairs:
    """What a form sent, but its token, for whom it was drawn, and any password."""
    return [
        (name, value)
        for name, values in data.lists()
        if name not in ("csrfmiddlewaretoken", DRAWN_FOR) and "password" not in name
        for value in values
    ]


def is_own_page(target: str) -> bool:
    """Whether it is a path of this application, not an address elsewhere."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not target.startswith("/") or target.startswith(("//", "/\\")):
        return False
    try:
        resolve(parts.path)
    except Resolver404:
        return False
    return True


def sent_from_own_page(request: HttpRequest) -> bool:
    """Whether the browser says that one of our own pages sent the form; silence means no."""
    own = f"{request.scheme}://{request.get_host()}"
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin == own
    return request.headers.get("Referer", "").startswith(f"{own}/")


def never_stored(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store, private"
    return response


def carried(data: QueryDict) -> tuple[str, Pairs | None]:
    """Where the form of ``session_over`` goes and its fields; None when either is not as it was made."""
    target = data.get("target", "")
    return target, _read(data.get("carried", "")) if is_own_page(target) else None


def _read(text: str) -> Pairs | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    if not isinstance(found, list):
        return None
    if not all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(x, str) for x in pair) for pair in found
    ):
        return None
    return [(name, value) for name, value in found]
