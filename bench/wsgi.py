"""The product and, in the same processes, the units under the middleware of a plain Django project."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")

product = get_wsgi_application()


def _units() -> WSGIHandler:
    kept = settings.MIDDLEWARE
    settings.MIDDLEWARE = settings.UNITS_MIDDLEWARE
    try:
        return WSGIHandler()
    finally:
        settings.MIDDLEWARE = kept


units = _units()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    handler = units if environ["PATH_INFO"].startswith("/bench/") else product
    return handler(environ, start_response)
