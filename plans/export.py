"""Writing a plan as a workbook in the layout that the import reads; taking it in again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from office.calendar import fiscal_months
from office.sheets import SheetSpec, workbook
from plans.content import Content, Heading, Item, Months
from plans.enums import Direction, GroupLevel
from plans.rules import total

_TOLD = {
    GroupLevel.PROGRAM: ("แผนงาน",),
    GroupLevel.OUTPUT: ("ผลผลิต", "โครงการ"),
    GroupLevel.ACTIVITY: ("กิจกรรม",),
}
_LEVEL_COLUMNS = {
    GroupLevel.PROGRAM: "แผนงาน",
    GroupLevel.OUTPUT: "ผลผลิต/โครงการ",
    GroupLevel.ACTIVITY: "กิจกรรมหลัก",
}


def plan_workbook(content: Content, *, office_name: str, people: bool = True) -> bytes:
    """The workbook of a stored plan; with ``people`` also what each of them has to do, by name."""
    sheets = [_plan_sheet(content, office_name)]
    if people and not _unshared(content) and any(item.shares for item in content.items):
        sheets.append(_share_sheet(content))
    return workbook(sheets)


def _unshared(content: Content) -> bool:
    """Whether shares are still to be given out: then a sheet of them would read as a faulty one."""
    return any(any(item.targets) and not item.shares for item in content.items)


def _plan_sheet(content: Content, office_name: str) -> SheetSpec:
    columns = not all(_level_is_told(heading) for heading in content.headings)
    levels = list(_LEVEL_COLUMNS.values()) if columns else []
    name = "งานที่ดำเนินการ" if columns else "แผนงาน / ผลผลิต / โครงการ / กิจกรรม"
    months = _months(content)
    less = ["ทิศทาง"] if any(item.direction is Direction.LESS for item in content.items) else []
    labels = [fiscal_months(content.year)[n].short for n in months]
    headings = [
        "เลขที่งาน", *levels, name, "มิติ", "หน่วยนับ", "วิธีนับ", *less, "เป้าหมายทั้งปี", "งบประมาณ (บาท)", *labels,
        "หน่วยงานรับผิดชอบ", "หมายเหตุ",
    ]  # fmt: skip
    widths = [
        12,
        *(30 for _ in levels),
        60,
        18,
        10,
        10,
        *(14 for _ in less),
        14,
        16,
        *(10 for _ in months),
        24,
        24,
    ]
    return SheetSpec(
        name="แผนปฏิบัติงาน",
        headings=headings,
        rows=_plan_rows(content, months, columns=columns, less=bool(less)),
        title=[
            f"แผนปฏิบัติงานและแผนการใช้จ่ายงบประมาณ ประจำปีงบประมาณ พ.ศ. {content.year}",
            f"{office_name}   แผนปฏิบัติงานครั้งที่ {content.instalment}",
        ],
        widths=widths,
    )


def _level_is_told(heading: Heading) -> bool:
    """Whether the import would know the heading's level by its name; any other name reads as an activity."""
    told = next(
        (level for level, words in _TOLD.items() if heading.name.startswith(words)), GroupLevel.ACTIVITY
    )
    return told is heading.level


def _months(content: Content) -> range:
    """All twelve; fewer where an instalment's targets don't make up the year's yet."""
    short = any(item.annual_target != (total(item.targets, item.aggregation) or 0) for item in content.items)
    if not short:
        return range(12)
    used = [n for item in content.items for n, figure in enumerate(item.targets) if figure is not None]
    return range(min(used, default=0), max(used, default=10) + 1)


def _plan_rows(content: Content, months: range, *, columns: bool, less: bool) -> Iterator[list[object]]:
    open_headings: list[int] = []
    for item in content.items:
        path = _path(content, item)
        if not columns:
            for place in path:
                if place not in open_headings:
                    yield ["", content.headings[place].name]
            open_headings = path
        named = {content.headings[place].level: content.headings[place].name for place in path}
        yield [
            item.job_no,
            *([named.get(level, "-") for level in _LEVEL_COLUMNS] if columns else []),
            item.name,
            item.dimension.label if item.dimension else "",
            item.counting_unit,
            item.aggregation.label,
            *([item.direction.label] if less else []),
            item.annual_target,
            "-" if item.budget is None else item.budget,
            *(_shown(item.targets[n]) for n in months),
            item.owner_text,
            item.note,
        ]


def _path(content: Content, item: Item) -> list[int]:
    path: list[int] = []
    place = item.heading
    while place is not None:
        path.insert(0, place)
        place = content.headings[place].parent
    return path


def _share_sheet(content: Content) -> SheetSpec:
    labels = [month.short for month in fiscal_months(content.year)]
    return SheetSpec(
        name="กระจายแผนรายบุคคล",
        headings=["เลขที่งาน", "รหัสเจ้าหน้าที่", "ผู้รับผิดชอบ", "หน่วยนับ", *labels, "รวม"],
        rows=[
            [
                item.job_no,
                content.codes[person],
                content.names.get(person, ""),
                item.counting_unit,
                *_figures(months),
                total(months, item.aggregation) or 0,
            ]
            for item in content.items
            for person, months in item.shares.items()
        ],
        widths=[12, 16, 32, 10, *(10 for _ in labels), 10],
    )


def _figures(months: Months) -> list[object]:
    return [_shown(figure) for figure in months]


def _shown(figure: object) -> object:
    return "-" if figure is None else figure
