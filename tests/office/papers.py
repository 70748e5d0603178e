"""Data for printed papers, and readers of what was printed. All people and figures are invented."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest

MONTHS = "ต.ค. 68 พ.ย. 68 ธ.ค. 68 ม.ค. 69 ก.พ. 69 มี.ค. 69 เม.ย. 69 พ.ค. 69 มิ.ย. 69 ก.ค. 69 ส.ค. 69 ก.ย. 69"
LABELS = re.findall(r"\S+ \d+", MONTHS)
PUNCTUALITY = ["ตรงเวลา", "ช้า", "ยังไม่ส่ง", "ยกเว้น", "ไม่มีแผน", "ยังไม่ถึงกำหนด", *["ตรงเวลา"] * 6]
REASON = (
    "เนื่องจากสหกรณ์การเกษตรลำปางเลื่อนกำหนดการประชุมใหญ่สามัญประจำปีออกไปเพราะน้ำท่วมพื้นที่ "
    "ซึ่งเจ้าหน้าที่ผู้รับผิดชอบได้ประสานงานกับฝ่ายจัดการและคณะกรรมการดำเนินการเพื่อกำหนดวันใหม่แล้ว "
)
NAMES = [
    "แนะนำ ส่งเสริม และติดตามการดำเนินงานของสหกรณ์ ตามแผนการส่งเสริมรายสหกรณ์ (CPS)",
    "ตรวจการสหกรณ์โดยคณะผู้ตรวจการสหกรณ์ระดับจังหวัด",
    "ติดตามให้สหกรณ์จัดประชุมใหญ่สามัญประจำปีภายใน 150 วัน นับแต่วันสิ้นปีทางบัญชี",
]
Paper = dict[str, object]


def figure(plan: str, result: str, percent: str, mark: str = "") -> Paper:
    return {"plan": plan, "result": result, "percent": percent, "mark": mark}


def item(number: int, **changes: object) -> Paper:
    full, below, none = (
        figure("52", "52", "100.00"),
        figure("4", "3", "75.00", "below"),
        figure("–", "–", "–"),
    )
    return {
        "job_no": f"สสจ. {number}",
        "name": NAMES[number % 3],
        "counting_unit": "ครั้ง",
        "aggregation": "รวม",
        "months": [full, below, full, none, *[full] * 8],
        "half1": figure("212", "211", "99.53", "below"),
        "half2": figure("312", "312", "100.00"),
        "year_plan": "524",
        "year_result": "523",
        "year_percent": "99.81",
        "year_mark": "below",
    } | changes


def flag(**changes: object) -> Paper:
    return {
        "month": "พ.ย. 68",
        "breach": "ไม่เป็นไปตามแผน",
        "job_no": "สสจ. 1",
        "detail": "แผน 4 ผล 3 ครั้ง",
        "explanation": REASON,
        "state": "ชี้แจงแล้ว",
    } | changes


def ratings(*lessons: str) -> list[Paper]:
    """Twelve months, each judged; the first ones with these lessons."""
    words = ["ต้องปรับปรุง", "พอใช้", "ดี", "ดีมาก"]
    return [
        {
            "month": label,
            "rating": str(2 + n % 4),
            "word": words[n % 4],
            "lesson": lessons[n] if n < len(lessons) else "",
        }
        for n, label in enumerate(LABELS)
    ]


def person(**changes: object) -> Paper:
    """One person's year as templates/print/year.typ takes it."""
    return {
        "office": "สำนักงานสหกรณ์จังหวัดลำปาง",
        "fiscal_year": "2569",
        "name": "นายไหม ตัวอย่าง",
        "code": "EX030",
        "position": "นักวิชาการสหกรณ์ชำนาญการ",
        "personnel_type": "ข้าราชการ",
        "unit": "กลุ่มส่งเสริมสหกรณ์ 1",
        "as_of": "2 พ.ย. 2569",
        "provisional": False,
        "printed_by": "นางสาวทดสอบ สอง",
        "printed_at": "2 พ.ย. 2569 09.12 น.",
        "months": [
            {"label": label, "punctuality": word, "sent_on": sent, "state": state}
            for label, word, sent, state in zip(
                LABELS,
                PUNCTUALITY,
                ["31 ต.ค. 68", "2 ธ.ค. 68", "", "", "", "", *["30 เม.ย. 69"] * 6],
                ["ตรวจรับแล้ว", "ส่งกลับแก้ไข", "", "", "", "", *["รอตรวจ"] * 6],
                strict=True,
            )
        ],
        "items": [item(1), item(2)],
        "totals": {
            "expected": "10",
            "on_time": "7",
            "late": "1",
            "missing": "1",
            "waived": "1",
            "excused": "0",
            "complete": "6",
            "complete_on_time": "5",
        },
        "flags": [],
        "unplanned": [],
        "ratings": [{"month": label, "rating": "", "word": "", "lesson": ""} for label in LABELS],
        "signatures": [
            {
                "role": "ผู้รับการประเมิน/ผู้รายงาน",
                "name": "(นายไหม ตัวอย่าง)",
                "position": "นักวิชาการสหกรณ์ชำนาญการ",
            },
            {
                "role": "หัวหน้ากลุ่ม",
                "name": "นายหัวหน้า กลุ่มงาน",
                "position": "ผู้อำนวยการกลุ่มส่งเสริมสหกรณ์ 1",
            },
            {"role": "สหกรณ์จังหวัด", "name": "", "position": ""},
        ],
    } | changes


def pages(pdf: bytes) -> list[str]:
    """The text of each page as Chrome's reader sees it."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def run_together(text: str) -> str:
    """Without the spaces and line ends that a reader adds between pieces of a line."""
    return re.sub(r"\s|\u200b", "", text)


def thai_digits(text: str) -> str:
    return text.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))


def with_pdftotext(*options: str) -> Callable[[bytes], str]:
    """A reader that asks poppler, which isn't everywhere."""

    def read(pdf: bytes) -> str:
        program = shutil.which("pdftotext")
        if program is None:
            pytest.skip("pdftotext is not on this machine")
        return subprocess.run(
            [program, *options, "-", "-"], input=pdf, capture_output=True, check=True
        ).stdout.decode()

    return read


def with_pdfium(pdf: bytes) -> str:
    return "\n".join(pages(pdf))


READERS = {
    "pdfium": with_pdfium,
    "poppler": with_pdftotext(),
    "poppler raw": with_pdftotext("-raw"),
    "poppler layout": with_pdftotext("-layout"),
}
GOLDEN = Path(__file__).parent / "golden"
