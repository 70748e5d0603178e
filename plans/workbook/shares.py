"""People's shares of the plan, and whether they add up to it."""

from __future__ import annotations

import re
from decimal import Decimal

from office.sheets import (
    Bad,
    Header,
    Problem,
    Sheet,
    TextColumns,
    broken_words,
    compact,
    figure,
    has_total,
    is_note,
    is_total,
    job_number,
    match_job,
    merged_figures,
    show,
)
from plans.owners import Directory, PersonRef
from plans.workbook.items import JOB, PlanTable, total_of
from plans.workbook.model import Monthly, ShareRow
from plans.workbook.months import MonthColumns, find_columns

_ABBREVIATED = re.compile(r"^(?:[ก-ฮ]{1,3}\.?){1,3}\s?\d|^\d")


class ShareReader:
    """All tables of shares of one plan; ``rows`` are the good ones."""

    def __init__(
        self, table: PlanTable, directory: Directory, fiscal_year: int, problems: list[Problem]
    ) -> None:
        self.table, self.directory = table, directory
        self.fiscal_year, self.problems = fiscal_year, problems
        self.rows: list[ShareRow] = []
        self._first: dict[str, tuple[Sheet, int, MonthColumns]] = {}
        self._places: dict[tuple[str, object], str] = {}
        self._doubtful: dict[str, set[int]] = {}
        """Months of a job in which a share's figure couldn't be read."""
        self._refused: set[str] = set()
        """Jobs with a share that couldn't be taken whole: their sums say nothing."""

    def read(self, header: Header) -> None:
        months = find_columns(header, self.fiscal_year)
        self.problems += months.problems
        self.problems += broken_words(header, ("job_no", "person_code", "person_name", "last_name"))
        self.problems += merged_figures(header, set(months.columns.values()))
        texts = TextColumns(header.sheet)
        headings = {compact(header.levels[column][-1]) for column in header.columns.values()}
        job = ""
        for row in range(header.first, len(header.sheet.rows)):
            written = texts.get(row, header.columns["job_no"])
            code, name = self._who(texts, header, row)
            if compact(written) in headings or self._is_total(header, row, written, code, name):
                continue
            if self._is_aside(header, row, written):
                continue
            job = written if written not in ("", "-") else job
            if not (code or name) or not job:
                self._nobody(header, row, written, months)
                continue
            self._share(header, months, row, job, code, name)

    def _is_aside(self, header: Header, row: int, written: str) -> bool:
        """A note, a signature, or a single text: the heading of a unit's people, but for a job's own."""
        if is_note(header, row):
            return True
        cells = [cell for cell in header.sheet.rows[row] if cell != ""]
        return len(cells) == 1 and isinstance(cells[0], str) and not self._is_job(written)

    def _is_job(self, written: str) -> bool:
        """Whether it is a job of the plan, or means one that the plan hasn't: no unit, no "หน้า 2"."""
        job = job_number(written)
        if match_job(written, self.table.jobs) is not None:
            return True
        if not JOB.match(job) or self.directory.owners(written).unit_ids:
            return False
        known = {each.rpartition(" ")[0] for each in self.table.jobs}
        return job.rpartition(" ")[0] in known or bool(_ABBREVIATED.match(job))

    def _is_total(self, header: Header, row: int, written: str, code: str, name: str) -> bool:
        """A row that adds shares up; neither a job of the plan nor a person whose name begins so."""
        if is_total(code) or (is_total(written) and match_job(written, self.table.jobs) is None):
            return True
        if is_total(name):
            return not code and self.directory.person(name=name) is None
        return not code and not name and has_total(header.sheet, row)

    def _nobody(self, header: Header, row: int, written: str, months: MonthColumns) -> None:
        """A row of figures without a person is a fault, unless it is a heading for the people below."""
        cells = header.sheet.rows[row]
        if not written or not any(
            column < len(cells) and cells[column] != "" for column in months.columns.values()
        ):
            return
        column = header.columns.get("person_code", header.columns.get("person_name"))
        message = f"ใส่ผู้รับผิดชอบส่วนแบ่งของ {job_number(written)} พบช่องว่าง"
        self.problems.append(header.sheet.problem(row, column, message))
        self._refused.add(match_job(written, self.table.jobs) or "")

    def _who(self, texts: TextColumns, header: Header, row: int) -> tuple[str, str]:
        code = texts.get(row, header.columns.get("person_code"))
        name = " ".join(
            part
            for part in (texts.get(row, header.columns.get(field)) for field in ("person_name", "last_name"))
            if part
        )
        return ("" if code == "-" else code), ("" if name == "-" else name)

    def _share(
        self, header: Header, months: MonthColumns, row: int, written: str, code: str, name: str
    ) -> None:
        sheet, columns = header.sheet, header.columns
        job = match_job(written, self.table.jobs)
        if job is None:
            message = f"ใช้เลขที่งานที่มีในแผน ไม่พบ “{job_number(written)}” ในแผน"
            self.problems.append(sheet.problem(row, columns["job_no"], message, written))
        person = self.directory.person(code=code, name=name)
        if person is None:
            field, value = ("person_code", code) if code else ("person_name", name)
            what = "รหัสเจ้าหน้าที่" if code else "ชื่อบุคลากร"
            message = f"ใช้{what}ที่มีในสำนักงาน สำหรับ {job or job_number(written)} ไม่รู้จัก “{value}”"
            self.problems.append(sheet.problem(row, columns.get(field), message, value))
        elif code and name and not self._same_person(header, row, person, name):
            self._refused.update({job} if job else ())
            return
        monthly, bad = self._monthly(header, months, row, job or job_number(written), person, name or code)
        if job is None:
            return
        self._doubtful.setdefault(job, set()).update(bad)
        if person is None:
            self._refused.add(job)
            return
        if self._is_duplicate(header, row, job, person) or self._is_second_of_percent(header, row, job):
            self._refused.add(job)
            return
        self._first.setdefault(job, (sheet, row, months))
        if not bad:
            self._check_total(header, row, job, monthly, name or person.full_name)
        self.rows.append(ShareRow(row + 1, sheet.name, job, person.id, person.code, monthly))

    def _same_person(self, header: Header, row: int, person: PersonRef, name: str) -> bool:
        """Reports a name that is somebody else's than the code."""
        other = self.directory.other(person, name)
        if other is None:
            return True
        message = f"ใช้รหัสและชื่อของคนเดียวกัน {person.code} คือ {person.full_name} แต่ “{name}” คือ {other.code}"
        self.problems.append(header.sheet.problem(row, header.columns.get("person_name"), message, name))
        return False

    def _monthly(
        self, header: Header, months: MonthColumns, row: int, job: str, person: PersonRef | None, said: str
    ) -> tuple[Monthly, set[int]]:
        values: list[Decimal | None] = [None] * 12
        bad: set[int] = set()
        whose = person.full_name if person else said
        for month, column in months.columns.items():
            title = f"ส่วนแบ่งเดือน {months.label(month)} ของ {whose} ใน {job}"
            try:
                values[month] = figure(header.sheet, row, column, title, self.problems)
            except Bad:
                bad.add(month)
        return tuple(values), bad

    def _is_duplicate(self, header: Header, row: int, job: str, person: PersonRef) -> bool:
        key, place = (job, person.id), f"แถว {row + 1}"
        if key not in self._places:
            self._places[key] = place
            return False
        message = f"รวมส่วนแบ่งของ {person.full_name} ใน {job} ไว้แถวเดียว มีอยู่แล้วที่{self._places[key]}"
        column = header.columns.get("person_code", header.columns.get("person_name"))
        self.problems.append(header.sheet.problem(row, column, message, person.code))
        return True

    def _is_second_of_percent(self, header: Header, row: int, job: str) -> bool:
        if job not in self.table.percents or job not in self._first:
            return False
        message = f"กำหนดผู้รับผิดชอบคนเดียวให้ {job} เพราะนับเป็นร้อยละ พบมากกว่าหนึ่งคน"
        column = header.columns.get("person_code", header.columns.get("person_name"))
        self.problems.append(
            header.sheet.problem(row, column, message, show(header.sheet.rows[row][column or 0]))
        )
        return True

    def _check_total(self, header: Header, row: int, job: str, monthly: Monthly, whose: str) -> None:
        aggregation = self.table.aggregations.get(job)
        column = header.columns.get("total")
        if column is None or aggregation is None or (row, column) in header.sheet.uncached:
            return
        try:
            stated = figure(header.sheet, row, column, f"ยอดรวมส่วนแบ่งของ {whose} ใน {job}", self.problems)
        except Bad:
            return
        total = total_of(monthly, aggregation)
        if stated is not None and stated != total:
            message = (
                f"แก้ยอดรวมส่วนแบ่งของ {whose} ใน {job} เป็น {show(total)} หรือแก้ตัวเลขรายเดือน พบ {show(stated)}"
            )
            self.problems.append(header.sheet.problem(row, column, message, stated))

    def check_sums(self) -> None:
        """Per job and month the shares come to the plan's figure, where both could be read."""
        totals: dict[str, list[Decimal]] = {}
        for share in self.rows:
            sums = totals.setdefault(share.job_no, [Decimal(0)] * 12)
            for month, value in enumerate(share.monthly):
                if value:
                    sums[month] += value
        for job, sums in totals.items():
            if job in self._refused:
                continue
            sheet, row, months = self._first[job]
            doubtful = self.table.bad_months[job] | self._doubtful.get(job, set())
            for month, planned in enumerate(self.table.months[job]):
                target = planned or Decimal(0)
                if sums[month] != target and month not in doubtful:
                    message = (
                        f"แก้ส่วนแบ่งเดือน {months.label(month)} ของ {job} ให้รวมได้ {show(target)} ตามแผน "
                        f"พบผลรวม {show(sums[month])}"
                    )
                    self.problems.append(sheet.problem(row, months.columns.get(month), message, sums[month]))

    def shared_jobs(self) -> set[str]:
        """Jobs with a share, a faulty one included."""
        return set(self._first) | self._refused | self._doubtful.keys()
