"""What a browser without scripts sends: the fields of a page's form, as the page gives them."""

import re
from html.parser import HTMLParser

_LINE = {"text", "search", "email", "tel", "url", "password"}


class Page(HTMLParser):
    """The forms of a page; each is a list of (name, value) and the names of its submit buttons."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.forms, self.text_of, self.ids, self.links = [], {}, {}, []
        self._form = self._select = self._area = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        if "id" in at:
            assert at["id"] not in self.ids, f"two elements with the id {at['id']}"
            self.ids[at["id"]] = at
        if tag == "a" and "href" in at:
            self.links.append(at["href"])
        if tag == "form":
            self._form = {"action": at.get("action", ""), "fields": [], "buttons": [], "at": at}
            self.forms.append(self._form)
        if self._form is not None:
            self._field(tag, at, at.get("name"))

    def _field(self, tag, at, name):
        if tag == "input" and name:
            self._input(at, name, at.get("type", "text"))
        elif tag == "button" and name:
            self._form["buttons"].append((name, at.get("value", "")))
        elif tag == "select" and name:
            self._select = [name, None, None]
        elif tag == "option" and self._select is not None:
            value = at.get("value", "")
            if self._select[2] is None:
                self._select[2] = value
            if "selected" in at:
                self._select[1] = value
        elif tag == "textarea" and name:
            self._area = [name, ""]

    def _input(self, at, name, kind):
        fields, value = self._form["fields"], at.get("value", "")
        if kind in {"checkbox", "radio"}:
            if "checked" in at:
                fields.append([name, at.get("value", "on")])
        elif kind not in {"submit", "button", "file"}:
            # What a browser does to the value of such a field before anybody types.
            if kind in _LINE:
                value = value.replace("\r", "").replace("\n", "")
            if kind == "date" and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
                value = ""
            fields.append([name, value])

    def handle_data(self, data):
        if self._area is not None:
            self._area[1] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "select" and self._select is not None:
            name, chosen, first = self._select
            self._form["fields"].append([name, first if chosen is None else chosen])
            self._select = None
        elif tag == "textarea" and self._area is not None:
            # The first line break after the tag isn't part of the value (HTML, 13.1.2.5).
            name, value = self._area
            value = value.replace("\r\n", "\n").removeprefix("\n").replace("\n", "\r\n")
            self._form["fields"].append([name, value])
            self._area = None

    def form(self, id_):
        return next(form for form in self.forms if form["at"].get("id") == id_)


def sent(form, changes=None, act=None):
    """The body that the form sends after those changes, by the button of ``act``."""
    body = {}
    for name, value in form["fields"]:
        body.setdefault(name, []).append(value)
    for name, value in (changes or {}).items():
        body[name] = value if isinstance(value, list) else [value]
    if act is not None:
        assert ("act", act) in form["buttons"], (act, form["buttons"])
        body["act"] = [act]
    return body
