"""Thai text, dates and figures: what people type, read strictly; what they see, written one way.

Years that people see are Buddhist (BE = CE + 543). Everything returned for storage is CE.
"""

import re
import unicodedata
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

BANGKOK = ZoneInfo("Asia/Bangkok")
BE_OFFSET = 543
QUANTITY_LIMIT = Decimal(10) ** 12
SORT_KEY_LENGTH = 250
BLANK = "–"

MONTHS = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
MONTHS_SHORT = (
    "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
)  # fmt: skip
WEEKDAYS = ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์")

_BE_YEARS = range(2400, 2700)
_SHORT_BE_YEARS = range(50, 100)
_TO_ARABIC = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_TO_THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_MONTH_NUMBERS = {
    name.replace(".", ""): number for names in (MONTHS, MONTHS_SHORT) for number, name in enumerate(names, 1)
}

_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1b\x7f]")
_SPLIT_SARA_AM = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32")
_TONE_AFTER_SARA_AM = re.compile("\u0e33([\u0e48-\u0e4b])")
_STACKED_MARKS = re.compile("[\u0e31\u0e34-\u0e37\u0e48-\u0e4b\u0e4d]{2,}")
_LEADING_VOWEL = re.compile("([เแโใไ])([ก-ฮ])")
_IGNORED_AT_FIRST = re.compile("[\u0e47-\u0e4e ฯๆ-]")

_DATE_IN_FIGURES = re.compile(r"([0-9]{1,2}) ?([/.-]) ?([0-9]{1,2}) ?\2 ?([0-9]+)")
_DATE_IN_WORDS = re.compile(r"([0-9]{1,2}) ?([ก-ฮะ-์.]+?) ?(?:พ\.? ?ศ\.? ?)?([0-9]+)")
_MONTH_HEADING = re.compile(r"(?:เดือน ?)?([ก-ฮะ-์][ก-ฮะ-์. ]*?)[ ./–'-]*(?:พ\.? ?ศ\.? ?)?([0-9]{2}|[0-9]{4})?")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
_GROUPED_NUMBER = re.compile(r"[0-9]{1,3}(?:([, ])[0-9]{3})(?:\1[0-9]{3})*(?:\.[0-9]*)?")
_LOOSE_NUMBER = re.compile(r"[0-9, ]+(?:\.[0-9]*)?")

_LONGEST_HEADING = 60

_DATE_REMEDY = "ใส่วันที่เป็น วัน/เดือน/ปี พ.ศ. เช่น 31/10/2569"
_YEAR_REMEDY = "ใส่ปีเป็น พ.ศ. เช่น 2569"
_QUANTITY_REMEDY = "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป"


class ThaiValueError(ValueError):
    """What was typed can't be taken; str() is a Thai message for the person who typed it.

    `remedy` says what to do and `found` what was typed ("" when there is nothing to repeat).
    """

    def __init__(self, remedy: str, found: str = "") -> None:
        super().__init__(f"{remedy} คุณพิมพ์ {found}" if found else remedy)
        self.remedy = remedy
        self.found = found


# Text


def to_arabic(text: str) -> str:
    return text.translate(_TO_ARABIC)


def to_thai(text: str) -> str:
    return text.translate(_TO_THAI)


def respell(text: str) -> str:
    """To keep by what can be found again: no invisible signs, whole ำ and แ; lines and digits as typed."""
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    text = _STACKED_MARKS.sub(_vowels_before_tones, text.replace("เเ", "แ"))
    text = _TONE_AFTER_SARA_AM.sub("\\1\u0e33", _SPLIT_SARA_AM.sub("\\1\u0e33", text))
    return unicodedata.normalize("NFC", text)


def normalize(text: str) -> str:
    """The one spelling to compare by: as ``respell``, one space between words, Arabic digits."""
    return to_arabic(" ".join(respell(text).split()))


def _vowels_before_tones(marks: re.Match[str]) -> str:
    return "".join(sorted(marks[0], key=lambda mark: "\u0e48" <= mark <= "\u0e4b"))


def search_key(text: str) -> str:
    return normalize(text).casefold().replace(" ", "")


