"""What a few officers of the demo said of their months: self-rating, lesson, work outside the plan."""

from __future__ import annotations

from decimal import Decimal

from reports.answers import WholeAnswer, Work
from reports.enums import SelfRating

POOR, FAIR, GOOD, VERY_GOOD = (
    SelfRating.POOR,
    SelfRating.FAIR,
    SelfRating.GOOD,
    SelfRating.VERY_GOOD,
)
FLOOD = Work("ช่วยสำรวจความเสียหายจากน้ำท่วมร่วมกับจังหวัด", Decimal(3), "วัน", "ลงพื้นที่ 2 อำเภอ")
RED_CROSS = Work("ช่วยงานกาชาดจังหวัด", Decimal(2), "วัน", "ประจำร้านสหกรณ์")
VISITORS = Work("ต้อนรับคณะศึกษาดูงานจากต่างจังหวัด", Decimal(1), "คณะ", "")

SAID: dict[str, dict[str, WholeAnswer]] = {
    "EX030": {
        "2025-10": WholeAnswer(GOOD, "นัดประธานกรรมการล่วงหน้าหนึ่งสัปดาห์ ทำให้เข้าแนะนำได้ครบ"),
        "2025-11": WholeAnswer(GOOD),
        "2025-12": WholeAnswer(FAIR, "ปลายปีสหกรณ์ปิดบัญชี ควรเข้าแนะนำก่อนวันที่ 20", (RED_CROSS,)),
        "2026-01": WholeAnswer(VERY_GOOD, "ไปพร้อมกลุ่มตรวจการ ใช้เวลาเดินทางครั้งเดียว"),
        "2026-02": WholeAnswer(GOOD),
        "2026-03": WholeAnswer(FAIR, "ประชุมใหญ่หลายแห่งวันเดียวกัน ต้องแบ่งคนไว้ก่อน"),
        "2026-04": WholeAnswer(FAIR),
        "2026-05": WholeAnswer(GOOD, "โทรนัดซ้ำหนึ่งวันก่อนออกพื้นที่ ไม่เสียเที่ยว"),
        "2026-06": WholeAnswer(GOOD, "", (VISITORS,)),
        "2026-07": WholeAnswer(GOOD),
        "2026-08": WholeAnswer(POOR, "ฝนตกหนัก เส้นทางขาด ควรสลับไปแห่งที่เข้าถึงได้ก่อน"),
        "2026-09": WholeAnswer(VERY_GOOD, "สรุปผลรายสหกรณ์ตั้งแต่กลางเดือน ทำให้ปิดปีได้ทัน"),
        "2026-10": WholeAnswer(GOOD, "แนะนำทางโทรศัพท์ก่อนเข้าพื้นที่ ได้ประเด็นตรงขึ้น", (FLOOD,)),
    },
    "EX022": {
        "2026-09": WholeAnswer(GOOD, "จัดลำดับเรื่องตามวันครบกำหนด ไม่มีเรื่องเกินเวลา"),
        "2026-10": WholeAnswer(FAIR, "", (VISITORS,)),
    },
    "EX041": {"2026-10": WholeAnswer(GOOD, "", (FLOOD,))},
}
"""Code → month → what was said."""
