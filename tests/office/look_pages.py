"""Pages drawn without a database, as a person or a stranger sees them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.forms import CharField, Form
from django.template.loader import render_to_string
from django.test import RequestFactory

BASE = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
ERRORS = ("400", "403", "404", "405", "409", "500", "503")


class SignIn(Form):
    username = CharField()
    password = CharField()


def context(**more: object) -> dict[str, Any]:
    person = SimpleNamespace(full_name="นายไหม ตัวอย่าง", code="EX030")
    actor = SimpleNamespace(person=person, role_labels=["เจ้าหน้าที่"], unit_name="กลุ่มส่งเสริมสหกรณ์ 1")
    nav = [
        {"label": "วันนี้", "url": "/", "current": True, "count": 3},
        {"label": "แผนปฏิบัติงาน", "url": "/plans/2570/", "current": False, "count": None},
    ]
    office = SimpleNamespace(name="สำนักงานสหกรณ์จังหวัดตัวอย่าง")
    return {"actor": actor, "office": office, "nav": nav, "now": NOW, "demo": True, **more}


def stranger(**more: object) -> dict[str, Any]:
    return context(actor=None, office=None, nav=[], **more)


def drawn(name: str, values: dict[str, Any] | None = None, query: str = "") -> str:
    return render_to_string(name, values, request=RequestFactory().get(f"/{query}"))