def sort_key(text: str) -> str:
    """Dictionary order as a string of 0-9a-f, so that any database collation sorts it alike.

    Consonant before leading vowel; tone marks and signs only break ties. At most SORT_KEY_LENGTH long:
    texts alike in their first 62 Thai or ASCII characters may come in either order.
    """
    swapped = _LEADING_VOWEL.sub(r"\2\1", normalize(text).casefold())
    return f"{_hex(_IGNORED_AT_FIRST.sub('', swapped))}00{_hex(swapped)}"[:SORT_KEY_LENGTH]


def _hex(text: str) -> str:
    """Two figures for ASCII and Thai, seven for the rest, all in the order of code points within each."""
    return "".join(
        f"{code:02x}" if code < 0x80 else f"{code - 0xD80:02x}" if 0xE00 <= code < 0xE60 else f"f{code:06x}"
        for code in map(ord, text)
    )


# Years, dates, months in


def be(year_ce: int) -> int:
    return year_ce + BE_OFFSET


def ce(year_be: int) -> int:
    return year_be - BE_OFFSET


def parse_be_year(text: object) -> int:
    """A year of four figures, BE. Raises ThaiValueError, with a hint when the year looks CE."""
    plain = "" if isinstance(text, bool) else normalize(_text(text))
    plain = re.sub(r"^(?:ปีงบประมาณ|ปี)? ?(?:พ\.? ?ศ\.?)? ?", "", plain)
    if re.fullmatch("[0-9]{4}", plain) and int(plain) in _BE_YEARS:
        return int(plain)
    raise ThaiValueError(_YEAR_REMEDY, plain if re.fullmatch("[0-9]{1,9}", plain) else _quoted(text))


def parse_date(value: object) -> date:
    """A day as people in the office write it, or as a workbook holds it (CE, or BE stored as CE).

    Taken: 31/10/2569 (also - or .), ๓๑/๑๐/๒๕๖๙, 31 ต.ค. 2569, 31 ตุลาคม พ.ศ. 2569, 31 ต.ค. 69.
    Raises ThaiValueError.
    """
    if isinstance(value, date):
        return _workbook_day(value)
    if not isinstance(value, str) or not (text := normalize(value)):
        raise ThaiValueError(_DATE_REMEDY, _quoted(value))
    text = re.sub("^วันที่ ?", "", text)
    if match := _DATE_IN_FIGURES.fullmatch(text):
        day, month, year = int(match[1]), int(match[3]), match[4]
    elif (match := _DATE_IN_WORDS.fullmatch(text)) and (number := _month_number(match[2])):
        day, month, year = int(match[1]), number, match[3]
    else:
        raise ThaiValueError(_DATE_REMEDY, _quoted(value))
    return _day(day, month, _be_year(year))


def parse_month(text: object, *, fiscal_year: int | None = None) -> date | None:
    """The first day of the month that a table heading names, or None when it names none.

    "ต.ค. 69", "ต.ค.-69", "ตุลาคม 2568"; "ต.ค." alone needs `fiscal_year` (BE). A workbook's date counts too.
    """
    if isinstance(text, date):
        return _workbook_day(text.replace(day=1))
    if not isinstance(text, str) or len(text) > _LONGEST_HEADING:
        return None
    match = _MONTH_HEADING.fullmatch(normalize(text))
    number = _month_number(match[1]) if match else None
    if match is None or number is None:
        return None
    try:
        year = _be_year(match[2]) if match[2] else None
    except ThaiValueError:
        return None
    if year is None and fiscal_year is not None:
        year = fiscal_year - 1 if number >= 10 else fiscal_year
    return None if year is None else date(ce(year), number, 1)


def _month_number(name: str) -> int | None:
    return _MONTH_NUMBERS.get(name.replace(".", "").replace(" ", ""))


def _be_year(figures: str) -> int:
    """Two figures are taken from 50 on only: below, they may well mean a CE year."""
    if len(figures) == 2 and int(figures) in _SHORT_BE_YEARS:
        return 2500 + int(figures)
    return parse_be_year(figures)


def _day(day: int, month: int, year_be: int) -> date:
    try:
        return date(ce(year_be), month, day)
    except ValueError:
        raise ThaiValueError(f"วันที่ {day}/{month}/{year_be} ไม่มีในปฏิทิน") from None


