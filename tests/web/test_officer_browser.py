"""The officer's journeys by keyboard alone, and every page of the desk under axe."""

import json
import subprocess
import sys
import time

import pytest

from tests.conftest import ROOT
from tests.web.keys import Keys
from tests.web.live import assert_accessible, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def office(site):
    """The site with what an officer finds in the morning."""
    program = subprocess.run(
        [sys.executable, "tests/web/officer_site.py"],
        cwd=ROOT,
        env=site["env"] | {"PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
        text=True,
    )
    return site | json.loads(program.stdout)


@pytest.fixture
def keys(office, browser):
    """An officer who has signed in, by keyboard too."""
    context = browser.new_context(locale="en", viewport={"width": 1280, "height": 900})
    keys, (email, password) = Keys(context.new_page()), office["sign_in"]["reviewer"]
    keys.page.goto(office["home"])
    keys.go("Sign in")
    keys.to("Email", exact=False).write(email).to("Password", exact=False).write(password)
    with keys.page.expect_navigation():
        keys.press()
    yield keys
    context.close()


def test_register_a_new_version_and_return_its_double(office, keys):
    keys.go("Review").says("7 applications wait for your decision")
    keys.go("Honey and its law").says("What is new since version 1")
    page = keys.page
    assert office["revised"] in page.url
    changed = page.locator("section").filter(has=page.get_by_role("heading", name="What is new"))
    assert "For those who sell honey, and for those who inspect it." in changed.inner_text()
    keys.to("Decision", exact=False).press()
    keys.to("Reasons", exact=False).write("The change is sound.")
    keys.go("Register").says("Registered. It is public now.")
    # The other of that name is a new activity: now its double is registered.
    keys.go("Honey and its law").says("Likely duplicates")
    assert office["twin"] in page.url
    alike = page.locator("section").filter(
        has=page.get_by_role("heading", name="Likely duplicates")
    )
    assert "Honey and its law" in alike.inner_text()
    assert "100%" in alike.inner_text()
    keys.go("Return to the institution").says("Say why it is returned and what to change.")
    # The focus stands on what is to be mended, and leads there.
    keys.to("Say why it is returned and what to change.").press()
    page.wait_for_function("document.activeElement.id === 'reasons'")
    keys.write("You have registered it already: make a new version of that one.")
    keys.go("Return to the institution").says("Returned. The institution sees your reasons.")
    keys.says("5 applications wait for your decision")


def test_suspend_seeing_what_it_touches_and_resume(office, keys):
    keys.go("Review").go("Registered activities")
    keys.to("Words of the title", exact=False).write("bees town")
    with keys.page.expect_navigation():
        keys.press()
    keys.go("Bees in the town").says("What a suspension touches")
    assert keys.page.locator(".office-number").inner_text() == "3"
    keys.says("3 credentials were issued for it.")
    keys.to("Why it is suspended", exact=False).write("A complaint is looked into.")
    keys.go("Suspend").says("Suspended. Nothing is awarded now.")
    keys.to("Why it is resumed", exact=False).write("It was settled.")
    keys.go("Resume").says("Resumed. It can be awarded again.")
    keys.go("History").says("It was suspended")
    keys.says("It was resumed")


def test_grant_an_accreditation_and_mend_its_faults(office, keys):
    keys.go("Review").go("Oversee institutions").go("Kalda Applied College")
    keys.go("Grant an accreditation").to("Framework")
    # A list is worked by its first letters.
    keys.write("EE").go("Go on").says("Estonian Qualifications Framework")
    keys.to("EstQF 6").press("Space")
    keys.to("Fields (ISCED-F)").write("zz")
    keys.to("Micro-degree").press("Space")
    keys.go("Grant").says("Give the reference of the decision, such as its file number.")
    page = keys.page
    assert page.get_by_label("EstQF 6").is_checked()
    keys.to("“zz” isn’t a field", exact=False).press()
    page.wait_for_function("document.activeElement.id === 'fields'")
    keys.press("Control+A").write("06")
    keys.to("Reference of the decision").write("HAKA 12-3/45")
    keys.go("Grant").says("Accredited.")
    facts = page.locator("dl.facts").inner_text()
    assert "Micro-degree" in facts
    assert time.strftime("%Y-%m-%d", time.gmtime()) in facts
    assert "no end" in facts


def test_of_two_officers_at_once_one_is_told(office, keys, browser):
    address = f"{office['home']}review/{office['overdue']}/"
    keys.page.goto(address)
    other = Keys(browser.new_context(locale="en").new_page())
    sign_in(other.page, office, "reviewer")
    other.page.goto(address)
    other.to("Reasons", exact=False).write("Two of its outcomes can't be assessed.")
    other.go("Return to the institution").says("Returned. The institution sees your reasons.")
    keys.to("Reasons", exact=False).write("Looks sound to me.")
    keys.go("Register").says("Somebody else was faster: Reet Reviewer decided on")
    keys.says("Two of its outcomes can't be assessed.")
    keys.says("What you wrote wasn’t entered: Looks sound to me.")
    assert keys.page.get_by_role("button", name="Register").count() == 0
    other.page.context.close()


def test_extend_the_time_with_a_reason(office, keys):
    keys.go("Review")
    keys.page.goto(f"{office['home']}review/{office['due']}/")
    keys.to("Extend it by 4 months").press()
    keys.to("Why more time is needed", exact=False).write("The expert is ill.")
    keys.go("Extend the time").says("time was extended")


PAGES = [
    "review/",
    "review/?urgency=overdue",
    "review/?framework=ee-estqf&urgency=soon",
    "review/{due}/",
    "review/{word}/",
    "review/activities/",
    "review/activities/{held}/",
    "review/activities/{revised}/",
    "review/institutions/",
    "review/institutions/?where=all",
    "review/institutions/kalda/",
    "review/institutions/wisla/accredit",
    "review/institutions/wisla/accredit?framework=nz-nzqcf",
    "review/accreditations/?when=all",
    "review/ahead/?days=3000",
    "review/ahead/?days=x",
    "review/ahead/?since=2022-08-01",
    "review/ahead/nz-nzqcf/nz-mc-2018/2022-09-01/",
    "history/activity/{held}/",
    "history/activity/{held}/?day=1999-01-01",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_pages_of_the_desk_are_accessible(office, browser, scheme, width):
    size = {"width": width, "height": 900}
    locale = "fr" if scheme == "dark" else "en"
    context = browser.new_context(viewport=size, color_scheme=scheme, locale=locale)
    page, problems = context.new_page(), []
    page.on("console", lambda message: problems.append(message.text))
    email, password = office["sign_in"]["reviewer"]
    page.goto(office["home"] + "accounts/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(office["home"])
    for path in PAGES:
        page.goto(office["home"] + path.format(**office))
        for details in page.locator("main details").all():
            details.evaluate("one => one.open = true")
        assert_accessible(page, width)
    page.goto(office["home"] + "review/accreditations/")
    page.locator("main .office-rows a").first.click()
    assert_accessible(page, width)
    page.locator("form button").first.click()
    assert_accessible(page, width)
    page.locator("main a.btn-primary").click()
    assert_accessible(page, width)
    page.locator("#reference").fill("")
    page.locator("main form button").click()
    assert page.locator("#reference-problem").is_visible()
    assert_accessible(page, width)
    page.goto(office["home"] + f"review/{office['word']}/")
    page.locator("button[value=RETURN]").click()
    assert page.locator("#reasons-problem").is_visible()
    assert_accessible(page, width)
    assert [text for text in problems if "Content Security Policy" in text] == []
    context.close()
