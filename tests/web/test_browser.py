"""The journey by mouse and keyboard in Chromium, on a server started as people start it."""

import json
import time
import urllib.request

import pytest

from credentials.exports import bake_png
from tests.conftest import ROOT
from tests.credentials.exports.test_baked import PNG
from tests.web.live import assert_accessible, sign_in

pytestmark = pytest.mark.browser


def test_the_journey_by_mouse_and_keyboard(site, browser, tmp_path):
    page = browser.new_context(accept_downloads=True, locale="en").new_page()
    sign_in(page, site, "registrar")
    page.get_by_role("link", name="Desk").click()
    fixtures = json.loads((ROOT / "fixtures/demo/fixtures.json").read_text(encoding="utf-8"))
    row = next(r for r in fixtures["activities"] if r["id"] == "mc-ee-001")
    page.get_by_role("link", name="New activity").click()
    way = page.locator(".card").filter(has_text="Mikrokvalifikatsioon").first
    way.get_by_role("button", name="Begin").click()
    page.get_by_role("link", name="As data").click()
    own = {"id", "provider", "awarding_body", "framework", "route", "expected"}
    payload = {name: value for name, value in row.items() if name not in own}
    payload["title"] = {"en": "A course made by mouse"}
    page.get_by_label("The activity, as data").fill(json.dumps(payload))
    page.get_by_role("button", name="Save and check").click()
    page.get_by_role("link", name="Form", exact=True).click()
    page.get_by_role("button", name="Submit for review").first.click()
    page.get_by_text("Submitted. The authority will decide.").wait_for()

    page = browser.new_context(locale="en").new_page()
    sign_in(page, site, "reviewer")
    page.get_by_role("link", name="Review").click()
    page.get_by_role("link", name="A course made by mouse").click()
    page.get_by_role("button", name="Register").click()
    page.get_by_text("Registered. It is public now.").wait_for()

    page = browser.new_context(locale="en").new_page()
    sign_in(page, site, "issuer")
    page.get_by_role("link", name="Desk").click()
    page.get_by_role("link", name="Award A course made by mouse").click()
    page.get_by_label("Full name of the learner").fill("Ελένη Καραγιάννη")
    page.get_by_label("E-mail address").fill(site["sign_in"]["learner"][0])
    page.get_by_label("Day of the award").fill(time.strftime("%Y-%m-%d", time.gmtime()))
    page.get_by_role("button", name="Sign and issue").click()
    page.get_by_text("Issued to Ελένη Καραγιάννη.").wait_for()

    page = browser.new_context(accept_downloads=True, locale="en").new_page()
    sign_in(page, site, "learner")
    page.get_by_role("link", name="My credentials").click()
    card = page.locator("section").filter(has_text="A course made by mouse")
    card.get_by_role("button", name="Make a link").click()
    link = page.locator("#share-link").inner_text()

    page = browser.new_context(accept_downloads=True, locale="en").new_page()
    page.goto(link)
    assert "Valid" in page.locator(".verdict h2").inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the signed file").click()
    file = tmp_path / "credential.json"
    download.value.save_as(file)
    for raw, words in ((file.read_bytes(), "Valid"), (flipped(file.read_bytes()), "Not valid")):
        file.write_bytes(raw)
        page.goto(site["home"] + "verify")
        page.get_by_label("Or choose its file").set_input_files(str(file))
        page.get_by_role("button", name="Verify").click()
        assert words in page.locator(".verdict h2").inner_text()


@pytest.mark.parametrize("width", [320, 1280])
def test_a_badge_is_verified_from_its_picture(site, browser, tmp_path, width):
    with urllib.request.urlopen(site["share"] + "/credential.json") as answer:
        badge = tmp_path / "badge.png"
        badge.write_bytes(bake_png(PNG, answer.read().decode()))
    page = browser.new_context(viewport={"width": width, "height": 900}, locale="en").new_page()
    page.goto(site["home"] + "verify")
    page.get_by_label("Or choose its file").set_input_files(str(badge))
    page.get_by_role("button", name="Verify").click()
    assert "Valid" in page.locator(".verdict h2").inner_text()
    assert "in a PNG picture" in page.locator("main").inner_text()
    for about in ("authentic", "in_force", "quality_assured", "recognised"):
        assert page.locator(f"#statement-{about}").inner_text().startswith("yes"), about
    assert_accessible(page, width)


