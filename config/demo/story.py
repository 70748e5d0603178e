"""Who does what in the demo (all people and numbers are invented): facts only, no code that changes data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

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

MISSING_ANSWER = "ไปร่วมประชุมใหญ่สามัญของสหกรณ์ในอำเภอห่างไกลหลายวัน จะส่งรายงานเมื่อกลับถึงสำนักงาน"
"""What is answered to a first notice about a report not sent."""

TOLD_TWICE = {"2026-03": "EX036"}
"""Late two months in a row: the second notice goes through the head of the unit."""

TOLD_TWICE_ANSWER = "ออกพื้นที่เตรียมการประชุมใหญ่ของสหกรณ์ต่อเนื่อง จึงรวบรวมผลไม่ทัน จะส่งรายงานภายในวันทำการถัดไป"

EXCUSED = {("2025-11", "EX031"): "ไปราชการต่างจังหวัดตามคำสั่งสำนักงาน"}
"""Month and officer → why the late report is excused."""

CLOSED_UNEXPLAINED = "ได้รับรายงานแล้ว กำชับให้ส่งภายในกำหนด"
"""Why a late report that nobody explained is closed."""

CASES_WAIT = timedelta(days=30)
"""Explained cases younger than this still wait for a decision."""

CORRECTED_EXPLANATION = "สหกรณ์ปิดบัญชีประจำปี ขอเลื่อนนัดหมายไปเดือนถัดไป"

FILLED_EXPLANATION = "รอยืนยันจำนวนจากสหกรณ์ จึงไม่ได้กรอกผลในรายงานฉบับแรก"

EARLY_ACCEPTED = ("EX002", "EX011", "EX014", "EX018", "EX019", "EX021", "EX025", "EX029")
"""Reports of the newest month past its deadline that are accepted before the demo's morning."""

CPS_TAKEN_IN = {"2026-10": date(2026, 11, 2), "2026-11": date(2026, 12, 2)}
"""Month → the day on whose morning the reviewer takes its CPS file in."""

DRAFTS = ("EX003", "EX016", "EX033")
"""Officers who have begun the running month."""

INSPECTOR, INSPECTION = "EX027", "สสจ. 4"
ON_LEAVE: tuple[tuple[date, str, str], ...] = (
    (date(2026, 2, 13), "raise", "ผู้ตรวจการสหกรณ์ลา ไม่สามารถออกตรวจได้"),
    (date(2026, 2, 13), "agree", "ที่ประชุมวันที่ 13 ก.พ. 2569 ให้เลื่อนการตรวจการของเดือนกุมภาพันธ์ไปเดือนมีนาคม"),
    (date(2026, 3, 10), "follow", "ผู้ตรวจการกลับมาปฏิบัติงานแล้ว นัดหมายสหกรณ์ที่จะตรวจใหม่"),
    (date(2026, 3, 24), "solve", "ออกตรวจการเดือนมีนาคมได้ตามแผน"),
)
"""The obstacle behind February's inspections: raised at the meeting of the 15th, solved in March."""

SOLVED_SINCE = "ดำเนินการตามแนวทางในรายงานแล้ว"
"""How the obstacles that the reports tell of end, within the next month."""

RAISED_ALONE = (
    "EX030",
    "สสจ. 1",
    date(2026, 10, 21),
    "รถยนต์ราชการของกลุ่มเข้าซ่อม เข้าแนะนำสหกรณ์ที่อยู่ห่างไกล 2 แห่งไม่ได้ตามวันนัด",
    "ขอใช้รถของกลุ่มอื่นเป็นครั้งคราว และแนะนำทางโทรศัพท์ไปก่อน",
    "ขอจัดรถยนต์ราชการให้กลุ่มสัปดาห์ละ 1 วันในเดือนพฤศจิกายน",
)
"""Who, work, day, and the three texts of an obstacle that no report told of."""


@dataclass(frozen=True)
class Said:
    """On an item's month. ``kind``: COMMENT, OBJECTION, EDIT of one's own last, SETTLE of the open one."""

    day: date
    hour: time
    who: str
    month: str
    job_no: str
    kind: str
    text: str


POSTS = (
    Said(date(2026, 10, 16), time(10, 20), "EX030", "2026-10", "สสจ. 1", "OBJECTION",
         "สหกรณ์ในความรับผิดชอบ 1 แห่งปิดทำการช่วงน้ำท่วม เข้าแนะนำตามแผนเดือนนี้ไม่ได้ ขอเลื่อนเป้าหมาย 1 ครั้ง"),
    Said(date(2026, 10, 16), time(10, 26), "EX030", "2026-10", "สสจ. 1", "EDIT",
         "สหกรณ์ในความรับผิดชอบ 1 แห่งปิดทำการช่วงน้ำท่วมถึงวันที่ 25 เข้าแนะนำตามแผนเดือนนี้ได้ไม่ครบ "
         "ขอเลื่อนเป้าหมาย 1 ครั้งไปเดือนพฤศจิกายน"),
    Said(date(2026, 10, 16), time(13, 40), "EX029", "2026-10", "สสจ. 1", "COMMENT",
         "ตรวจสอบกับสหกรณ์แล้ว ปิดทำการจริง เห็นว่าควรแนะนำทางโทรศัพท์ก่อน แล้วเข้าพื้นที่สัปดาห์สุดท้าย"),
    Said(date(2026, 10, 19), time(9, 15), "EX006", "2026-10", "สสจ. 1", "SETTLE",
         "หารือในกลุ่มแล้ว คงเป้าหมายเดิม เข้าแนะนำวันที่ 27 และ 28 ตุลาคม ถ้าผลต่ำกว่าแผนให้ชี้แจงในรายงาน"),
    Said(date(2026, 11, 2), time(8, 45), "EX031", "2026-10", "สสจ. 2", "OBJECTION",
         "ผลใน CPS เดือนตุลาคมไม่รวมครั้งที่บันทึกวันสุดท้ายของเดือน ขอให้ตรวจก่อนใช้เทียบกับรายงาน"),
)  # fmt: skip


@dataclass(frozen=True)
class Comment:
    """On the month of ``whose``."""

    day: date
    hour: time
    who: str
    whose: str
    month: str
    text: str


COMMENTS = (
    Comment(date(2026, 10, 30), time(16, 50), "EX029", "EX030", "2026-10",
            "รายงานครบดี ขอให้เล่าเพิ่มว่าเข้าแนะนำสหกรณ์ที่น้ำท่วมอย่างไร จะนำไปใช้กับแห่งอื่น"),
    Comment(date(2026, 11, 2), time(8, 20), "EX030", "EX030", "2026-10",
            "แนะนำทางโทรศัพท์ก่อน 1 ครั้ง แล้วเข้าพื้นที่วันที่ 28 ประธานกรรมการช่วยนัดสมาชิกให้ครบ"),
)  # fmt: skip
YEAR_END_UNREAD = ("EX013", "EX020", "EX030", "EX033", "EX041")
"""Who hasn't opened the notice at the end of the plan yet."""
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
