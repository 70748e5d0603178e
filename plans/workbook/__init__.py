"""Reading a plan workbook: the plan's sheet, people's shares, and every fault at once. Stores nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from office.sheets import Book, Header, Problem, lines_above, office_name, unread
from plans.owners import Directory, PersonRef, UnitRef
from plans.workbook.layout import plan_headers, read_titles, share_headers
from plans.workbook.model import GroupRow, ItemRow, PlanFile, ShareRow
from plans.workbook.shares import ShareReader
from plans.workbook.tables import Tables

__all__ = ["GroupRow", "ItemRow", "PlanFile", "ShareRow", "parse"]


def parse(
    book: Book, *, units: Sequence[UnitRef], people: Sequence[PersonRef], shares_book: Book | None = None
) -> PlanFile:
    """What the workbook says (design rules 4.3, 5 "Files"). Shares come from ``shares_book`` when given."""
    plan = PlanFile()
    headers = plan_headers(book)
    if not headers:
        plan.problems.append(_no_plan(book))
        return plan
    header, directory = headers[0], Directory(units, people)
    titles = read_titles(header, book)
    plan.sheet, plan.fiscal_year, plan.instalment = header.sheet.name, titles.fiscal_year, titles.instalment
    plan.office_name = office_name(lines_above(header.sheet, header.top))
    if titles.problem:
        plan.problems.append(titles.problem)
    if shares_book and not share_headers(shares_book, []):
        plan.problems.append(_no_shares(shares_book))
    found, tables = _tables(book, headers, plan.fiscal_year, directory, shares_book)
    plan.problems += found.problems
    plan.groups, plan.items = found.table.groups, found.table.items
    shares = ShareReader(found.table, directory, plan.fiscal_year, plan.problems)
    for each in tables:
        shares.read(each)
    shares.check_sums()
    plan.shares = shares.rows
    _owners_as_shares(plan, shares, people, header if tables else None)
    plan.notes = _notes(book, found, tables, shares_book)
    return plan


def _tables(
    book: Book, headers: list[Header], year: int, directory: Directory, shares_book: Book | None
) -> tuple[Tables, list[Header]]:
    """The plan, and the tables of shares: a sheet that is a plan, though it names people, is none of them."""
    if shares_book:
        return Tables(book, headers, year, directory, shared=True), share_headers(shares_book, [])
    maybe = {header.sheet.name for header in share_headers(book, headers[:1])}
    found = Tables(book, headers, year, directory, shared=bool(maybe), of_shares=maybe)
    tables = share_headers(book, found.plans)
    if maybe and not tables:
        found = Tables(book, headers, year, directory, shared=False, of_shares=maybe)
    return found, tables


def _notes(book: Book, found: Tables, shares: Sequence[Header], shares_book: Book | None) -> list[str]:
    told = []
    if len(found.read) > 1:
        told.append("อ่านแผนจากแผ่นงาน " + ", ".join(f"{name} {n} งาน" for name, n in found.read.items()))
    names = {header.sheet.name for header in shares}
    told += unread(book, set(found.read) if shares_book else {*found.read, *names}, found.left)
    return told + (unread(shares_book, names) if shares_book else [])


def _owners_as_shares(
    plan: PlanFile, shares: ShareReader, people: Sequence[PersonRef], header: Header | None
) -> None:
    """An item without shares is its one named person's; a unit's stays open, or is a fault beside a table.

    ``header`` is the plan's, given when there are tables of shares.
    """
    codes = {person.id: person.code for person in people}
    shared = shares.shared_jobs()
    for item in plan.items:
        if item.job_no in shared:
            continue
        if len(item.doers) == 1:
            owner = item.doers[0]
            plan.shares.append(ShareRow(item.row, item.sheet, item.job_no, owner, codes[owner], item.monthly))
        elif header and any(item.monthly):
            message = f"กระจายแผนของ {item.job_no} ให้เจ้าหน้าที่ ไม่พบแถวของงานนี้ในแผ่นกระจายแผน"
            column = header.columns["job_no"]
            problem = header.sheet.problem(item.row - 1, column, message, item.job_no)
            plan.problems.append(replace(problem, sheet=item.sheet))
        else:
            plan.unshared.append(item.job_no)


def _no_plan(book: Book) -> Problem:
    names = ", ".join(sheet.name for sheet in book.sheets)
    message = (
        "ใช้ไฟล์ที่มีแผ่นงานแผนปฏิบัติงาน มีหัวคอลัมน์เลขที่งาน กิจกรรม หน่วยนับ เป้าหมาย และเดือน ต.ค. ถึง ก.ย. "
        f"ไฟล์นี้มีแผ่นงาน {names or 'ว่าง'}"
    )
    return Problem(
        sheet=book.sheets[0].name if book.sheets else book.name,
        row=None,
        column=None,
        value=names,
        message=message,
    )


def _no_shares(book: Book) -> Problem:
    names = ", ".join(sheet.name for sheet in book.sheets)
    message = f"ใช้ไฟล์กระจายแผนที่มีหัวคอลัมน์เลขที่งาน รหัสเจ้าหน้าที่ และเดือน ไฟล์นี้มีแผ่นงาน {names or 'ว่าง'}"
    return Problem(sheet=book.name, row=None, column=None, value=names, message=message)
