"""Refusals that carry their reason, in Thai, to the person. Views turn them into 403, 404, 409."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818
    """Base of all refusals; ``str()`` is a Thai sentence that can be shown as it is."""


class NotAllowed(Refused):
    """The person's roles do not permit this deed: 403."""


class NotAllowedNow(Refused):
    """The state, or the time, does not permit this deed: 409."""


class Stale(NotAllowedNow):
    """The record was saved by someone else after this form was opened: 409, both versions shown."""


class Invalid(Refused):
    """What was typed can't be taken; ``faults`` maps a field's name to its Thai message."""

    def __init__(self, message: str, faults: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.faults = faults or {}
