"""Who can sign in to the demo, with which password, and what each account is good for."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from office.models import Person


@dataclass(frozen=True)
class DemoAccount:
    code: str
    name: str
    role: str
    why: str


def password() -> str:
    """DEMO_PASSWORD, or one made on first use and kept in DATA_DIR."""
    if settings.DEMO_PASSWORD:
        return str(settings.DEMO_PASSWORD)
    path = Path(settings.DATA_DIR) / "demo_password"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(9))
    return path.read_text().strip()


def listed() -> list[DemoAccount]:
    """The accounts that ``seed_demo`` chose to show, one a role, in the order of the main job."""
    path = Path(settings.DATA_DIR) / "demo_accounts"
    if not path.exists():
        return []
    rows = [line.split("\t") for line in path.read_text().splitlines() if line]
    names = {
        person.code: person.full_name for person in Person.objects.filter(code__in=[row[0] for row in rows])
    }
    return [DemoAccount(code, names[code], role, why) for code, role, why in rows if code in names]


def keep(rows: list[tuple[str, str, str]]) -> None:
    """Keep (code, role, why) rows for the sign-in page."""
    path = Path(settings.DATA_DIR) / "demo_accounts"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join("\t".join(row) + "\n" for row in rows))
