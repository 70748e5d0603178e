"""Where a request comes from, as far as the proxies in front can be believed."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """What the outermost trusted proxy saw; without one, or with nonsense, the peer's own address.

    Each proxy appends the address that it saw: what stands further left was sent by the client itself.
    """
    peer: str | None = request.META.get("REMOTE_ADDR") or None
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    count: int = settings.TRUSTED_PROXIES
    if not 0 < count <= len(hops):
        return peer
    try:
        return str(ip_address(hops[-count]))
    except ValueError:
        return peer
