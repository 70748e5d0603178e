"""What the lines above a table say: whose it is, of which year."""

from __future__ import annotations

import re
from collections.abc import Iterable

from office.sheets.model import Sheet, text

_OFFICE = re.compile(r"สำนักงาน\S.*")
_AFTER_OFFICE = re.compile(r"[,(;:]| (?=ปี|ณ |ประจำ|แผน|ครั้ง|รายงาน|บัญชี|กรม|ข้อมูล|เดือน|วันที่|พ\.ศ)|(?<=\S)แผนปฏิบัติ")
_GAP_IN_NAME = re.compile(r"(?<=จังหวัด) (?=[ก-ฮเแโใไ])")


def lines_above(sheet: Sheet, row: int) -> list[str]:
    """The text cells above ``row`` (counted from 0), in reading order."""
    return [text(cell) for cells in sheet.rows[:row] for cell in cells if isinstance(cell, str) and cell]


def office_name(lines: Iterable[str]) -> str | None:
    """The office a title names: "บัญชีรายชื่อบุคลากร สำนักงานสหกรณ์จังหวัดตัวอย่าง" -> its second half."""
    for line in lines:
        if match := _OFFICE.search(line):
            name = _AFTER_OFFICE.split(match[0], maxsplit=1)[0].strip()
            return _GAP_IN_NAME.sub("", name)
    return None
