"""The provider's journey by keyboard alone: sign in, choose a way, write, mend, submit."""

import pytest

from tests.web.keys import Keys

pytestmark = pytest.mark.browser
# In the order of the form: a field by its name, and what is typed there. In a list, the first
# letters of an entry choose it; ``True`` ticks the box of that value.
TEXT = [
    ("/title/et", "", "Mesindus linnas"),
    ("/purpose/et", "", "Kõigile, kes peavad linnas mesilasi."),
    ("/learning_outcomes/0/dimension", "", "Skill"),
    (
        "/learning_outcomes/0/text/et",
        "",
        "Kirjeldab mesilaspere aastat ja planeerib selle hoolduse",
    ),
    ("/level/national", "", "EstQF 5"),
    ("/workload/hours", "", "about 156"),
    ("/workload/credits", "", "6"),
    ("/workload/credit_system", "", "EKAP"),
    ("/isced_f", "", "0613"),
    ("/participation", "", "Blended"),
    ("/assessment", "project_work", True),
    ("/quality_assurance/kind", "", "Right to teach"),
    ("/quality_assurance/text", "", "Õppekavarühma õppe läbiviimise õigus"),
    ("/extra/study_programme_group", "", "Informaatika ja infotehnoloogia"),
    ("/extra/ehis_programme_id", "", "FICT-900042"),
    ("/extra/instruction_language", "", "Estonian"),
    ("/stackability/integration", "", "Counts"),
    ("/validity/kind", "", "Does not expire"),
]


def test_write_mend_and_submit_an_activity(site, browser):
    context = browser.new_context(locale="en", viewport={"width": 1280, "height": 900})
    keys, (email, password) = Keys(context.new_page()), site["sign_in"]["registrar"]
    page = keys.page
    page.goto(site["home"])
    keys.go("Sign in")
    keys.to("Email", exact=False).write(email).to("Password", exact=False).write(password)
    with page.expect_navigation():
        keys.press()
    keys.go("Desk").go("New activity")
    keys.field("route", "ee-estqf/mikrokvalifikatsioon")
    with page.expect_navigation():
        keys.press()
    # Enter on the skip link leads past the menu, as on every page.
    keys.to("Skip to the content").press()
    for name, value, typed in TEXT:
        keys.field(name, value)
        keys.press("Space") if typed is True else keys.write(typed)
    # The nearest way to save is the button of the part one is in.
    keys.go("Save draft", exact=False)
    keys.says("Write a number such as 2.5, without separators of thousands.")
    assert page.locator("[name='/title/et']").input_value() == "Mesindus linnas"
    keys.field("/workload/hours").press("Control+A").write("156")
    keys.go("Submit for review").says("It is saved, but not submitted yet. Mend these first:")
    keys.says("Languages of instruction: Still to fill in.")
    keys.field("/languages_of_instruction").write("Estonian")
    keys.go("Submit for review").says("Submitted. The authority will decide.")
    keys.go("Desk").says("Waiting for a decision")
    waiting = page.locator("section").filter(has_text="Waiting for a decision")
    assert "Mesindus linnas" in waiting.inner_text()
    context.close()
