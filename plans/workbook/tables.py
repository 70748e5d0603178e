"""The plan's tables of a workbook: one sheet, or one a unit, read as one plan; copies are left alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from office.sheets import Book, Header, Problem, broken_words, merged_figures, two_columns
from plans.owners import Directory
from plans.workbook.items import PlanReader, PlanTable, is_job_heading
from plans.workbook.layout import OF_RESULTS, SHARE_SHEET, read_titles
from plans.workbook.model import ItemRow
from plans.workbook.months import find_columns

_WORDS = ("job_no", "name", "counting_unit", "aggregation", "owner", "doer", "direction")


class Tables:
    """``table`` holds all items; ``read`` are the sheets they stand in, ``left`` other sheets with why.

    ``of_shares`` names the sheets that may tell people's shares; ``plans`` are those that don't.
    """

    def __init__(
        self,
        book: Book,
        headers: list[Header],
        year: int,
        directory: Directory,
        *,
        shared: bool,
        of_shares: Collection[str] = (),
    ) -> None:
        self.year, self.directory, self.shared, self.of_shares = year, directory, shared, of_shares
        self.problems: list[Problem] = []
        self.table = PlanTable()
        self.read: dict[str, int] = {}
        self.left: dict[str, str] = {}
        self.plans: list[Header] = []
        self._take(headers[0], *self._of(headers[0]))
        for header in headers[1:]:
            if header.sheet.visible and not OF_RESULTS.match(header.sheet.name.strip()):
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
        name, is_whole = header.sheet.name, _is_whole(header)
        may_share = name in self.of_shares
        if may_share and (not is_whole or SHARE_SHEET.search(name)):
            return
        year = read_titles(header, book).fiscal_year or self.year
        if year != self.year:
            self._leave(header, f"ปีงบประมาณ {year}")
            return
        table, problems = self._of(header)
        shared = table.jobs.keys() & self.table.jobs.keys()
        if table.jobs and not shared and (is_whole or is_job_heading(header)):
            self._take(header, table, problems)
        elif not is_whole:
            self._leave(header, "ไม่มีหน่วยนับหรือเป้าหมายทั้งปี")
        elif shared == table.jobs.keys() and self._same(table):
            self._leave(header, "ซ้ำ" if table.jobs else "ไม่มีเลขที่งาน")
        elif not may_share or "doer" in header.columns:
            self.plans.append(header)
            self.problems.append(self._riddle(header, table, min(shared)))

    def _leave(self, header: Header, why: str) -> None:
        self.left[header.sheet.name] = why
        self.plans.append(header)

    def _take(self, header: Header, table: PlanTable, problems: list[Problem]) -> None:
        self.plans.append(header)
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
    """Whether a sheet tells all that a plan's does."""
    names = header.columns.keys()
    return "counting_unit" in names and bool(names & {"annual_target", "aggregation"})
