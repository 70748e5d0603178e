"""Loaded before anything of Django (pytest -p): the environment in which every test runs."""

from __future__ import annotations

import os
import tempfile

os.environ["DEBUG"] = "1"
os.environ["DEMO"] = ""
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="tidtam-tests-")
os.environ.pop("TIDTAM_CLOCK", None)
