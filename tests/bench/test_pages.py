"""The bench sends what a browser would."""

from __future__ import annotations

import pytest

from bench.pages import NoFormError, form_of

PAGE = """
<form action="/out/"><input type="hidden" name="a" value="1"><button>ออก</button></form>
<form method="post" action="/save/">
  <input type="hidden" name="version" value="3">
  <input type="radio" name="kind" value="VALUE" checked><input type="radio" name="kind" value="NOTHING">
  <input name="quantity" value="4"><input type="checkbox" name="sure" value="1">
  <textarea name="note">ก &amp; ข</textarea>
  <select name="reason"><option value="">–</option><option value="LEAVE" selected>ลา</option></select>
  <select name="other"><option value="FIRST">1</option><option value="SECOND">2</option></select>
  <button type="submit">บันทึกร่าง</button><button formaction="/send/"><i></i>ส่งรายงาน</button>
</form>
"""
FIELDS = {
    "version": "3",
    "kind": "VALUE",
    "quantity": "4",
    "note": "ก & ข",
    "reason": "LEAVE",
    "other": "FIRST",
}


@pytest.mark.parametrize(
    ("button", "action"), [("บันทึกร่าง", "/save/"), ("ส่งรายงาน", "/send/")], ids=["form's own", "button's own"]
)
def test_a_button_sends_the_fields_of_its_own_form(button, action):
    form = form_of(PAGE, button)
    assert (form.action, form.fields) == (action, FIELDS)


def test_a_page_without_the_button_is_an_error():
    with pytest.raises(NoFormError):
        form_of(PAGE, "ตรวจรับ")
