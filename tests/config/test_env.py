"""What the environment means when it says nothing."""

from __future__ import annotations

import pytest

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
