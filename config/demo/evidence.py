"""Evidence that the demo's officers attached: a picture and papers drawn here, all of it invented."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, time, timedelta

import typst
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from config.demo import story
from office.access import actor_of
from office.calendar import at, day_of
from office.models import Person
from office.print import SARABUN
from plans.models import MonthlyShare, ReportingMonth
from reports.actions.evidence import attach

_PAPER = """
#set page(width: 148mm, height: 210mm, margin: 15mm)
#set text(font: "Sarabun", size: 11pt, lang: "th")
#set par(leading: 0.9em)
#align(center, text(14pt, weight: "bold", sys.inputs.title))
#v(4mm)
#table(
  columns: (1fr, 3fr, 2fr), inset: 7pt, stroke: 0.5pt + gray,
  ..("ลำดับ", "ชื่อ–สกุล", "ลายมือชื่อ").map(strong),
  ..range(1, 9).map(n => (str(n), "สมาชิกตัวอย่าง " + str(n), "")).flatten(),
)
#v(4mm)
เอกสารตัวอย่างของระบบสาธิต บุคคลและข้อมูลเป็นเรื่องสมมติ
"""
MIDDLE = timedelta(days=19)


def paper(title: str) -> bytes:
    """A page for signatures, as PDF."""
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[SARABUN])
    inputs = {"title": title}
    return typst.compile(_PAPER.encode(), format="pdf", font_paths=fonts, sys_inputs=inputs, timestamp=0)


def field_day(_title: str) -> bytes:
    """Hills, a paddy and the shed of a cooperative, as a small JPEG."""
    image = Image.new("RGB", (960, 640), "#cfe3f1")
    pen = ImageDraw.Draw(image)
    pen.ellipse((700, 60, 800, 160), fill="#f6d77a")
    pen.polygon(
        [(0, 360), (220, 210), (430, 340), (640, 190), (960, 350), (960, 640), (0, 640)], fill="#7fa37a"
    )
    pen.rectangle((0, 400, 960, 640), fill="#a9bf62")
    for y in range(420, 640, 22):
        pen.line((0, y, 960, y + 30), fill="#8fa84e", width=5)
    pen.rectangle((330, 300, 620, 450), fill="#efe6d2")
    pen.polygon([(300, 300), (475, 225), (650, 300)], fill="#a5492f")
    pen.rectangle((440, 360, 510, 450), fill="#6b4a32")
    for x in range(180, 300, 38):
        pen.ellipse((x, 430, x + 22, 452), fill="#5a4032")
        pen.rectangle((x - 4, 452, x + 26, 510), fill="#31518a")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=70)
    return out.getvalue()


MADE: dict[str, Callable[[str], bytes]] = {".jpg": field_day, ".pdf": paper}


def attach_in(month: ReportingMonth, people: dict[str, Person], *, now: datetime) -> None:
    """What story.EVIDENCE tells of this month, on each one's first line, in mid-month."""
    instant = min(at(month.first + MIDDLE, time(16, 10)), now)
    for code, names in story.EVIDENCE.get(str(month.month), {}).items():
        person = people[code]
        shares = MonthlyShare.objects.in_force().filter(month=month, person=person)
        share = shares.order_by("item__sort_order").first()
        if share is None:
            continue
        for name in names:
            title, dot, ending = name.rpartition(".")
            upload = SimpleUploadedFile(name, MADE[dot + ending](title))
            attach(month, person, share.item_id, upload, by=actor_of(person, day_of(instant)), now=instant)
