"""The offices that the bench loads are like the product's own: its rules find nothing odd in them."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from bench import seed, server
from bench.queries import counted
from office import access
from office.calendar import day_of, fiscal_months
from office.management.commands import serve
from plans.enums import Aggregation
from plans.models import MonthlyShare, MonthlyTarget, PlanItem
from plans.rules import total
from reports.actions.compliance import check_month
from reports.models import MonthlyReport, SubmittedLine


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    """Twelve people with five lines of six items: quick to load."""
    monkeypatch.setattr(seed, "PEOPLE", 12)
    monkeypatch.setattr(seed, "ITEMS", 6)
    monkeypatch.setattr(seed, "LINES", 3)
    monkeypatch.setattr(seed, "MISSING", 2)


@pytest.fixture
def office(db):
    return seed.load(1, whole=True)


def test_a_whole_office_has_every_line_of_both_years(office):
    assert MonthlyShare.objects.count() == 2 * 12 * 12 * 3
    assert (
        MonthlyReport.objects.filter(month__fiscal_year__year=seed.LAST_YEAR, state="ACCEPTED").count() == 144
    )
    assert SubmittedLine.objects.filter(version__last_of__isnull=False).count() == 12 * 12 * 3 + 10 * 3


def test_shares_add_up_to_the_months_and_months_to_the_year(office):
    months = list(office.months.values())
    for item in PlanItem.objects.prefetch_related("targets", "monthly_shares"):
        targets = {target.month_id: target.quantity for target in item.targets.all()}
        shares = dict.fromkeys(targets, 0)
        for share in item.monthly_shares.all():
            shares[share.month_id] += share.quantity
        assert shares == targets
        year = [targets[month.pk] for month in months if month.pk in targets]
        assert total(year, Aggregation(item.aggregation)) == item.annual_target
    assert MonthlyTarget.objects.exists()


def test_october_has_the_breaches_that_were_put_in(office):
    check = check_month(
        office.months["2026-10"], as_of=seed.NOW, by=access.system(day_of(seed.NOW)), store=True
    )
    assert (len(check.expected), len(check.missing), len(check.late)) == (12, 2, 2)
    assert check.off_plan
    assert check.incomplete
    assert not check.unreadable


def test_an_office_that_is_not_whole_has_this_year_alone(db):
    office = seed.load(2, whole=False)
    assert list(office.months) == [str(month) for month in fiscal_months(seed.THIS_YEAR)]
    assert MonthlyReport.objects.count() == 10


def test_two_offices_share_nothing(office):
    other = seed.load(2, whole=False)
    assert {person.code for person in office.people}.isdisjoint(person.code for person in other.people)
    assert office.months["2026-10"].pk != other.months["2026-10"].pk


def test_a_session_made_directly_is_a_signed_in_person(office):
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = seed.sign_in(office.admin)
    assert client.get("/healthz").wsgi_request.user == office.admin


def test_statements_are_counted_without_the_marks_of_transactions(office):
    from django.db import transaction

    with counted() as statements, transaction.atomic():
        list(PlanItem.objects.all()[:1])
    assert len(statements) == 1


def test_the_bench_serves_as_serve_does(monkeypatch):
    """Only what is served and at which port may differ."""
    started: list[list[str]] = []
    monkeypatch.setattr(serve, "Part", lambda _, command, __: started.append(list(command)))
    serve.start(8000)
    ours, theirs = server.command(8000), next(command for command in started if "gunicorn" in command)
    assert ["bench.wsgi" if part == "config.wsgi" else part for part in theirs] == ours
