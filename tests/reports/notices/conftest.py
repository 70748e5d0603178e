"""Notices: sent, answered, sent again."""

from __future__ import annotations

import pytest

from tests.reports.notices.scene import Cast


@pytest.fixture
def cast() -> Cast:
    return Cast()
