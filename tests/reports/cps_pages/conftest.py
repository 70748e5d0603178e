"""CPS in the browser."""

from __future__ import annotations

import pytest

from office import clock
from tests.reports.cps_pages.scene import (
    NOW,
    Cast,
)


@pytest.fixture(autouse=True)
def _clock_and_files(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.DATA_DIR = tmp_path


@pytest.fixture
def cast() -> Cast:
    return Cast()
