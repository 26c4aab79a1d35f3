"""The schema.org documents have what a course must have, in the vocabulary's own words."""

import json
import re

import pytest

from registry.activities.publication import render
from registry.activities.publication.values import hours_duration
from tests.conftest import ROOT
from tests.registry.publication import world

TERMS = json.loads((ROOT / "fixtures/schema-org/terms-30.0.json").read_text(encoding="utf-8"))
REQUIRED = {
    *("name", "description", "provider", "url", "inLanguage", "hasCourseInstance"),
    *("educationalCredentialAwarded", "teaches", "about", "version", "dateModified"),
}
DAY = r"\d{4}-\d{2}-\d{2}"
PLAIN = {"Text", "URL", "Date", "DateTime", "Duration", "Number", "Integer"}


def document(name):
    it = world.full() if name == "full" else world.published(name)
    return json.loads(render(it, "schema"))


def faults(node, place="Course"):
    """Properties the type doesn't have, and values of a kind the property doesn't take."""
    kinds = TERMS["types"][node["@type"]]
    for name, value in node.items():
        if name.startswith("@"):
            continue
        where = f"{place}.{name}"
        known = TERMS["properties"].get(name)
        if known is None or not set(known["domain"]) & set(kinds):
            yield where
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) and "@type" in one:
                if not set(known["range"]) & set(TERMS["types"][one["@type"]]):
                    yield where
                yield from faults(one, where)
            elif isinstance(one, dict):
                if set(one) != {"@language", "@value"} or "Text" not in known["range"]:
                    yield where
            elif not PLAIN & set(known["range"]):
                yield where


@pytest.mark.parametrize("name", [*world.ALL, "full"])
def test_every_activity_of_the_demo_is_a_course(name):
    whole = document(name)
    assert set(whole) >= REQUIRED
    assert (whole["@context"], whole["@type"]) == ("https://schema.org", "Course")
    assert list(faults(whole)) == []
    (run,) = whole["hasCourseInstance"]
    assert run["courseMode"]
    if "courseWorkload" in run:
        assert re.fullmatch(r"PT(\d+H)?(\d+M)?(\d+S)?", run["courseWorkload"])
    for key in ("datePublished", "dateModified"):
        assert re.fullmatch(DAY, whole[key])


def test_the_check_of_the_vocabulary_sees_something():
    whole = document("full")
    assert list(faults(whole | {"awarder": "x"})) == ["Course.awarder"]
    assert list(faults(whole | {"provider": {"@type": "Course"}})) == ["Course.provider"]
    assert list(faults(whole | {"hasCourseInstance": "x"})) == ["Course.hasCourseInstance"]


@pytest.mark.parametrize("name", ["mc-au-001", "mc-eu-001", "mc-gr-002", "mc-nl-001"])
def test_what_no_public_body_assures_is_recognised_by_nobody(name):
    assert "recognizedBy" not in document(name)["educationalCredentialAwarded"]


def test_recognition_names_the_authority_that_accredited():
    named = document("full")["educationalCredentialAwarded"]["recognizedBy"]
    assert [row["name"] for row in named] == [
        [{"@language": "en", "@value": "Ministry"}, {"@language": "hr", "@value": "Ministarstvo"}]
    ]


def test_no_eqf_level_where_none_exists():
    terms = document("mc-nz-001")["educationalLevel"]
    assert [row["inDefinedTermSet"] for row in terms] == ["NZQCF"]
    assert "educationalLevel" not in document("mc-au-001")


def test_all_languages_of_a_text_are_there():
    names = document("mc-ee-001")["name"]
    assert {row["@language"] for row in names} == {"et", "en", "fr"}


@pytest.mark.parametrize(
    ("hours", "written"),
    [(156, "PT156H"), (7.5, "PT7H30M"), (0, "PT0H"), (0.25, "PT15M"), (12.255, "PT12H15M18S")],
)
def test_hours_are_written_as_hours(hours, written):
    assert hours_duration(hours) == written
