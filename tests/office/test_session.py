"""Signing in, being locked out, and a session that ends while someone types."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from office.enums import Role
from office.models import Holiday
from office.views.resume import is_own_page
from tests.builders import make_office, make_person, make_unit

PASSWORD = "ลูกพลับ-9-ใบ"
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')


@pytest.fixture
def person(db):
    return make_person(make_unit(make_office()), Role.GENERAL_ADMIN, code="EX006", password=PASSWORD)


def sign_in(client, username="EX006", password=PASSWORD, query=""):
    return client.post(f"/sign-in/{query}", {"username": username, "password": password})


class TestSigningIn:
    @pytest.mark.parametrize("typed", ["EX006", "ex006", " eX006 "])
    def test_takes_the_code_in_any_case(self, client, person, typed):
        response = sign_in(client, typed)
        assert (response.status_code, response.headers["Location"]) == (302, "/")
        assert client.get("/office/").status_code == 200

    @pytest.mark.parametrize(
        ("where", "led_to"),
        [
            pytest.param("/office/holidays/", "/office/holidays/", id="own page"),
            pytest.param("https://evil.example/", "/", id="elsewhere"),
            pytest.param("//evil.example/", "/", id="elsewhere without scheme"),
            pytest.param("javascript:alert(1)", "/", id="script"),
        ],
    )
    def test_leads_on_only_within_the_application(self, client, person, where, led_to):
        assert sign_in(client, query=f"?next={where}").headers["Location"] == led_to

    def test_next_survives_the_form(self, client, person):
        given = {"username": "EX006", "password": PASSWORD, "next": "/office/audit/?who=x"}
        assert client.post("/sign-in/", given).headers["Location"] == "/office/audit/?who=x"

    @pytest.mark.parametrize(
        ("username", "password"),
        [("EX006", "wrong"), ("nobody", PASSWORD), ("", ""), ("EX006", "")],
        ids=["wrong password", "unknown code", "nothing", "no password"],
    )
    def test_refuses_in_the_same_words(self, client, person, username, password):
        response = sign_in(client, username, password)
        assert response.status_code == 200
        assert "ยังเข้าสู่ระบบไม่ได้" in response.content.decode()
        assert client.get("/office/").status_code == 302

    def test_refuses_who_is_inactive(self, client, person):
        person.is_active = False
        person.save()
        assert sign_in(client).status_code == 200

    def test_who_lost_the_account_is_out_at_once(self, client, person):
        sign_in(client)
        person.is_active = False
        person.save()
        assert client.get("/office/").status_code == 302

    def test_a_new_password_ends_the_sessions(self, client, person):
        sign_in(client)
        person.set_password("อีกอย่างหนึ่ง-10")
        person.save()
        assert client.get("/office/").status_code == 302

    def test_signing_out_needs_a_form_and_ends_the_session(self, client, person):
        sign_in(client)
        assert client.get("/sign-out/").status_code == 405
        assert client.post("/sign-out/").headers["Location"] == "/sign-in/"
        assert client.get("/office/").status_code == 302


class TestLockout:
    @pytest.fixture
    def tired(self, client, person):
        for _ in range(4):
            assert sign_in(client, "ex006", "wrong").status_code == 200
        assert sign_in(client, "EX006", "wrong").status_code == 429
        return client

    def test_the_fifth_wrong_try_locks_even_the_right_password(self, tired):
        response = sign_in(tired)
        assert response.status_code == 429
        assert "ครบ 5 ครั้ง" in response.content.decode()
        assert "15 นาที" in response.content.decode()

    def test_others_of_the_same_network_can_go_on(self, tired, person):
        make_person(person.memberships.first().unit, code="EX007", password=PASSWORD)
        assert sign_in(Client(), "EX007").status_code == 302

    def test_the_same_account_from_elsewhere_can_go_on(self, tired):
        elsewhere = Client(REMOTE_ADDR="10.0.0.9")
        assert sign_in(elsewhere).status_code == 302

    def test_a_success_forgets_the_wrong_tries(self, client, person):
        for _ in range(2):
            for _ in range(4):
                assert sign_in(client, password="wrong").status_code == 200
            assert sign_in(client).status_code == 302
            client.post("/sign-out/")

    def test_the_page_of_an_ended_session_counts_alike(self, client, person):
        carried = {"username": "EX006", "password": "wrong", "target": "/office/holidays/", "carried": "[]"}
        statuses = [client.post("/sign-in/resume/", carried).status_code for _ in range(5)]
        assert statuses == [403, 403, 403, 403, 429]


class TestEndedSession:
    """What was typed goes on through the sign-in and is saved by one more press."""

    TYPED = {"day": "5/12/2570", "name": "วันหยุด “พิเศษ” <b>\r\nสองบรรทัด", "source": "", "note": ["ก", "ข"]}

    @pytest.fixture
    def browser(self):
        """A browser that checks tokens, with the page's token as signed-out people have it."""
        return Client(enforce_csrf_checks=True)

    def token(self, response):
        return TOKEN.search(response.content)[1].decode()

    def stranger_posts(self, browser, typed=None):
        token = self.token(browser.get("/sign-in/"))
        return browser.post(
            "/office/holidays/?year=2570", {"csrfmiddlewaretoken": token} | (typed or self.TYPED)
        )

    def test_keeps_what_was_typed_and_saves_it_after_signing_in(self, browser, person):
        over = self.stranger_posts(browser)
        assert over.status_code == 403
        assert over.headers["Cache-Control"] == "no-store, private"
        carried = over.context["carried"]
        again = browser.post(
            "/sign-in/resume/",
            {
                "csrfmiddlewaretoken": self.token(over),
                "username": "ex006",
                "password": PASSWORD,
                "target": over.context["target"],
                "carried": carried,
            },
        )
        assert again.status_code == 200
        fields = hidden_fields(again)
        assert fields["note"] == ["ก", "ข"]
        assert fields["name"] == [self.TYPED["name"]]
        saved = browser.post(again.context["target"], fields)
        assert saved.status_code == 302
        assert Holiday.objects.get().name.startswith("วันหยุด “พิเศษ”")

    @pytest.mark.parametrize("address", ["/office/holidays/", "/reports/2026-11/EX006/save/"])
    def test_what_another_typed_is_shown_but_never_sent(self, client, person, address):
        make_person(person.memberships.first().unit, Role.GENERAL_ADMIN, code="EX007", password=PASSWORD)
        typed = {"drawn_for": "EX006", "name": "ข้อความของหก", "version": "17"}
        over = client.post(address, typed)
        assert (over.status_code, over.context["drawn_for"]) == (403, "EX006")
        given = {"username": "EX007", "password": PASSWORD} | {
            name: over.context[name] for name in ("target", "carried", "drawn_for")
        }
        shown = client.post("/sign-in/resume/", given)
        assert (shown.status_code, shown.context["text"]) == (403, "ข้อความของหก")
        assert "ข้อความของ EX006" in shown.content.decode()
        assert "บันทึกต่อ" not in shown.content.decode()
        assert client.post(address, typed).context["text"] == "ข้อความของหก"
        assert not Holiday.objects.exists()

    @pytest.mark.parametrize(
        ("last", "button"), [("save", ">บันทึกต่อ</button>"), ("submit", ">ส่งรายงานต่อ</button>")]
    )
    def test_the_button_says_what_it_does(self, client, person, last, button):
        given = {"username": "EX006", "password": PASSWORD, "drawn_for": "EX006"}
        carried = {"target": f"/reports/2026-11/EX006/{last}/", "carried": '[["version", "1"]]'}
        assert button in client.post("/sign-in/resume/", given | carried).content.decode()

    def test_stores_nothing_before(self, browser, person):
        self.stranger_posts(browser)
        assert not Holiday.objects.exists()

    def test_a_wrong_password_keeps_it_too(self, browser, person):
        over = self.stranger_posts(browser)
        fields = {"csrfmiddlewaretoken": self.token(over), "username": "EX006", "password": "wrong"}
        again = browser.post(
            "/sign-in/resume/",
            fields | {"target": over.context["target"], "carried": over.context["carried"]},
        )
        assert again.status_code == 403
        assert again.context["carried"] == over.context["carried"]
        assert "ยังเข้าสู่ระบบไม่ได้" in again.content.decode()

    def test_passwords_and_tokens_do_not_travel(self, client, db):
        over = client.post("/office/policy/", {"new_password": "x", "csrfmiddlewaretoken": "t", "stamp": "s"})
        assert json.loads(over.context["carried"]) == [["stamp", "s"]]

    def test_nothing_typed_leads_straight_on(self, client, person):
        given = {"username": "EX006", "password": PASSWORD, "target": "/office/", "carried": "[]"}
        assert client.post("/sign-in/resume/", given).headers["Location"] == "/office/"

    def test_a_reopened_tab_leads_to_the_sign_in_page(self, client, db):
        assert client.get("/sign-in/resume/", follow=True).redirect_chain == [("/sign-in/", 302)]

    @pytest.mark.parametrize(
        "bad",
        [
            pytest.param({"target": "https://evil.example/"}, id="elsewhere"),
            pytest.param({"target": "//evil.example/office/"}, id="elsewhere without scheme"),
            pytest.param({"target": "/no-such-page"}, id="no page"),
            pytest.param({"target": ""}, id="nowhere"),
            pytest.param({"carried": "{"}, id="not json"),
            pytest.param({"carried": "{}"}, id="not a list"),
            pytest.param({"carried": '[["a"]]'}, id="not pairs"),
            pytest.param({"carried": '[["a", 1]]'}, id="not texts"),
        ],
    )
    def test_a_made_up_form_is_refused(self, client, person, bad):
        given = {"username": "EX006", "password": PASSWORD, "target": "/office/", "carried": "[]"}
        assert client.post("/sign-in/resume/", given | bad).status_code == 400
        assert client.get("/office/").status_code == 302

    def test_the_script_of_a_page_learns_it_by_a_redirect(self, client, db):
        response = client.post("/office/holidays/", self.TYPED, headers={"HX-Request": "true"})
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/sign-in/")


