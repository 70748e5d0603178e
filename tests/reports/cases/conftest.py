"""Cases, from found to decided."""

from __future__ import annotations

import pytest

from tests.reports.cases.scene import Cast


@pytest.fixture
def cast(db) -> Cast:
    return Cast()
