"""The compliance check."""

from __future__ import annotations

import pytest

from tests.reports.compliance.scene import Cast


@pytest.fixture
def cast() -> Cast:
    return Cast()
