"""What was left unread of a workbook, and what was read though Excel doesn't show it: told by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from office.sheets.model import Book

_MOST = 10


def unread(book: Book, read: Collection[str], why: Mapping[str, str] | None = None) -> list[str]:
    """As ``unseen``, and before it a line on the sheets left alone that Excel shows, with why where known."""
    left = [sheet.name for sheet in book.sheets if sheet.visible and any(map(any, sheet.rows))]
    known = why or {}
    named = [f"{name} ({known[name]})" if name in known else name for name in left if name not in read]
    return ([f"แผ่นงานที่ไม่ได้อ่าน: {', '.join(named)}"] if named else []) + unseen(book, read)


def unseen(book: Book, read: Collection[str]) -> list[str]:
    """A line each on hidden sheets left alone or read, and hidden rows read. ``read`` names sheets."""
    hidden = [sheet for sheet in book.sheets if not sheet.visible and any(map(any, sheet.rows))]
    left = [sheet.name for sheet in hidden if sheet.name not in read]
    taken = [sheet.name for sheet in hidden if sheet.name in read]
    told = [f"แผ่นงานที่ซ่อนไว้ไม่ได้อ่าน: {', '.join(left)}"] if left else []
    told += [f"อ่านแผ่นงานที่ซ่อนไว้: {', '.join(taken)}"] if taken else []
    for sheet in book.sheets:
        if sheet.name in read and sheet.hidden_rows:
            shown = ", ".join(str(row + 1) for row in sheet.hidden_rows[:_MOST])
            more = f" และอีก {len(sheet.hidden_rows) - _MOST} แถว" if len(sheet.hidden_rows) > _MOST else ""
            told.append(f"อ่านแถวที่ซ่อนไว้ด้วย: แผ่นงาน {sheet.name} แถว {shown}{more}")
    return told
