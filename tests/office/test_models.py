import pytest

from office.models import Person


@pytest.mark.parametrize(
    ("title", "level", "printed"),
    [
        ("นักวิชาการสหกรณ์", "ชำนาญการ", "นักวิชาการสหกรณ์ชำนาญการ"),
        ("นักวิชาการสหกรณ์", "-", "นักวิชาการสหกรณ์"),
        ("ผู้อำนวยการกลุ่ม (นักวิชาการสหกรณ์)", "ชำนาญการพิเศษ", "ผู้อำนวยการกลุ่ม (นักวิชาการสหกรณ์ชำนาญการพิเศษ)"),
        ("สหกรณ์จังหวัด", "อำนวยการสูง", "สหกรณ์จังหวัด"),
        ("พนักงานขับรถยนต์", "ส 2", "พนักงานขับรถยนต์ ส 2"),
    ],
    ids=["official", "government employee", "head of a unit", "head of office", "permanent employee"],
)
def test_a_position_is_printed_as_on_official_papers(title, level, printed):
    assert Person(position_title=title, position_level=level).position == printed
