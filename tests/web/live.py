"""What tests do with a live site: sign in, and hold a page to the rules of accessibility."""

from axe_playwright_python.sync_playwright import Axe

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def sign_in(page, site, role):
    email, password = site["sign_in"][role]
    page.goto(site["home"] + "accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(site["home"])


def assert_accessible(page, width):
    """No violation of WCAG 2.2 AA that axe finds, and nothing to scroll sideways for."""
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
