"""Ids as forms and addresses carry them."""

from __future__ import annotations

MOST_FIGURES = 18
"""Longer ones are nobody's, and no database holds them."""


def id_in(text: str) -> int | None:
    """None when it can't be the id of anything."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_FIGURES else None
