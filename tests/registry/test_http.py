"""Which form of a document is wanted, and whether it changed: RFC 9110 case by case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.activities.publication import FORMATS
from registry.common.http import entity_tag, link, preferred, unchanged


class Html:
    name, media_type, profile = "html", "text/html", ""


OFFERS = (Html, *FORMATS.values())
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
ELM = "http://data.europa.eu/snb/model/ap/loq-constraints"


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("", "html"),
        ("*/*", "html"),
        (BROWSER, "html"),
        ("nonsense", "html"),
        ("application/json;profile*=nothing''x", "html"),
        ("application/json", "json"),
        ("Application/JSON; charset=utf-8", "json"),
        ("application/json, text/html;q=0.9", "json"),
        ("application/json;q=0.5, text/html;q=0.9", "html"),
        ("application/*", "json"),
        ("application/ld+json", "elm"),
        (f'application/ld+json; profile="{ELM}"', "elm"),
        ('application/ld+json;profile="https://schema.org"', "schema"),
        ('application/ld+json;profile="https://schema.org/"', "schema"),
        ('application/ld+json;profile="urn:x https://schema.org";q=0.3', "schema"),
        ('application/ld+json;profile="urn:a,b", application/json;q=0.1', "json"),
        ("application/ld+json;q=0, */*", "html"),
        ("text/html;q=0, */*", "json"),
        ("text/html;q=0, application/json;q=0, */*;q=0.1", "elm"),
        ("application/json;q=2", "json"),
        ("application/json;q=x", "json"),
        ("text/turtle", None),
        ("application/json;q=0", None),
        ('application/ld+json;profile="urn:unheard"', None),
        ("text/csv, application/xml", None),
    ],
)
def test_the_form_that_is_wanted(accept, name):
    found = preferred(accept, OFFERS)
    assert (found.name if found else None) == name


@given(st.text())
def test_any_header_has_an_answer(accept):
    assert preferred(accept, OFFERS) in (*OFFERS, None)


def test_a_tag_is_of_exactly_these_bytes():
    tag = entity_tag(b"a")
    assert tag != entity_tag(b"b")
    assert unchanged(tag, tag)
    assert unchanged(f'"x", {tag}', tag)
    assert unchanged(f"W/{tag}", tag)
    assert unchanged(tag, f"W/{tag}")
    assert unchanged("*", tag)
    assert not unchanged("", tag)
    assert not unchanged('"x"', tag)


def test_a_link_keeps_its_quotes_inside():
    written = link("https://a.example/", "alternate", type='application/ld+json; profile="x"')
    assert written == (
        '<https://a.example/>; rel="alternate"; type="application/ld+json; profile=\\"x\\""'
    )
