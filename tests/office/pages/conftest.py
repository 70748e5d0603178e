"""The office's own pages: what they show, to whom, and what their forms do."""

from __future__ import annotations

import pytest

from office.enums import Role
from tests.builders import make_office, make_person, make_unit
from tests.office.pages.scene import NOW


@pytest.fixture(autouse=True)
def _at_that_time(monkeypatch):
    monkeypatch.setattr("office.clock.now", lambda: NOW)


@pytest.fixture(autouse=True)
def _own_data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "uploads"},
        }
    }


@pytest.fixture
def place(db):
    return make_office(name="สำนักงานสหกรณ์จังหวัดตัวอย่าง")


@pytest.fixture
def unit(place):
    return make_unit(place, "กลุ่มหนึ่ง")


@pytest.fixture
def enter(client):
    """The client signed in as a person."""

    def signed_in(person):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


@pytest.fixture
def admin(unit, enter):
    return enter(make_person(unit, Role.GENERAL_ADMIN, code="EX006"))


@pytest.fixture
def keeper(unit, enter):
    return enter(make_person(unit, Role.SYSTEM_ADMIN, code="EX045"))
