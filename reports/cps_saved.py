"""How the office reads CPS files: its column mappings, and whom and which job it says a text means."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from office import thai
from office.models import Office, Person
from office.sheets import People, job_number, match_job
from plans.models import PlanItem, ReportingMonth
from reports.cps_columns import Saved
from reports.enums import AliasKind
from reports.models import CpsAlias, CpsFile, CpsMapping

AliasKey = tuple[AliasKind, str]
"""Kind and key of a text."""


def mappings_of(office: Office) -> list[Saved]:
    """For ``cps_file.parse``: the newest first."""
    rows = CpsMapping.objects.filter(office=office).select_related("saved_by")
    return [
        Saved(
            row.signature,
            tuple(row.headings),
            dict(row.columns),
            row.sheet,
            row.version,
            row.saved_by.full_name if row.saved_by else "ระบบ",
            row.saved_at,
        )
        for row in rows
    ]


def key_of(kind: AliasKind, written: str) -> str:
    """What texts are compared by; "" for a text without a letter or figure, which can mean nothing."""
    known = job_number(written) if kind is AliasKind.JOB else written
    key = thai.search_key(known)
    return key if any(each.isalnum() for each in key) else ""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Whom a row may mean."""

    id: int
    code: str
    full_name: str


@dataclass(frozen=True, slots=True)
class Matcher:
    """Whom and what the texts of a month's file mean: exact codes, names and job numbers, then aliases."""

    staff: Mapping[int, Colleague]
    people: People[Colleague]
    jobs: Mapping[str, int]
    """The year's job numbers with the ids of their items."""
    aliases: Mapping[AliasKey, CpsAlias]
    _known: dict[AliasKey, int | None] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, month: ReportingMonth) -> Matcher:
        """Three queries."""
        staff = Person.objects.filter(office_id=month.office_id)
        items = PlanItem.objects.filter(plan__fiscal_year_id=month.fiscal_year_id)
        jobs = dict(items.values_list("job_no", "pk"))
        return cls.made((Colleague(each.pk, each.code, each.full_name) for each in staff), jobs, month)

    @classmethod
    def made(cls, staff: Iterable[Colleague], jobs: Mapping[str, int], month: ReportingMonth) -> Matcher:
        """Where all people of the office and all jobs of the year have been read already: one query."""
        known = {each.id: each for each in staff}
        return cls(known, People(known.values()), jobs, aliases_of(month))

    def written(self, code: str, name: str) -> str:
        """What a row calls the person: the code, else the name; both where they mean two people."""
        found = self.people.find(code=code) if code and name else None
        if found is not None and self.people.other(found, name) is not None:
            return f"{code} {name}"
        return code or name

    def person(self, written: str) -> int | None:
        """``written`` is a code, or a name where the row has none."""
        if (AliasKind.PERSON, written) not in self._known:
            found = self.people.find(code=written) or self.people.find(name=written)
            alias = None if found else self.alias(AliasKind.PERSON, written)
            self._known[AliasKind.PERSON, written] = found.id if found else getattr(alias, "person_id", None)
        return self._known[AliasKind.PERSON, written]

    def item(self, written: str) -> int | None:
        if (AliasKind.JOB, written) not in self._known:
            job = match_job(written, self.jobs)
            if job is None and (alias := self.alias(AliasKind.JOB, written)):
                job = alias.job_no
            self._known[AliasKind.JOB, written] = self.jobs.get(job) if job else None
        return self._known[AliasKind.JOB, written]

    def alias(self, kind: AliasKind, written: str) -> CpsAlias | None:
        key = key_of(kind, written)
        return self.aliases.get((kind, key)) if key else None

    def exactly(self, kind: AliasKind, written: str) -> bool:
        """Whether the text is known without an alias."""
        if kind is AliasKind.JOB:
            return match_job(written, self.jobs) is not None
        return bool(self.people.find(code=written) or self.people.find(name=written))


def aliases_of(month: ReportingMonth) -> dict[AliasKey, CpsAlias]:
    """All of the month's office, by kind and key; one query."""
    rows = CpsAlias.objects.filter(office_id=month.office_id).select_related("person", "saved_by")
    return {(AliasKind(row.kind), row.text): row for row in rows}


@dataclass(slots=True)
class Name:
    """A text of a file that isn't a code, a name or a job of the office by itself."""

    kind: AliasKind
    key: str
    written: str
    rows: int = 0
    quantity: Decimal = Decimal(0)
    alias: CpsAlias | None = None
    elsewhere: bool = False
    """The alias is a job that this year's plan doesn't have."""

    @property
    def target(self) -> str:
        """What the alias means, as forms write it."""
        if self.alias is None:
            return ""
        return self.alias.job_no or str(self.alias.person_id)


def names_in(file: CpsFile, matcher: Matcher) -> list[Name]:
    """Each once, the ones nobody has spoken of first, then by how many rows have it. One query."""
    rows = file.records.order_by().values_list("person_code", "job_no")
    found: dict[AliasKey, Name] = {}
    known: dict[AliasKey, Name | None] = {}
    for person, job, count, quantity in rows.annotate(n=Count("pk"), total=Sum("quantity")):
        for kind, written in ((AliasKind.PERSON, person), (AliasKind.JOB, job)):
            if (kind, written) not in known:
                known[kind, written] = _unknown(kind, written, matcher, found)
            if name := known[kind, written]:
                name.rows, name.quantity = name.rows + count, name.quantity + quantity
    return sorted(found.values(), key=lambda name: (name.alias is not None, -name.rows, name.kind, name.key))


def _unknown(kind: AliasKind, written: str, matcher: Matcher, found: dict[AliasKey, Name]) -> Name | None:
    """The name that a text belongs to, put among ``found``; None for a text that needs no matching."""
    key = key_of(kind, written)
    if not key or matcher.exactly(kind, written):
        return None
    alias = matcher.aliases.get((kind, key))
    elsewhere = alias is not None and bool(alias.job_no) and alias.job_no not in matcher.jobs
    return found.setdefault((kind, key), Name(kind, key, written, alias=alias, elsewhere=elsewhere))


def names_stamp(file: CpsFile, aliases: Iterable[CpsAlias]) -> str:
    """Of the file's reading and of all that the office has said: a form made before another says so."""
    said: list[tuple[Any, ...]] = sorted(
        (each.kind, each.text, each.person_id or 0, each.job_no) for each in aliases
    )
    return hashlib.sha256(repr((file.pk, file.fingerprint, said)).encode()).hexdigest()
