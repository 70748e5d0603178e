"""What the environment means when it says nothing."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

PRODUCTION = {"DEBUG": "", "SECRET_KEY": "x" * 50}


@pytest.mark.parametrize(
    ("said", "leads_to"),
    [
        ({"DEBUG": "1"}, "http://127.0.0.1:8000"),
        (PRODUCTION | {"ALLOWED_HOSTS": "tidtam.example.go.th,10.0.0.5"}, "https://tidtam.example.go.th"),
        (PRODUCTION | {"ALLOWED_HOSTS": ".example.go.th"}, "https://example.go.th"),
        (PRODUCTION | {"ALLOWED_HOSTS": "*"}, "http://127.0.0.1:8000"),
        (PRODUCTION | {"ALLOWED_HOSTS": "a", "SITE_URL": "https://b/tidtam"}, "https://b/tidtam"),
    ],
    ids=["a developer's machine", "the first host", "a whole domain", "any host", "as said"],
)
def test_links_of_mails_lead_to_the_site(monkeypatch, said, leads_to):
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    assert env.read().site_url == leads_to


@pytest.mark.parametrize(
    ("said", "sender"), [("", "tidtam@localhost"), ("ติดตาม <t@example.go.th>", "ติดตาม <t@example.go.th>")]
)
def test_mails_come_from_whom_the_office_says(monkeypatch, said, sender):
    monkeypatch.setenv("DEFAULT_FROM_EMAIL", said)
    assert env.read().email_from == sender


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ({"DEBUG": "1"}, 0),
        (PRODUCTION | {"ALLOWED_HOSTS": "a"}, 1),
        (PRODUCTION | {"ALLOWED_HOSTS": "a", "TRUSTED_PROXIES": "0"}, 0),
        (PRODUCTION | {"ALLOWED_HOSTS": "a", "TRUSTED_PROXIES": "2"}, 2),
    ],
    ids=["a developer's machine", "production", "none in front", "two"],
)
def test_proxies_are_believed_as_far_as_said(monkeypatch, said, count):
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    assert env.read().trusted_proxies == count


@pytest.mark.parametrize("said", ["-1", "yes", "11", "๑"])
def test_what_is_no_count_of_proxies_is_refused(monkeypatch, said):
    monkeypatch.setenv("TRUSTED_PROXIES", said)
    with pytest.raises(ImproperlyConfigured, match="TRUSTED_PROXIES"):
        env.read()


@pytest.mark.parametrize(("count", "header"), [("0", "None"), ("1", "('HTTP_X_FORWARDED_PROTO', 'https')")])
def test_https_is_believed_of_a_proxy_only(tmp_path, count, header):
    said = PRODUCTION | {"DEMO": "", "ALLOWED_HOSTS": "a", "TRUSTED_PROXIES": count}
    code = "from config import settings; print(getattr(settings, 'SECURE_PROXY_SSL_HEADER', None))"
    shown = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | said | {"DATA_DIR": str(tmp_path)},
        cwd=env.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.strip() == header
