"""Files and links of a month: read along with the month itself, and which of them went with a version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q, Subquery

from office.content import KINDS, Kind
from office.in_json import gathered, instant
from plans.models import ReportingMonth
from reports.models import Evidence, MonthlyReport, ReportVersion

_COLUMNS = ("id", "item_id", "name", "link", "content_type", "size", "added_at", "removed_at")


@dataclass(frozen=True, slots=True)
class Piece:
    """One file or link."""

    id: int
    item_id: int | None
    """None: of the month as a whole, or of work outside the plan."""
    name: str
    link: str
    content_type: str
    size: int
    added_at: datetime
    removed_at: datetime | None = None

    @property
    def kind(self) -> Kind | None:
        """None of a link."""
        return KINDS.get(self.content_type)

    @property
    def picture(self) -> bool:
        return self.kind is not None and self.kind.picture

    @property
    def standing(self) -> bool:
        return self.removed_at is None

    def went_with(self, sent_at: datetime) -> bool:
        """Added by then, and not yet removed."""
        return self.added_at <= sent_at and (self.removed_at is None or self.removed_at > sent_at)


def evidence_of(**report: Any) -> Subquery:
    """All that was ever attached to one report, as ``pieces_in`` reads it."""
    return gathered(Evidence.objects.filter(**report), "report", *_COLUMNS)


def went_with_any(evidence: Evidence) -> bool:
    """It was sent with some version: before that it is part of a draft, which is nobody else's to read."""
    versions = ReportVersion.objects.filter(report=evidence.report_id, submitted_at__gte=evidence.added_at)
    if evidence.removed_at is not None:
        versions = versions.filter(submitted_at__lt=evidence.removed_at)
    return versions.exists()


def went_with_last(evidence: Evidence) -> bool:
    """It belongs to the figures that count."""
    last = evidence.report.last_version
    removed = evidence.removed_at
    return last is not None and evidence.added_at <= last.submitted_at < (
        removed or datetime.max.replace(tzinfo=UTC)
    )


def pieces_in(rows: Iterable[Sequence[Any]] | None) -> list[Piece]:
    """Oldest first."""
    return sorted((_piece(row) for row in rows or ()), key=lambda piece: piece.id)


def pieces_of(month: ReportingMonth, person_id: int, *, fresh: bool = False) -> list[Piece]:
    """Without a query when the month came from ``find_month`` for this person, unless ``fresh``."""
    known: list[Piece] | None = getattr(month, "evidence", None)
    if known is None or fresh:
        rows = Evidence.objects.filter(report__month=month, person_id=person_id).values_list(*_COLUMNS)
        known = month.evidence = pieces_in(rows)  # type: ignore[attr-defined]
    return known


def differs(pieces: Iterable[Piece], sent_at: datetime) -> bool:
    """Something was attached or taken away since the version sent then."""
    return any(piece.standing != piece.went_with(sent_at) for piece in pieces)


def changed_since_sent(report: MonthlyReport) -> bool:
    """The same, asked of the database."""
    if report.last_version is None:
        return False
    sent_at = report.last_version.submitted_at
    since = Q(added_at__gt=sent_at, removed_at=None) | Q(added_at__lte=sent_at, removed_at__gt=sent_at)
    return Evidence.objects.filter(since, report=report).exists()


def _piece(row: Sequence[Any]) -> Piece:
    *facts, added_at, removed_at = row
    values: tuple[Any, ...] = (*facts, instant(added_at), removed_at and instant(removed_at))
    return Piece(*values)
