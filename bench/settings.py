"""The product's settings with the bench's two units beside its pages; only ``python -m bench`` uses them."""

from pathlib import Path
from typing import Any

from config.settings import *  # noqa: F403
from config.settings import DATA_DIR
from config.settings import TEMPLATES as PRODUCT_TEMPLATES

ROOT_URLCONF = "bench.urls"
STATIC_ROOT = DATA_DIR / "static"
TEMPLATES: list[dict[str, Any]] = [
    PRODUCT_TEMPLATES[0]
    | {"DIRS": [*PRODUCT_TEMPLATES[0]["DIRS"], Path(__file__).resolve().parent / "templates"]}
]

UNITS_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
"""Of a new Django project: the units measure the machine and Django, nothing of the product."""
