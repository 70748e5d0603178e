"""Files and links of a month: taken from its form, shown in its lines, in its tables and with a version."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from office import content
from office.errors import Invalid, NotAllowedNow
from office.uploads import safe_name
from reports.actions.evidence import (
    LINE_FULL,
    MONTH_FULL,
    MOST_A_LINE,
    MOST_A_MONTH,
    MOST_BYTES,
    TOO_LARGE,
    attach,
    attach_link,
    remove,
)
from reports.models import Evidence, ReportVersion
from reports.queries import MonthOfPerson, Piece, pieces_of
from reports.views.month_lines import Fault, FormLine
from reports.views.place import Place

OF_MONTH = "m"
FIELD = re.compile(r"(l[0-9]{1,18}|m)-(files|link)")
_KINDS_OFFERED = (kind for kind in content.KINDS.values() if kind is not content.HEIC)
ACCEPT = ",".join(ending for kind in _KINDS_OFFERED for ending in kind.endings)
"""HEIC is taken but not asked for: a telephone that writes it then sends a JPEG, which everyone can open."""
LIMITS = {
    "bytes": MOST_BYTES,
    "line": MOST_A_LINE,
    "month": MOST_A_MONTH,
    "too_large": TOO_LARGE,
    "line_full": LINE_FULL,
    "month_full": MONTH_FULL,
}

Grouped = dict[int | None, list["Shown"]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A file or link in a list."""

    piece: Piece

    @property
    def id(self) -> int:
        return self.piece.id

    @property
    def name(self) -> str:
        return self.piece.name

    @property
    def url(self) -> str:
        return self.piece.link or reverse("evidence", args=[self.piece.id])

    @property
    def small_url(self) -> str:
        return reverse("evidence-small", args=[self.piece.id]) if self.piece.picture else ""

    @property
    def icon(self) -> str:
        return self.piece.kind.icon if self.piece.kind else "link-45deg"

    @property
    def about(self) -> str:
        kind = self.piece.kind
        return f"{kind.label} {size_text(self.piece.size)}" if kind else "ลิงก์"


@dataclass(frozen=True, slots=True)
class Refused:
    """A file or link that could not be taken."""

    key: str
    name: str
    words: str
    field: str = "files"


@dataclass(slots=True)
class EvidencePart:
    """The evidence of one line, or of the month, in the form."""

    key: str
    pieces: list[Shown] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    label: str = "หลักฐาน"

    accept = ACCEPT
    most = MOST_A_LINE
    most_mb = MOST_BYTES // 1024 // 1024
    limits = json.dumps(LIMITS, ensure_ascii=False)
    """For the page's script, in the words that the server would use."""

    @property
    def open(self) -> bool:
        return bool(self.pieces or self.refused)

    @property
    def typed_link(self) -> str:
        return next((each.name for each in self.refused if each.field == "link"), "")


def size_text(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, round(size / 1024))} KB"


def take_sent(request: HttpRequest, place: Place) -> tuple[Refused, ...]:
    """Attach and take away what the form asks for, each by itself; what was refused, and why.

    A form that the page sends by itself brings none: a link may be half typed.
    """
    if request.headers.get("X-Autosave"):
        return ()
    refused, deeds = [], list(_deeds(request, place))
    for what, deed in deeds:
        try:
            deed()
        except (Invalid, NotAllowedNow) as refusal:
            refused.append(Refused(what.key, what.name, str(refusal), what.field))
    if deeds:
        pieces_of(place.month, place.person.pk, fresh=True)
    return tuple(refused)


def _deeds(request: HttpRequest, place: Place) -> Iterator[tuple[Refused, Callable[[], Any]]]:
    who_when = {"by": request.actor, "now": request.now}  # type: ignore[attr-defined]
    for found in _taken_away(request, place):
        what = Refused(key_of(found.item_id), found.name, "")
        yield what, partial(remove, found, **who_when)
    for key, name in _fields(request.FILES):
        for upload in request.FILES.getlist(f"{key}-{name}"):
            deed = partial(attach, place.month, place.person, item_of(key), upload, **who_when)
            yield Refused(key, safe_name(upload.name or ""), ""), deed
    for key, name in _fields(request.POST):
        link = request.POST[f"{key}-{name}"].strip()
        if name == "link" and link:
            deed = partial(attach_link, place.month, place.person, item_of(key), link, **who_when)
            yield Refused(key, link, "", "link"), deed


def _fields(names: Iterable[str]) -> list[tuple[str, str]]:
    matches = (FIELD.fullmatch(name) for name in names)
    return [(match[1], match[2]) for match in matches if match]


def _taken_away(request: HttpRequest, place: Place) -> Any:
    """One's own of this month only."""
    wanted = [int(pk) for pk in request.POST.getlist("evidence-out") if re.fullmatch("[0-9]{1,18}", pk)]
    if not wanted:
        return ()
    mine = Evidence.objects.filter(pk__in=wanted, person=place.person, report__month=place.month)
    return mine.select_related("item", "person", "report__month__fiscal_year__plan", "report__month__office")


def key_of(item_id: int | None) -> str:
    return OF_MONTH if item_id is None else f"l{item_id}"


def item_of(key: str) -> int | None:
    return None if key == OF_MONTH else int(key[1:])


def part_of(place: Place, key: str, refused: Iterable[Refused] = ()) -> EvidencePart:
    pieces = of_standing(place).get(item_of(key), [])
    return EvidencePart(key, pieces, [each for each in refused if each.key == key])


def evidence_parts(place: Place, lines: Sequence[FormLine], refused: Iterable[Refused]) -> EvidencePart:
    """Gives each line its part; returns that of the month."""
    standing = of_standing(place)
    by_key: dict[str, list[Refused]] = {}
    for each in refused:
        by_key.setdefault(each.key, []).append(each)
    for line in lines:
        line.evidence = EvidencePart(
            str(line.key), standing.get(line.row.item.id, []), by_key.get(line.key, [])
        )
    return EvidencePart(
        OF_MONTH, standing.get(None, []), by_key.get(OF_MONTH, []), "หลักฐานของเดือนและงานนอกแผน"
    )


def refused_links(lines: Iterable[FormLine], refused: Iterable[Refused]) -> list[Fault]:
    """What could not be taken, each a link to its field."""
    jobs = {str(line.key): line.row.item.job_no for line in lines} | {OF_MONTH: "หลักฐานของเดือน"}
    return [
        Fault(f"#{each.key}-{each.field}", f"{jobs.get(each.key, 'หลักฐาน')}: {each.name} {each.words}")
        for each in refused
    ]


def of_standing(place: Place) -> Grouped:
    return _grouped(piece for piece in pieces_of(place.month, place.person.pk) if piece.standing)


def of_version(place: Place, version: ReportVersion | None) -> Grouped:
    """What went with it, by item."""
    if version is None:
        return {}
    pieces = pieces_of(place.month, place.person.pk)
    return _grouped(piece for piece in pieces if piece.went_with(version.submitted_at))


def of_draft(place: Place, read: MonthOfPerson) -> Grouped:
    """What is attached now, where nothing was ever sent."""
    return {} if read.submitted else of_standing(place)


def _grouped(pieces: Iterable[Piece]) -> Grouped:
    found: Grouped = {}
    for piece in pieces:
        found.setdefault(piece.item_id, []).append(Shown(piece))
    return found
