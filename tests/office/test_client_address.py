"""Whose wrong passwords are counted together."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from office.client_address import address_of
from tests.builders import make_office, make_person, make_unit

PROXY = "127.0.0.1"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", PROXY),
        (1, None, PROXY),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.9.9.9, 203.0.113.9", "203.0.113.9"),
        (2, "10.9.9.9, 203.0.113.9, 192.0.2.1", "203.0.113.9"),
        (2, "203.0.113.9", PROXY),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "unknown", PROXY),
        (1, "", PROXY),
    ],
    ids=["none", "silent", "one", "forged", "two", "one of two", "ipv6", "nonsense", "empty"],
)
def test_the_address_is_what_the_trusted_proxies_saw(settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    assert address_of(RequestFactory().get("/", headers=headers, REMOTE_ADDR=PROXY)) == address


@pytest.mark.django_db
@pytest.mark.parametrize(("proxies", "status"), [(1, 200), (0, 429)], ids=["behind a proxy", "none in front"])
def test_who_guesses_elsewhere_locks_nobody_out_here(client, settings, proxies, status):
    settings.TRUSTED_PROXIES = proxies
    person = make_person(make_unit(make_office()))
    person.set_password("long enough 2569")
    person.save()

    def sign_in(password, address):
        typed = {"username": person.code, "password": password}
        return client.post("/sign-in/", typed, headers={"X-Forwarded-For": address}, follow=True)

    for _ in range(settings.AXES_FAILURE_LIMIT):
        sign_in("wrong", "203.0.113.66")
    assert sign_in("wrong", "203.0.113.66").status_code == 429
    assert sign_in("long enough 2569", "203.0.113.9").status_code == status
