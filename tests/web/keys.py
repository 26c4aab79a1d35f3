"""A page worked by keyboard alone: every step is a key, and each focus must be seen."""

MAX_TABS = 300
# What has the focus lies in the window and is marked by more than a colour.
SEEN = """() => { const one = document.activeElement, box = one.getBoundingClientRect();
return box.top < innerHeight && box.bottom > 0 && getComputedStyle(one).outlineStyle !== "none" }"""


class Keys:
    """A page that is read and worked by keyboard: nothing here clicks or fills by script."""

    def __init__(self, page):
        self.page = page

    def focused(self):
        """What has the focus, by the name that a person would call it."""
        return self.page.evaluate(
            """() => { const one = document.activeElement;
            if (!one || one === document.body) return "";
            const label = one.labels && one.labels.length ? one.labels[0].innerText : "";
            return (label || one.innerText || one.value || "").trim(); }"""
        )

    def to(self, name, *, exact=True):
        """Tab on until something of that name has the focus; it must be seen to have it."""
        for _ in range(MAX_TABS):
            self.page.keyboard.press("Tab")
            found = self.focused()
            if found == name or (not exact and name in found):
                # The page may still be moving there.
                self.page.wait_for_function(SEEN, timeout=3_000)
                return self
        raise AssertionError(f"no key leads to {name!r} on {self.page.url}")

    def field(self, name, value=""):
        """Tab on to a field by its name in the form, and to the box of one value of several."""
        for _ in range(MAX_TABS):
            self.page.keyboard.press("Tab")
            found = self.page.evaluate(
                "() => [document.activeElement.name || '', document.activeElement.value || '']"
            )
            if found[0] == name and value in {"", found[1]}:
                self.page.wait_for_function(SEEN, timeout=3_000)
                return self
        raise AssertionError(f"no key leads to the field {name!r} on {self.page.url}")

    def press(self, key="Enter"):
        self.page.keyboard.press(key)
        return self

    def write(self, text):
        self.page.keyboard.type(text)
        return self

    def go(self, name, *, exact=True):
        """Follow a link or press a button, and wait for the page that comes."""
        self.to(name, exact=exact)
        with self.page.expect_navigation():
            self.press()
        return self

    def says(self, text):
        self.page.get_by_text(text).first.wait_for()
        return self