def flipped(raw):
    changed = bytearray(raw)
    changed[len(raw) // 2] ^= 1
    return bytes(changed)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_pages_are_accessible(site, browser, scheme, width):
    size = {"width": width, "height": 900}
    context = browser.new_context(viewport=size, color_scheme=scheme, locale="en")
    page = context.new_page()
    problems = []
    page.on("console", lambda message: problems.append(message.text))
    sign_in(page, site, "learner")
    home = site["home"]
    paths = ["", "activities/", "institutions/", "institutions/kalda/", "frameworks/", "verify"]
    paths += ["activities/?q=data&country=EE", "activities/?q=nothing+such", "activities/compare"]
    paths += ["statistics/", "statistics/completeness/", "statistics/codebook/", "register/"]
    paths += ["ledger/", "institutions/kalda/keys"]
    paths += ["frameworks/mt-mqf/", "me/", "me/security/", "accounts/logout/"]
    activity = site["activity"]
    paths.append("activities/compare?id=" + activity.rstrip("/").rpartition("/")[2])
    urls = [*(home + path for path in paths), activity, f"{activity}versions/1/", site["share"]]
    for url in urls:
        page.goto(url)
        assert_accessible(page, width)
    assert [text for text in problems if "Content Security Policy" in text] == []


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_the_desk_is_accessible(site, browser, width, scheme):
    size = {"width": width, "height": 900}
    page = browser.new_context(viewport=size, color_scheme=scheme, locale="en").new_page()
    page.goto(site["home"] + "accounts/login/")
    assert_accessible(page, width)
    page.goto(site["home"] + "accounts/login/code/")
    assert_accessible(page, width)
    sign_in(page, site, "registrar")
    for path in ("desk/", "desk/lists/registered", "desk/import"):
        page.goto(site["home"] + path)
        assert_accessible(page, width)
    page.goto(site["home"] + "desk/activities/new")
    assert_accessible(page, width)
    page.locator(".card").filter(has_text="Mikrokvalifikatsioon").first.get_by_role(
        "button", name="Begin"
    ).click()
    assert_accessible(page, width)
    # What is wrong, at its field.
    page.get_by_role("button", name="Submit for review").first.click()
    assert page.locator("#refused").is_visible()
    assert_accessible(page, width)
    for tab in ("Preview", "As data"):
        page.get_by_role("link", name=tab).click()
        assert_accessible(page, width)


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_the_account_and_the_refusals_are_accessible(site, browser, width, scheme):
    size = {"width": width, "height": 900}
    page = browser.new_context(viewport=size, color_scheme=scheme, locale="fr").new_page()
    home = site["home"]
    for path in (
        "accounts/password/reset/",
        "accounts/inactive/",
        "s/nothing",
        "nothing/",
        "review/",
    ):
        page.goto(home + path)
        assert_accessible(page, width)
    page = browser.new_context(viewport=size, color_scheme=scheme, locale="en").new_page()
    sign_in(page, site, "registrar")
    own = ("me/security/", "accounts/password/change/", "accounts/2fa/webauthn/add/")
    own += (
        "accounts/2fa/totp/activate/",
        "accounts/reauthenticate/",
        "desk/lists/drafts",
        "review/",
    )
    for path in own:
        page.goto(home + path)
        assert_accessible(page, width)


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_an_award_and_the_stop_switch_are_accessible(site, browser, width, scheme):
    size = {"width": width, "height": 900}
    page = browser.new_context(viewport=size, color_scheme=scheme, locale="en").new_page()
    sign_in(page, site, "issuer")
    page.goto(site["home"] + "institutions/kalda/keys")
    assert page.get_by_role("button", name="Stop issuing").count() == 1
    assert_accessible(page, width)
    page.goto(site["home"] + "desk/")
    page.locator('a[href*="/desk/awards/"]').first.click()
    page.get_by_role("heading", name="Correct it").wait_for()
    assert_accessible(page, width)
    page.goto(site["share"])
    address = page.url
    page.goto(site["home"] + "verify")
    page.get_by_label("Paste the credential, or the link you received").fill(address)
    page.get_by_label("Also as of a day, if you like").fill("2025-03-01")
    page.get_by_role("button", name="Verify").click()
    page.get_by_role("heading", name="How it stands now").wait_for()
    assert_accessible(page, width)
