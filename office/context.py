"""What every page knows: who looks, when, and where the person may go."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from office.access import Actor
from office.nav import places_for


def page(request: HttpRequest) -> dict[str, Any]:
    actor: Actor | None = getattr(request, "actor", None)
    return {
        "actor": actor,
        "office": actor.person.office if actor and actor.person else None,
        "nav": places_for(actor, request) if actor else [],
        "now": getattr(request, "now", None),
        "demo": settings.DEMO,
    }
