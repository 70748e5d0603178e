"""The plan's tables of a workbook: one sheet, or one a unit, read as one plan; copies are left alone."""

from __future__ import annotations

from dataclasses import replace

from office.sheets import Book, Header, Problem, broken_words, merged_figures, two_columns
from plans.owners import Directory
from plans.workbook.items import PlanReader, PlanTable
from plans.workbook.layout import OF_RESULTS, read_titles
from plans.workbook.model import ItemRow
from plans.workbook.months import find_columns

_WORDS = ("job_no", "name", "counting_unit", "aggregation", "owner", "doer", "direction")


class Tables:
    """``table`` holds all items; ``read`` are the sheets they stand in, ``left`` other plans with why."""

    def __init__(
        self, book: Book, headers: list[Header], year: int, directory: Directory, *, shared: bool
    ) -> None:
        self.year, self.directory, self.shared = year, directory, shared
        self.problems: list[Problem] = []
        self.table = PlanTable()
        self.read: dict[str, int] = {}
        self.left: list[str] = []
        self._take(headers[0], *self._of(headers[0]))
        for header in headers[1:]:
            self._other(book, header)

    def _of(self, header: Header) -> tuple[PlanTable, list[Problem]]:
        years = (str(self.year), str(self.year % 100)) if self.year else ()
        titles = (("annual_target", "เป้าหมายทั้งปี"), ("budget", "งบประมาณ"))
        twins = [two_columns(header, field, title, years) for field, title in titles]
        problems = [problem for problem in twins if problem] + list(broken_words(header, _WORDS))
        months = find_columns(header, self.year)
        problems += months.problems
        amounts = [header.columns[name] for name in ("annual_target", "budget") if name in header.columns]
        problems += merged_figures(header, {*months.columns.values(), *amounts})
        reader = PlanReader(header, months, self.directory, problems, shared=self.shared)
        return reader.read(), problems

    def _other(self, book: Book, header: Header) -> None:
        """A sheet of other jobs belongs to the plan; one of the same jobs is a copy, or nobody can say."""
        sheet = header.sheet
        year = read_titles(header, book).fiscal_year
        if not _is_whole(header) or not sheet.visible:
            return
        if year != self.year:
            self.left.append(f"{sheet.name} (ปีงบประมาณ {year})")
            return
        table, problems = self._of(header)
        shared = table.jobs.keys() & self.table.jobs.keys()
        if not shared and table.jobs:
            self._take(header, table, problems)
        elif shared == table.jobs.keys() and self._same(table):
            self.left.append(f"{sheet.name} (ซ้ำ)")
        elif shared:
            self.problems.append(self._riddle(header, table, min(shared)))

    def _take(self, header: Header, table: PlanTable, problems: list[Problem]) -> None:
        past = len(self.table.groups)
        self.table.groups += [
            group if group.parent is None else replace(group, parent=group.parent + past)
            for group in table.groups
        ]
        self.table.items += [
            item if item.group is None else replace(item, group=item.group + past) for item in table.items
        ]
        for name in ("jobs", "bad_months", "months", "aggregations"):
            getattr(self.table, name).update(getattr(table, name))
        self.table.percents |= table.percents
        self.problems += problems
        self.read[header.sheet.name] = len(table.jobs)

    def _same(self, table: PlanTable) -> bool:
        known = {item.job_no: _plain(item) for item in self.table.items}
        return len(table.items) == len(table.jobs) and all(
            known.get(item.job_no) == _plain(item) for item in table.items
        )

    def _riddle(self, header: Header, table: PlanTable, job: str) -> Problem:
        first = next(iter(self.read))
        message = (
            f"รวมแผนไว้ในแผ่นงานเดียว หรือซ่อนแผ่นงานที่ไม่ใช่แผน แผ่นงาน {first} และ {header.sheet.name} "
            f"มี {job} ไม่เหมือนกัน"
        )
        return header.sheet.problem(table.jobs[job], header.columns["job_no"], message, job)


def _plain(item: ItemRow) -> tuple[object, ...]:
    return item.name, item.counting_unit, item.annual_target, item.monthly, item.budget


def _is_whole(header: Header) -> bool:
    """Whether a sheet tells all that a plan's does, and isn't one of results."""
    names = header.columns.keys()
    telling = "counting_unit" in names and bool(names & {"annual_target", "aggregation"})
    return telling and not OF_RESULTS.match(header.sheet.name.strip())
