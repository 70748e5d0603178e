"""Filters and tags of the pages: one way to write a date, a figure, a state and a flag."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product

import pytest
from django import forms
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory

from office import vocabulary
from office.calendar import Month


def drawn(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


LATE_EVENING = datetime(2026, 3, 31, 18, 5, tzinfo=UTC)  # 1 Apr 01:05 in Bangkok


@pytest.mark.parametrize(
    ("used", "value", "shown"),
    [
        pytest.param("thai_date", date(2026, 3, 31), "31 มี.ค. 2569", id="a day"),
        pytest.param("thai_date", LATE_EVENING, "1 เม.ย. 2569", id="the Bangkok day of an instant"),
        pytest.param("thai_date", None, "–", id="no day"),
        pytest.param("thai_date_long", date(2026, 3, 31), "อังคาร 31 มีนาคม 2569", id="long day"),
        pytest.param("thai_date_long", None, "–", id="no long day"),
        pytest.param("thai_instant", LATE_EVENING, "1 เม.ย. 2569 01.05 น.", id="instant"),
        pytest.param("thai_instant", None, "–", id="no instant"),
        pytest.param("thai_time", LATE_EVENING, "01.05 น.", id="time"),
        pytest.param("thai_time", None, "–", id="no time"),
        pytest.param("thai_month", Month(2026, 3), "มีนาคม 2569", id="month"),
        pytest.param("thai_month", date(2026, 3, 1), "มีนาคม 2569", id="month of a day"),
        pytest.param("thai_month", LATE_EVENING, "เมษายน 2569", id="month of an instant"),
        pytest.param("thai_month", None, "–", id="no month"),
        pytest.param("thai_month_short", Month(2026, 3), "มี.ค. 2569", id="short month"),
        pytest.param("thai_month_short", date(2026, 3, 1), "มี.ค. 2569", id="short month of a day"),
        pytest.param("thai_month_short", None, "–", id="no short month"),
        pytest.param("quantity", Decimal("1234.50"), "1,234.5", id="quantity"),
        pytest.param("quantity", Decimal(0), "0", id="nothing done is a figure"),
        pytest.param("quantity", None, "–", id="not answered is none"),
        pytest.param("percent", Decimal("94.478"), "94.48 %", id="percent"),
        pytest.param("percent", None, "–", id="percent of a plan of 0"),
        pytest.param("baht", Decimal(1500), "1,500.00 บาท", id="money"),
        pytest.param("tone_of", "warning", "warn", id="tone of a message"),
    ],
)
def test_filter_shows(used: str, value: object, shown: str) -> None:
    assert drawn(f"{{{{ value|{used} }}}}", value=value) == shown


# States


@pytest.mark.parametrize(
    ("state", "timing", "word", "tone", "cell"),
    [
        ("none", "pending", "ไม่มีแผน", "tag--none", "–"),
        ("waived", "missing", "ยกเว้น", "", "เว้น"),
        ("expected", "pending", "ยังไม่เริ่ม", "", "รอส่ง"),
        ("draft", "pending", "ร่าง", "", "ร่าง"),
        ("expected", "missing", "ยังไม่ส่ง", "tag--bad", "ขาด"),
        ("draft", "missing", "ยังไม่ส่ง", "tag--bad", "ขาด"),
        ("returned", "late", "ส่งกลับแก้ไข", "tag--back", "แก้"),
        ("returned", "on-time", "ส่งกลับแก้ไข", "tag--back", "แก้"),
        ("submitted", "late", "ส่งช้า รอตรวจ", "tag--warn", "ช้า"),
        ("accepted", "late", "ส่งช้า ตรวจรับแล้ว", "tag--warn", "ช้า"),
        ("accepted", "on-time", "ตรวจรับแล้ว", "tag--ok", "รับ"),
        ("submitted", "on-time", "รอตรวจ", "tag--info", "ตรง"),
        ("submitted", "pending", "รอตรวจ", "tag--info", "รอตรวจ"),
        ("SUBMITTED", "ON_TIME", "รอตรวจ", "tag--info", "ตรง"),
    ],
)
def test_two_axes_are_shown_as_one_word(state: str, timing: str, word: str, tone: str, cell: str) -> None:
    pill = drawn("{% state_tag s t %}", s=state, t=timing)
    assert pill.startswith(f'<span class="{f"tag {tone}".strip()}"><i class="bi bi-')
    assert pill.endswith(f"</i>{word}</span>")
    assert drawn("{% state_cell s t %}", s=state, t=timing).endswith(f"<b>{cell}</b>")
    assert drawn('{% state_word s t "cell" %}', s=state, t=timing) == cell


def test_a_report_in_time_says_so_outside_lists() -> None:
    assert "ส่งตรงเวลา" in drawn('{% state_tag "submitted" "on-time" "page" %}')


def test_a_late_report_never_turns_green() -> None:
    tones = {drawn('{% state_tone s "late" %}', s=state) for state in ("submitted", "accepted", "returned")}
    assert tones == {"is-warn", "is-back"}


def test_a_month_without_a_plan_has_no_tone() -> None:
    assert drawn('[{% state_tone "none" "pending" %}]') == "[]"


def test_every_pair_is_shown_or_refused_and_only_contradictions_are_refused() -> None:
    refused = set()
    for state, timing in product(vocabulary.STATES, vocabulary.TIMINGS):
        try:
            assert vocabulary.report_state(state, timing).word
        except vocabulary.UnknownWordError:
            refused.add((state, timing))
    assert refused == {
        *product(("expected", "draft"), ("on-time", "late")),
        *product(("submitted", "returned", "accepted"), ("missing",)),
    }


@pytest.mark.parametrize(
    "source",
    [
        '{% state_tag "lost" "pending" %}',
        '{% state_tag "draft" "soon" %}',
        '{% state_tag "draft" "pending" "wall" %}',
        '{% line_tag "half" %}',
        '{% flag_tag "UNTIDY" %}',
        '{% obstacle_tag "FORGOTTEN" %}',
        '{% flag_tag "LATE" "FORGOTTEN" %}',
        '{% note "loud" %}x{% endnote %}',
        '{{ "fatal"|tone_of }}',
        '{% icon "X onclick" %}',
    ],
)
def test_nonsense_is_refused(source: str) -> None:
    with pytest.raises(vocabulary.UnknownWordError):
        drawn(source)


@pytest.mark.parametrize("key", sorted(vocabulary.LINES))
def test_line_shows_its_word(key: str) -> None:
    assert vocabulary.LINES[key].word in drawn("{% line_tag key %}", key=key)


@pytest.mark.parametrize("state", sorted(vocabulary.OBSTACLES))
def test_obstacle_shows_its_word(state: str) -> None:
    assert vocabulary.OBSTACLES[state].word in drawn("{% obstacle_tag state %}", state=state)


# Flags


@pytest.mark.parametrize(
    ("arguments", "classes", "word"),
    [
        ('"MISSING"', "flag flag--bad", "ยังไม่ส่ง"),
        ('"OFF_PLAN" "OPEN" 0', "flag", "ไม่เป็นไปตามแผน"),
        ('"INCOMPLETE" "NOTIFIED" 2', "flag flag--back", "ไม่ครบถ้วน · แจ้งแล้ว ครั้งที่ 2"),
        ('"LATE" "NOTIFIED"', "flag", "ส่งช้า · แจ้งแล้ว"),
        ('"CPS_MISMATCH" "EXPLAINED"', "flag flag--info", "ไม่ตรงกับ CPS · ชี้แจงแล้ว"),
        ('"cps_mismatch" "closed"', "flag flag--done", "ไม่ตรงกับ CPS · ปิดแล้ว"),
        ('"LATE" "EXCUSED"', "flag flag--done", "ส่งช้า · ผ่อนผัน"),
        ('"MISSING" "CLEARED"', "flag flag--done", "ยังไม่ส่ง · หมดเหตุ"),
    ],
)
def test_flag_says_what_and_where_its_case_stands(arguments: str, classes: str, word: str) -> None:
    flag = drawn(f"{{% flag_tag {arguments} %}}")
    assert flag.startswith(f'<span class="{classes}">')
    assert flag.endswith(f"</i>{word}</span>")


# Small parts


def test_icon_is_silent_for_screen_readers() -> None:
    assert drawn('{% icon "check-lg" %}') == '<i class="bi bi-check-lg" aria-hidden="true"></i>'


def test_note_keeps_markup_of_its_page_and_escapes_values() -> None:
    page = drawn('{% note "warn" "alert" %}<p>{{ said }}</p>{% endnote %}', said="<b>")
    assert '<div class="note note--warn" role="alert">' in page
    assert "<p>&lt;b&gt;</p>" in page


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ("{% query page=2 %}", {"unit": ["3"], "q": ["ไหม ก"], "page": ["2"]}),
        ("{% query q=None %}", {"unit": ["3"], "page": ["1"]}),
        ("{% query q=None unit=None page=None %}", {}),
        ("{% query nothing=None unit=7 %}", {"unit": ["7"], "q": ["ไหม ก"], "page": ["1"]}),
    ],
)
def test_query_changes_what_it_names_and_keeps_the_rest(tag: str, shown: dict[str, list[str]]) -> None:
    request = RequestFactory().get("/", {"unit": "3", "q": "ไหม ก", "page": "1"})
    said = Template(tag).render(Context({"request": request}, autoescape=False))
    assert said.startswith("?")
    assert dict(QueryDict(said[1:]).lists()) == shown
    assert dict(request.GET.lists()) == {"unit": ["3"], "q": ["ไหม ก"], "page": ["1"]}


# Fields


class ReportForm(forms.Form):
    figure = forms.CharField(label="ผลเดือนนี้", help_text="เช่น 3")
    why = forms.CharField(label="ชี้แจงเหตุผล", widget=forms.Textarea(attrs={"class": "tall"}), required=False)
    cause = forms.ChoiceField(label="สาเหตุหลัก", choices=[("a", "ลา")])
    kind = forms.ChoiceField(
        label="เดือนนี้มีผลอย่างไร", help_text="เลือกหนึ่งข้อ", choices=[("a", "มีผล")], widget=forms.RadioSelect
    )
    tick = forms.BooleanField(label="เสนอเข้าที่ประชุม", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


@pytest.fixture
def refused() -> ReportForm:
    form = ReportForm({"version": "3"})
    assert not form.is_valid()
    return form


def test_field_ties_label_hint_and_error_to_its_control(refused: ReportForm) -> None:
    page = drawn('{% field form.figure unit="ครั้ง" %}', form=refused)
    assert '<label class="label" for="id_figure">ผลเดือนนี้</label>' in page
    assert 'aria-describedby="id_figure_helptext id_figure_error"' in page
    assert 'aria-invalid="true"' in page
    assert 'class="form-control is-invalid"' in page
    assert '<p class="hint" id="id_figure_helptext">เช่น 3</p>' in page
    assert '<div id="id_figure_error"><p class="field-error">' in page
    assert "<span>ครั้ง</span>" in page


def test_optional_field_says_so_and_keeps_its_own_class(refused: ReportForm) -> None:
    page = drawn("{% field form.why autofocus=True %}", form=refused)
    assert "(ไม่บังคับ)" in page
    assert 'class="form-control tall"' in page
    assert " autofocus" in page
    assert "has-error" not in page


def test_select_is_drawn_by_the_browser_itself(refused: ReportForm) -> None:
    assert 'class="form-select is-invalid"' in drawn("{% field form.cause %}", form=refused)


def test_question_with_radios_is_a_fieldset_that_its_error_can_lead_to(refused: ReportForm) -> None:
    page = drawn("{% field form.kind %}", form=refused)
    assert 'id="id_kind" tabindex="-1" aria-describedby="id_kind_helptext id_kind_error"' in page
    assert '<legend class="label">เดือนนี้มีผลอย่างไร</legend>' in page
    assert '<label class="choice" for="id_kind_0">' in page


def test_tick_stands_before_its_words(refused: ReportForm) -> None:
    page = drawn("{% field form.tick %}", form=refused)
    assert page.index('type="checkbox"') < page.index("เสนอเข้าที่ประชุม")


def test_hidden_field_is_only_its_control(refused: ReportForm) -> None:
    assert drawn("{% field form.version %}", form=refused) == str(refused["version"].as_hidden())


def test_field_wants_a_bound_field() -> None:
    with pytest.raises(TypeError, match="bound form field"):
        drawn("{% field name %}", name="figure")


def test_error_summary_links_each_error_to_its_field(refused: ReportForm) -> None:
    page = drawn('{% include "components/error_summary.html" with kept="ไม่มีอะไรหาย" %}', form=refused)
    assert "มี 3 จุดที่ต้องแก้" in page
    assert [f'href="#id_{name}"' in page for name in ("figure", "cause", "kind", "why")] == [
        True,
        True,
        True,
        False,
    ]
    assert "ไม่มีอะไรหาย" in page


def test_error_summary_of_a_good_form_is_nothing() -> None:
    assert drawn('{% include "components/error_summary.html" %}', form=ReportForm()).strip() == ""
