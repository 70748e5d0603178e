"""Work without a page: timed in this process against the libraries alone, turn by turn."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import openpyxl
import pikepdf
import python_calamine
import typst
from django.db import transaction

from appraisals.printing import year_print
from appraisals.queries import years_of
from bench.client import Request
from bench.queries import answer_of, counted
from bench.seed import BATCH, LAST_YEAR, NOW, PEOPLE, THIS_YEAR, Loaded, sign_in
from office import access, jobs, thai_pdf
from office import print as printing
from office.calendar import day_of, fiscal_months
from office.models import AuditEvent, Job
from plans.actions import import_plan
from plans.management.commands.import_plan import read_plan
from plans.models import ActionPlan, MonthlyShare, MonthlyTarget, PlanGroup, PlanItem, Share
from reports.actions.compliance import check_month
from reports.models import ExpectedReport, Flag, SubmittedLine

PLAN_ROWS = 5000
SYSTEM = access.system(day_of(NOW))


@dataclass(slots=True)
class Times:
    """Seconds of each turn."""

    ours: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)
    queries: int = 0
    size: str = ""


def timed(work: Callable[..., object], *arguments: object) -> float:
    start = perf_counter()
    work(*arguments)
    return perf_counter() - start


# plan import


def plan_import(office: Loaded, folder: Path, turns: int) -> Times:
    """A workbook of 5,000 items against reading it with calamine and inserting the same rows.

    The plan of the last turn stays.
    """
    times, path = Times(), folder / "plan.xlsx"
    _write_plan(path, office)
    for _ in range(turns):
        _take_out(office)
        with counted() as statements:
            times.ours.append(timed(_import, office, path))
        times.queries = len(statements)
        rows = _take_out(office)
        times.alone.append(timed(_insert_plan, path, rows))
    times.size = f"{sum(len(part) for _, part in rows)} rows stored"
    return times


def plan_export(office: Loaded, turns: int) -> Times:
    """The plan's workbook as the page gives it, against the same cells written with openpyxl alone."""
    times, request = Times(), Request(f"/plans/{THIS_YEAR}/export.xlsx", sign_in(office.admin))
    for _ in range(turns):
        start = perf_counter()
        statements, content = answer_of(request)
        times.ours.append(perf_counter() - start)
        times.queries = len(statements)
        sheets = _cells(content)
        times.alone.append(timed(_write_cells, sheets))
    times.size = f"{sum(len(rows) for rows in sheets)} lines"
    return times


