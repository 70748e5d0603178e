"""Passwords of the people of the office."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from office import audit
from office.access import Actor, Perm, check
from office.audit import Verb
from office.errors import Invalid
from office.models import Person

_REMEDIES = {
    "password_too_short": "ใช้รหัสผ่านยาวอย่างน้อย 10 ตัว",
    "password_too_common": "เลือกรหัสผ่านอื่น รหัสนี้มีคนใช้มากจนเดาได้",
    "password_entirely_numeric": "ใส่ตัวอักษรในรหัสผ่านด้วย ไม่ใช้ตัวเลขล้วน",
}


@transaction.atomic
def set_password(person: Person, password: str, *, by: Actor, now: datetime) -> None:
    """Give a person a password: sessions opened with the old one end. Raises Invalid when it is too weak."""
    check(by, Perm.PEOPLE_EDIT, person)
    try:
        validate_password(password, user=person)
    except ValidationError as refusal:
        message = " ".join(_REMEDIES[error.code or ""] for error in refusal.error_list)
        raise Invalid(message, {"password": message}) from refusal
    person.set_password(password)
    person.save(update_fields=["password"])
    audit.record(by=by, verb=Verb.PERSON_CHANGED, subject=person, at=now, after={"password": "ตั้งใหม่"})
