"""Who does what in the demo (all people and numbers are invented): facts only, no code that changes data."""

from __future__ import annotations

from datetime import date, timedelta

YEARS = (2569, 2570)

STAFF_IMPORTED_ON = date(2025, 9, 15)

REVIEWER, SECOND_REVIEWER = "EX007", "EX006"
"""The second reviews what the first wrote: nobody accepts their own."""

LATE: dict[str, dict[str, int]] = {
    "2025-11": {"EX031": 2, "EX037": 1},
    "2026-02": {"EX036": 8},
    "2026-03": {"EX036": 8},
    "2026-07": {"EX024": 1},
}
"""Month → officer → working days after the deadline. EX036 is late two months in a row."""

NOTICED: dict[str, tuple[str, ...]] = {
    "2025-12": ("EX041",),
    "2026-02": ("EX023", "EX036"),
    "2026-03": ("EX036",),
    "2026-10": ("EX020", "EX026"),
}
"""Month → officers notified on the first working day after the deadline."""

TOLD_TWICE = {"2026-03": "EX036"}
"""Late two months in a row: the second notice goes through the head of the unit."""

TOLD_TWICE_ANSWER = "ออกพื้นที่เตรียมการประชุมใหญ่ของสหกรณ์ต่อเนื่อง จึงรวบรวมผลไม่ทัน จะส่งรายงานภายในวันทำการถัดไป"

EXCUSED = {("2025-11", "EX031"): "ไปราชการต่างจังหวัดตามคำสั่งสำนักงาน"}
"""Month and officer → why the late report is excused."""

CASES_WAIT = timedelta(days=30)
"""Explained cases younger than this still wait for a decision."""

CORRECTED_EXPLANATION = "สหกรณ์ปิดบัญชีประจำปี ขอเลื่อนนัดหมายไปเดือนถัดไป"

EARLY_ACCEPTED = ("EX002", "EX011", "EX014", "EX018", "EX019", "EX021", "EX025", "EX029")
"""Reports of the newest month past its deadline that are accepted before the demo's morning."""

CPS_TAKEN_IN = {"2026-10": date(2026, 11, 2), "2026-11": date(2026, 12, 2)}
"""Month → the day on whose morning the reviewer takes its CPS file in."""

DRAFTS = ("EX003", "EX016", "EX033")
"""Officers who have begun the running month."""

EVIDENCE: dict[str, dict[str, tuple[str, ...]]] = {
    "2026-09": {"EX030": ("ใบลงชื่อผู้เข้าประชุมกลุ่ม.pdf",)},
    "2026-10": {"EX030": ("ออกพื้นที่แนะนำสหกรณ์.jpg", "ใบลงชื่อผู้เข้าประชุมกลุ่ม.pdf")},
    "2026-11": {"EX033": ("ออกพื้นที่แนะนำสหกรณ์.jpg",)},
}
"""Month → officer → files on their first line."""

EXTRA_ROLES = {"EX009": "PERSONNEL", "EX007": "SYSTEM_ADMIN"}
"""Roles that the staff workbook doesn't hold."""

SHOWN: tuple[tuple[str, str, str], ...] = (
    ("EX030", "เจ้าหน้าที่", "มีรายงานเดือน{running} ให้กรอก"),
    ("EX043", "เจ้าหน้าที่", "ยังค้างส่งรายงานเดือน{past}"),
    ("EX029", "หัวหน้ากลุ่ม", "ดูรายงานของกลุ่มส่งเสริมสหกรณ์ 1"),
    ("EX006", "ฝ่ายบริหารทั่วไป", "ติดตามว่าใครยังไม่ส่ง ตรวจรับ ส่งกลับแก้ไข"),
    ("EX009", "งานบุคคล", "สรุปรายปีของบุคลากร"),
    ("EX001", "สหกรณ์จังหวัด", "ดูภาพรวม พิมพ์สรุปรายปีของแต่ละคน"),
    ("EX007", "ผู้ดูแลระบบ", "บัญชีผู้ใช้ งานเบื้องหลัง ประวัติ"),
)
