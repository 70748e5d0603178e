"""The missing-report dashboard: who sent, who did not, what is lacking; checked again, taken away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from office import jobs, vocabulary
from office.access import Actor, Perm, may, requires
from office.calendar import Month
from office.errors import NotAllowedNow
from office.sheets import SheetSpec, workbook
from plans.models import ReportingMonth
from reports.case_reads import Last, notices_of_month
from reports.dashboard import BUCKETS, Board, BoardRow, read_board
from reports.enums import Breach, FlagState
from reports.handlers import of_admin_unit
from reports.rules import may_be_named, notice_refusal
from reports.views.board_filters import kept_query
from reports.views.place import month_in

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADINGS = (
    "หน่วยงาน",
    "รหัสเจ้าหน้าที่",
    "ชื่อ-สกุล",
    "ตำแหน่ง",
    "สถานะ",
    "การส่ง",
    "ส่งครั้งแรก",
    "ธง",
    "งานที่ติดธง",
    "เหตุยกเว้น",
    "สถานะของเรื่อง",
)
WIDTHS = (34, 14, 26, 34, 14, 14, 24, 30, 44, 16, 44)
_SHOWN = {
    "missing": vocabulary.MISSING,
    "expected": vocabulary.EXPECTED,
    "submitted": vocabulary.SUBMITTED,
    "returned": vocabulary.RETURNED,
    "accepted": vocabulary.ACCEPTED,
    "waived": vocabulary.WAIVED,
}
_WORDS = {bucket: shown.word for bucket, shown in _SHOWN.items()} | {"expected": "ยังไม่ส่ง (ยังไม่ถึงกำหนด)"}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the page's address asks for; nonsense counts as nothing."""

    unit: int | None
    state: str
    flag: str
    text: str

    @classmethod
    def of(cls, request: HttpRequest, board: Board) -> Filters:
        asked = request.GET
        units = {str(unit): unit for unit in board.units}
        state, flag = asked.get("state", ""), asked.get("flag", "").upper()
        return cls(
            unit=units.get(asked.get("unit", "")),
            state=state if state in BUCKETS else "",
            flag=flag if flag in Breach.__members__ else "",
            text=asked.get("q", "").strip()[:100],
        )

    def url(self, **only: str) -> str:
        """The page with this unit and nothing else but ``only``."""
        asked = ({"unit": str(self.unit)} if self.unit is not None else {}) | only
        return f"?{urlencode(asked)}" if asked else "?"

    def rows(self, board: Board) -> list[BoardRow]:
        return board.chosen(state=self.state, flag=self.flag, text=self.text)


@requires(Perm.COMPLIANCE_VIEW)
@require_safe
def compliance(request: HttpRequest, month: str) -> HttpResponse:
    """``?unit=ID&state=missing&flag=LATE&q=TEXT`` narrow it; the counts are of the unit."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    asked = month_in(month)
    board = read_board(actor, asked, now=request.now)  # type: ignore[attr-defined]
    if board is None:
        none = {
            "month": asked,
            "months": _nav(asked, None),
            "plan_url": f"/plans/{asked.fiscal_year}/",
            "plan_label": f"ดูแผนปฏิบัติงาน ปีงบประมาณ {asked.fiscal_year}",
        }
        return render(request, "reports/compliance_none.html", none)
    request.user.office = board.month.office  # type: ignore[union-attr]  # every page's head shows it
    filters = Filters.of(request, board)
    shown = board.of_unit(filters.unit)
    rows = filters.rows(shown)
    page = {
        "month": board.month,
        "board": shown,
        "months": _nav(asked, board),
        "filters": filters,
        "filtered": bool(filters.state or filters.flag or filters.text),
        "units": board.units.items(),
        "states": _WORDS.items(),
        **_listed(actor, shown, rows, request.now),  # type: ignore[attr-defined]
        "rows": len(rows),
        "own_apart": _own_apart(actor, filters, rows),
        "counts": _counts(shown, filters),
        "pills": _pills(shown, filters),
        "may_check": board.month.closed_at is None and may(actor, Perm.COMPLIANCE_CHECK, board.month),
        "may_compare": may(actor, Perm.CPS_VIEW, board.month),
        "may_review": of_admin_unit(actor),
        "asked": kept_query(request.GET),
    }
    return render(request, "reports/compliance.html", page)


def _own_apart(actor: Actor, filters: Filters, rows: list[BoardRow]) -> int:
    """Of the list that waits for review, those of others; 0 where the reader's own isn't among them."""
    own = any(row.person_id == actor.id for row in rows)
    return len(rows) - 1 if own and filters.state == "submitted" and of_admin_unit(actor) else 0


def _listed(actor: Actor, board: Board, rows: list[BoardRow], now: datetime) -> dict[str, Any]:
    """The rows by unit, and whether anybody among them can be told anything by the reader."""
    told = notices_of_month(board.month)
    listed = {row.person_id: _with_last(row, told.get(row.person_id), now) for row in rows}
    notifies = board.month.closed_at is None and of_admin_unit(actor)
    tellable = any(open_ and person != actor.id for person, (_, _, open_) in listed.items())
    return {
        "groups": [(each, [listed[row.person_id] for row in each.rows]) for each in board.grouped(rows)],
        "may_notify": notifies and tellable,
        "none_to_tell": notifies and not tellable,
    }


def _with_last(row: BoardRow, last: Last | None, now: datetime) -> tuple[BoardRow, Last | None, bool]:
    """With the newest notice, and whether another may be sent now about any of the row's cases."""
    told = last.told if last else None
    named = (may_be_named(FlagState(state), told, now=now) for _, _, state in row.cases)
    return row, last, any(named) and not notice_refusal(told, now=now, closed=False)