class TestStaleToken:
    """The session changed in another tab: the form's token is no longer the browser's."""

    OWN = {"Origin": "http://testserver"}

    @pytest.fixture
    def browser(self, person):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        browser.get("/office/holidays/")
        return browser

    def test_the_form_can_be_sent_again(self, browser):
        typed = {"day": "5/12/2570", "name": "วันหยุด", "source": ""}
        refused = browser.post("/office/holidays/", typed | {"csrfmiddlewaretoken": "old"}, headers=self.OWN)
        assert refused.status_code == 403
        assert not Holiday.objects.exists()
        saved = browser.post(refused.context["target"], hidden_fields(refused), headers=self.OWN)
        assert saved.status_code == 302
        assert Holiday.objects.get().name == "วันหยุด"

    @pytest.mark.parametrize(
        "headers",
        [
            pytest.param({"Origin": "https://evil.example"}, id="another site"),
            pytest.param({"Origin": "null"}, id="hidden"),
            pytest.param({"Referer": "https://evil.example/x"}, id="another site's page"),
            pytest.param({}, id="unknown"),
        ],
    )
    def test_a_form_of_another_site_is_not_shown(self, browser, headers):
        refused = browser.post("/office/holidays/", {"name": "ของคนอื่น"}, headers=headers)
        assert refused.status_code == 403
        assert "ของคนอื่น" not in refused.content.decode()

    def test_a_stranger_signs_in_first(self, db):
        browser = Client(enforce_csrf_checks=True)
        refused = browser.post("/office/holidays/", {"name": "วันหยุด"}, headers=self.OWN)
        assert json.loads(refused.context["carried"]) == [["name", "วันหยุด"]]

    def test_the_page_of_an_ended_session_keeps_it_too(self, person):
        browser = Client(enforce_csrf_checks=True)
        given = {
            "username": "EX006",
            "password": PASSWORD,
            "target": "/office/",
            "carried": '[["name", "ก"]]',
        }
        refused = browser.post("/sign-in/resume/", given, headers=self.OWN)
        assert refused.status_code == 403
        assert (refused.context["target"], json.loads(refused.context["carried"])) == (
            "/office/",
            [["name", "ก"]],
        )
        made_up = browser.post("/sign-in/resume/", given | {"target": "//evil"}, headers=self.OWN)
        assert made_up.status_code == 400

    def test_the_sign_in_page_asks_to_be_opened_anew(self, person):
        refused = sign_in(Client(enforce_csrf_checks=True), query="?next=/office/")
        assert refused.status_code == 403
        assert 'href="/sign-in/?next=/office/"' in refused.content.decode()


@pytest.mark.parametrize(
    ("target", "own"),
    [("/office/", True), ("/office/jobs/1/?a=b", True), ("/\\evil.example", False), ("office/", False)],
)
def test_own_pages_are_paths_that_exist(target, own):
    assert is_own_page(target) is own


def hidden_fields(response):
    form = (
        response.content.decode()
        .partition(f'action="{response.context["target"]}"')[2]
        .partition("</form>")[0]
    )
    from html import unescape

    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form):
        fields.setdefault(unescape(name), []).append(unescape(value))
    return fields