def _workbook_day(value: date) -> date:
    if isinstance(value, datetime):
        value = (value.astimezone(BANGKOK) if value.tzinfo else value).date()
    return _day(value.day, value.month, value.year) if value.year in _BE_YEARS else value


def _text(value: object) -> str:
    """A cell as people see it: no ".0" after a whole number, no limit on the length of an int."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(Decimal(value) if type(value) is int else value)


def _quoted(value: object, longest: int = 40) -> str:
    """What was typed, as found; nothing for nothing."""
    text = " ".join(_text(value).split())
    if not text:
        return ""
    return f"“{text[:longest]}…”" if len(text) > longest else f"“{text}”"


# Figures in


def parse_quantity(value: object) -> Decimal | None:
    """A figure of a plan or a result, with two decimals; None for blank or a dash. Raises ThaiValueError.

    At least 0, below 10**12, at most two decimals; a workbook's float is freed of its binary noise.
    """
    number = _written_number(value) if isinstance(value, str) else _stored_number(value)
    if number is None:
        return None
    if number < 0:
        raise ThaiValueError(_QUANTITY_REMEDY, _quoted(value))
    if number >= QUANTITY_LIMIT:
        raise ThaiValueError(f"ใส่ตัวเลขที่น้อยกว่า {QUANTITY_LIMIT:,f}", _quoted(value))
    rounded = number.quantize(Decimal("0.01"), ROUND_HALF_UP)
    noise = Decimal("1e-6") if isinstance(value, float) else Decimal(0)
    if abs(number - rounded) > noise:
        raise ThaiValueError("ใส่ทศนิยมไม่เกิน 2 ตำแหน่ง", _quoted(value))
    return rounded


def _written_number(typed: str) -> Decimal | None:
    text = normalize(typed)
    if text in {"", "-", "–", "—", "−"}:
        return None
    if _NUMBER.fullmatch(text) or _GROUPED_NUMBER.fullmatch(text):
        return Decimal(text.replace(",", "").replace(" ", ""))
    if _LOOSE_NUMBER.fullmatch(text):
        raise ThaiValueError("ใส่จุลภาคคั่นทุกสามหลัก เช่น 1,234", _quoted(typed))
    raise ThaiValueError(_QUANTITY_REMEDY, _quoted(typed))


def _stored_number(value: object) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ThaiValueError(_QUANTITY_REMEDY, _quoted(value))
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        raise ThaiValueError(_QUANTITY_REMEDY, _quoted(value))
    return Decimal(0) if isinstance(value, float) and abs(number) < Decimal("1e-6") else number


# Dates and times out


def long_date(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {be(day.year)}"


def short_date(day: date) -> str:
    return f"{day.day} {MONTHS_SHORT[day.month - 1]} {be(day.year)}"


def weekday_date(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]} {long_date(day)}"


def official_date(day: date) -> str:
    return to_thai(long_date(day))


def date_range(first: date, last: date) -> str:
    """Short form; what both days share is said once."""
    if first == last:
        return short_date(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{short_date(last)}"
    start = f"{first.day} {MONTHS_SHORT[first.month - 1]}" if first.year == last.year else short_date(first)
    return f"{start} – {short_date(last)}"


def month_name(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {be(day.year)}"


def month_short(day: date) -> str:
    return f"{MONTHS_SHORT[day.month - 1]} {be(day.year)}"


def clock_time(at: time) -> str:
    return f"{at:%H.%M} น."


def instant_text(instant: datetime) -> str:
    """An aware instant as day and time in Bangkok."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    local = instant.astimezone(BANGKOK)
    return f"{short_date(local)} {clock_time(local.time())}"


# Figures out


def quantity(value: Decimal | int | None) -> str:
    text = _figures(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(value: Decimal | int | None) -> str:
    """`value` is already times 100; None (plan 0) has no percent."""
    return BLANK if value is None else f"{_figures(value)} %"


def baht(value: Decimal | int | None) -> str:
    return BLANK if value is None else f"{_figures(value)} บาท"


def _figures(value: Decimal | int | None) -> str:
    if value is None:
        return BLANK
    rounded = Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{'−' if rounded < 0 else ''}{abs(rounded):,.2f}"