def _cells(content: bytes) -> list[list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    return [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]


def _write_cells(sheets: list[list[tuple[Any, ...]]]) -> None:
    book = openpyxl.Workbook(write_only=True)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    book.save(io.BytesIO())


def _import(office: Loaded, path: Path) -> None:
    found = read_plan(office.office, path, None)
    outcome = import_plan(office.office, found, by=SYSTEM, now=NOW)
    if outcome.created != PLAN_ROWS:
        raise RuntimeError(f"imported {outcome.created} items of {PLAN_ROWS}")


def _write_plan(path: Path, office: Loaded) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("แผนปฏิบัติงาน")
    sheet.append([f"แผนปฏิบัติงาน ประจำปีงบประมาณ พ.ศ. {THIS_YEAR}"])
    sheet.append([f"{office.office.name}   แผนปฏิบัติงานครั้งที่ 1"])
    months = [month.short for month in fiscal_months(THIS_YEAR)]
    sheet.append(["เลขที่งาน", "กิจกรรม", "มิติ", "หน่วยนับ", "วิธีนับ", "เป้าหมายทั้งปี", *months, "ผู้รับผิดชอบ"])
    for n in range(PLAN_ROWS):
        owner = office.people[n % len(office.people)]
        name = f"แนะนำส่งเสริมสหกรณ์และกลุ่มเกษตรกร งานที่ {n + 1}"
        sheet.append(
            [
                f"สสจ. {n + 1}",
                name,
                "ประสิทธิผล",
                "ครั้ง",
                "รวม",
                12 * (n % 7 + 1),
                *[n % 7 + 1] * 12,
                owner.full_name,
            ]
        )
    book.save(path)


_Rows = list[tuple[Any, list[Any]]]


def _take_out(office: Loaded) -> _Rows:
    """All rows of the office's plan, parents first, as they were; they are gone from the database."""
    through = PlanItem.units.through
    found = [
        (ActionPlan, {"office": office.office}),
        (PlanGroup, {"plan__office": office.office}),
        (PlanItem, {"plan__office": office.office}),
        (through, {"planitem__plan__office": office.office}),
        (MonthlyTarget, {"item__plan__office": office.office}),
        (Share, {"item__plan__office": office.office}),
        (MonthlyShare, {"item__plan__office": office.office}),
    ]
    rows = [(model, list(model._base_manager.filter(**which).order_by("pk"))) for model, which in found]
    with transaction.atomic():
        for model, which in reversed(found):
            keys = model._base_manager.filter(**which).values("pk")
            model._base_manager.filter(pk__in=keys)._raw_delete("default")
    return rows


def _insert_plan(path: Path, rows: _Rows) -> None:
    book = python_calamine.load_workbook(str(path))
    read = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    if len(read[0]) < PLAN_ROWS:
        raise RuntimeError(f"calamine read {len(read[0])} rows")
    with transaction.atomic():
        for model, part in rows:
            model._base_manager.bulk_create(part, batch_size=BATCH)


# summaries


def summaries(office: Loaded, turns: int) -> Times:
    """Everybody's paper of both years by the job, against Typst, the repair and pikepdf alone.

    Statements by which the job says how far it is aren't counted: one a second.
    """
    times = Times(size=f"{2 * PEOPLE} papers")
    yardstick = {year: _paper_data(office, year) for year in (LAST_YEAR, THIS_YEAR)}
    for _ in range(turns):
        ours = alone = 0.0
        for year, papers in yardstick.items():
            facts = {"office": office.office, "asked_by": office.director, "asked_at": NOW}
            job = Job.objects.create(kind="year_summaries", key=str(year), params={"year": year}, **facts)
            with counted() as statements:
                ours += timed(partial(jobs.run, job.pk, now=NOW))
            reading = [text for text in statements.texts if '"office_job"' not in text]
            times.queries = max(times.queries, len(reading))
            job.refresh_from_db()
            if job.result.get("printed") != PEOPLE:
                raise RuntimeError(f"printed {job.result or job.error}")
            alone += timed(_compile_and_join, papers)
        times.ours.append(ours)
        times.alone.append(alone)
    return times


def _paper_data(office: Loaded, year: int) -> list[str]:
    """What Typst is given for each paper."""
    found = years_of(office.people, office.office, year, now=NOW, day=day_of(NOW))
    facts: dict[str, Any] = {"office": office.office, "fiscal_year": year, "printed_by": "", "now": NOW}
    papers = [{"people": [year_print(each, **facts)]} for each in found]
    return [json.dumps(printing._printable(paper), ensure_ascii=False) for paper in papers]


def _compile_and_join(papers: list[str]) -> None:
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[printing.SARABUN])
    template = printing.TEMPLATES / "year.typ"
    with pikepdf.new() as whole:
        for paper in papers:
            sheet = typst.compile(
                template,
                root=printing.TEMPLATES,
                font_paths=fonts,
                format="pdf",
                sys_inputs={"data": paper},
                timestamp=0,
                pdf_tags=False,
            )
            with pikepdf.open(io.BytesIO(thai_pdf.repair(sheet))) as document:
                whole.pages.extend(document.pages)
        whole.save(io.BytesIO())


# compliance check


def compliance(offices: Sequence[Loaded], turns: int) -> Times:
    """October of every office, each in its transaction; the last turn's flags and register stay."""
    times = Times()
    for _ in range(turns):
        kept: list[tuple[Loaded, list[Flag], list[AuditEvent]]] = []
        ours = 0.0
        for office in offices:
            _forget(office)
            last = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            with counted() as statements:
                ours += timed(check, office)
            times.queries = max(times.queries, len(statements))
            flags = list(Flag.objects.filter(month=office.months["2026-10"]))
            kept.append((office, flags, list(AuditEvent.objects.filter(pk__gt=last))))
        times.ours.append(ours)
        alone = 0.0
        for office, flags, events in kept:
            Flag.objects.filter(month=office.months["2026-10"]).delete()
            for event in events:
                event.pk = None
            alone += timed(_read_and_insert, office, flags, events)
        times.alone.append(alone)
        times.size = f"{len(offices)} offices, {sum(len(flags) for _, flags, _ in kept)} flags"
    return times


def check(office: Loaded) -> None:
    check_month(office.months["2026-10"], as_of=NOW, by=SYSTEM, store=True)


@transaction.atomic
def _read_and_insert(office: Loaded, flags: list[Flag], events: list[AuditEvent]) -> None:
    lines = SubmittedLine.objects.filter(version__last_of__month=office.months["2026-10"]).values_list(
        "version_id", "item_id", "kind", "quantity", "explanation", "unavailable_reason"
    )
    if not list(lines):
        raise RuntimeError("no lines to check")
    Flag.objects.bulk_create(flags, batch_size=BATCH)
    AuditEvent.objects.bulk_create(events, batch_size=BATCH)


def _forget(office: Loaded) -> None:
    month = office.months["2026-10"]
    Flag.objects.filter(month=month).delete()
    ExpectedReport.objects.filter(month=month).delete()
    month.checked_as_of = month.checked_at = month.registered_at = None
    month.save()