@requires(Perm.COMPLIANCE_CHECK)
@require_POST
def check_again(request: HttpRequest, month: str) -> HttpResponse:
    """Ask for a check of the month now; a double click is one job."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = get_object_or_404(
        ReportingMonth.objects.select_related("office"),
        office_id=actor.office_id,
        first=month_in(month).first,
    )
    if found.closed_at is not None:
        raise NotAllowedNow("เดือนนี้ปิดแล้ว ตัวเลขถูกตรึงไว้")
    job = jobs.ask(
        "check_compliance",
        key=str(found.pk),
        by=actor,
        now=request.now,  # type: ignore[attr-defined]
        office=found.office,
        params={"month_id": found.pk},
    )
    response = redirect("job", pk=job.pk)
    response.status_code = 303
    return response


@requires(Perm.COMPLIANCE_VIEW)
@require_safe
def export(request: HttpRequest, month: str) -> HttpResponse:
    """The rows that the same filters show."""
    board = read_board(request.actor, month_in(month), now=request.now)  # type: ignore[attr-defined]
    if board is None:
        raise Http404
    filters = Filters.of(request, board)
    rows = filters.rows(board.of_unit(filters.unit))
    sheet = SheetSpec(
        name=f"การส่งรายงาน {board.month.month.short}",
        title=[f"การส่งรายงาน เดือน{board.month}", board.month.office.name],
        headings=HEADINGS,
        rows=[_cells(row) for row in rows],
        widths=WIDTHS,
    )
    response = HttpResponse(workbook([sheet]), content_type=XLSX)
    name = quote(f"การส่งรายงาน {board.month}.xlsx")
    response["Content-Disposition"] = f"attachment; filename=compliance.xlsx; filename*=UTF-8''{name}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _cells(row: BoardRow) -> tuple[object, ...]:
    flags = " · ".join(Breach(breach).label for breach in row.flags)
    return (
        row.unit,
        row.code,
        row.name,
        row.position,
        row.state.label,
        "" if row.waiver else row.timing.label,
        row.first_submitted_at,
        flags,
        " · ".join(f"{word}: {', '.join(jobs)}" for word, jobs in row.lacks),
        row.note,
        " · ".join(row.case_states),
    )


def _nav(month: Month, board: Board | None) -> dict[str, Any]:
    """The year, and the months before and after that the office has; without this month both, to look for."""
    links: dict[str, Any] = {}
    for name, other in (("previous", month.previous()), ("next", month.next())):
        if board is None or other.first in board.neighbours:
            links[name] = {"url": f"/compliance/{other}/", "label": other.short}
    links["year"] = {"url": f"/compliance/year/{month.fiscal_year}/", "label": f"ทั้งปี {month.fiscal_year}"}
    return links


def _counts(board: Board, filters: Filters) -> list[dict[str, Any]]:
    """Tiles that exclude one another and add up to the register."""
    numbers = board.counts
    awaited = "expected" if numbers["expected"] else "missing"
    tiles = [
        {
            "url": filters.url(state=bucket),
            "n": numbers[bucket],
            "icon": _SHOWN[bucket].icon,
            "word": "ยังไม่ส่ง" if bucket == "expected" else _SHOWN[bucket].word,
            "tone": "" if _SHOWN[bucket].tone == "mute" else _SHOWN[bucket].tone,
            "current": filters.state == bucket,
        }
        for bucket in (awaited, "submitted", "returned", "accepted", "waived")
    ]
    everything = {"url": filters.url(), "n": len(board.rows), "icon": "list", "word": "ทั้งหมด", "tone": ""}
    return [*tiles, everything | {"current": not (filters.state or filters.flag or filters.text)}]


def _pills(board: Board, filters: Filters) -> list[dict[str, Any]]:
    """Flags overlap: a report may bear several."""
    numbers = board.flagged
    return [
        {
            "url": filters.url(flag=breach.value),
            "n": numbers[breach.value],
            "icon": vocabulary.flag(breach).icon,
            "word": breach.label,
            "current": filters.flag == breach.value,
        }
        for breach in Breach
    ]
