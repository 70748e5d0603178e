"""What the month as a whole lacks before it can be submitted."""

from __future__ import annotations

from office.enums import Labelled
from reports.answers import Work


class WorkLack(Labelled):
    """What one work outside the plan still needs: value is the field."""

    NAME = "name", "บอกชื่องานนอกแผน"
    QUANTITY = "quantity", "ใส่จำนวนที่ทำได้"
    COUNTING_UNIT = "counting_unit", "บอกหน่วยนับ เช่น ครั้ง แห่ง ราย"


def work_lacks(work: Work) -> tuple[WorkLack, ...]:
    """A draft may be half written; what is submitted says what, how much and in what unit."""
    found = []
    if not work.name:
        found.append(WorkLack.NAME)
    if work.quantity is None:
        found.append(WorkLack.QUANTITY)
    if not work.counting_unit:
        found.append(WorkLack.COUNTING_UNIT)
    return tuple(found)
