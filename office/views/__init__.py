"""Doors of the office over HTTP; settings name the error views and the lockout page by this package."""

from office.views.errors import (
    bad_request,
    csrf_failure,
    not_allowed,
    page_not_found,
    permission_denied,
    server_error,
)
from office.views.session import locked_out, sign_in, sign_out

__all__ = [
    "bad_request",
    "csrf_failure",
    "locked_out",
    "not_allowed",
    "page_not_found",
    "permission_denied",
    "server_error",
    "sign_in",
    "sign_out",
]
