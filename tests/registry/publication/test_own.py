"""Our own JSON keeps its schema, and carries the payload so that its digest can be checked."""

import hashlib
import json
from dataclasses import replace

import pytest
import rfc8785

from registry.activities.publication import FORMATS, Standing, render
from registry.activities.publication.model import standing_of
from registry.activities.publication.own import SCHEMA_ID
from schemas import vocabularies
from schemas.validation import validate
from tests.registry.publication import world

LEVEL = {"national": "1", "label": "1", "uri": None, "eqf": [], "eqf_uri": []}


def document(it, space="elm"):
    return json.loads(render(it, "json", space))


@pytest.mark.parametrize("name", [*world.ALL, "full"])
def test_every_activity_of_the_demo_keeps_the_schema(name):
    whole = document(world.full() if name == "full" else world.published(name))
    assert validate(whole, SCHEMA_ID) == ()
    # RFC 8785 by another hand than ours.
    assert hashlib.sha256(rfc8785.dumps(whole["payload"])).hexdigest() == whole["digest"]


@pytest.mark.parametrize("path", world.CASES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_every_valid_case_keeps_the_schema(path):
    assert validate(document(world.of_case(path)), SCHEMA_ID) == ()


@pytest.mark.parametrize(
    ("pointer", "change"),
    [
        ("/state", {"state": "DRAFT"}),
        ("/digest", {"digest": "sha256:0"}),
        ("/versions", {"versions": []}),
        ("", {"unheard": True}),
        ("/level/eqf/0", {"level": LEVEL | {"eqf": [9]}}),
        ("/payload/title", {"payload": {}}),
    ],
)
def test_the_schema_refuses_what_it_should(pointer, change):
    found = validate(document(world.full()) | change, SCHEMA_ID)
    assert pointer in {violation.pointer for violation in found}


def test_the_address_space_of_the_field_is_chosen_at_output():
    it = world.published("mc-ee-001")
    assert document(it)["field"]["uri"] == "http://data.europa.eu/snb/isced-f/0613"
    assert document(it, "esco")["field"]["uri"] == "http://data.europa.eu/esco/isced-f/0613"


def test_no_level_is_null_and_no_eqf_level_is_an_empty_list():
    assert document(world.published("mc-fr-001"))["level"] is None
    assert document(world.published("mc-nz-001"))["level"]["eqf"] == []


def test_roles_are_apart_and_a_mere_name_has_no_address():
    parties = document(world.published("mc-nl-001"))["parties"]
    assert parties["platform"]["slug"] == "openladder"
    assert parties["awarding_body"]["slug"] == "waterkant"
    full = document(world.full())["parties"]
    assert full["developer"] == {"name": {"und": "HUP"}}
    assert [row.get("slug") for row in full["providers"]] == ["jadran", None]


def test_every_kind_of_quality_assurance_says_who_vouches():
    kinds = vocabularies.terms("quality-assurance")
    assert {standing_of(kind) for kind in kinds} == set(Standing)
    # What has no place in the European list of accreditations is never shown as one.
    own = {kind for kind in kinds if standing_of(kind) is Standing.OWN_WORD}
    assert own == {kind for kind, term in kinds.items() if term.uri is None}
    assert standing_of("something new") is Standing.OWN_WORD


def test_an_older_version_says_that_it_is_one():
    it = replace(world.published("mc-ee-001", number=2), number=1, of_version=True)
    assert document(it)["current"] is False
    assert [row["version"] for row in document(it)["versions"]] == [2, 1]


def test_the_same_facts_give_the_same_bytes():
    for name in FORMATS:
        assert render(world.full(), name) == render(world.full(), name)
