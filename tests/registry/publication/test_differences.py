"""Two texts of an activity, compared part by part."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.activities.publication.differences import differences
from tests.conftest import ROOT
from tests.registry.publication import world

SCHEMA = ROOT / "schemas/activity/activity-v1.schema.json"
LISTS = (
    "towards",
    "requires",
    "designed_with",
    "languages_of_instruction",
    "assessment",
    "prerequisites",
    "delivered_by",
    "sectors",
    "transitions",
)
LIKE_IT = {key: ["Another"] for key in LISTS} | {
    "links": [{"type": "requires", "activity": "urn:x:y"}]
}
PAYLOADS = [world.published(name).payload for name in world.ALL] + [world.full().payload]


def changed(**changes):
    before = world.full().payload
    return [
        (d.part, d.key, d.language, d.before, d.after)
        for d in differences(before, {**before, **changes})
    ]


def test_nothing_differs_from_itself():
    for payload in PAYLOADS:
        assert differences(payload, copy.deepcopy(payload)) == ()


@given(st.sampled_from(PAYLOADS), st.sampled_from(PAYLOADS))
def test_each_way_round_says_the_same(one, other):
    there, back = differences(one, other), differences(other, one)
    assert {(d.part, d.key, d.language, d.before, d.after) for d in there} == {
        (d.part, d.key, d.language, d.after, d.before) for d in back
    }
    assert (one == other) == (there == ())


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"workload": {"hours": 200, "credits": 7.5, "credit_system": "csvet"}},
            [
                ("workload.hours", "", "", "187.5", "200"),
                ("workload.contact_hours", "", "", "12.25", None),
            ],
        ),
        (
            {"languages_of_instruction": ["hr", "en"]},
            [("languages_of_instruction", "en", "", None, "en")],
        ),
        ({"level": {"national": "5", "eqf": [5]}}, [
            ("level.national", "", "", "4.2", "5"), ("level.eqf", "", "", "4", "5"),
        ]),
        ({"prerequisites": []}, [
            ("prerequisites", "Razina 4.1 i liječnička potvrda", "",
             "Razina 4.1 i liječnička potvrda", None),
        ]),
    ],
)  # fmt: skip
def test_what_changed_is_named(changes, expected):
    assert changed(**changes) == expected


def test_an_outcome_is_known_by_its_code_and_a_text_by_its_language():
    outcomes = copy.deepcopy(world.full().payload["learning_outcomes"])
    first = outcomes[0]["code"]
    outcomes[0]["text"]["hr"] = "Drukčije"
    gone = outcomes.pop()
    found = changed(learning_outcomes=outcomes)
    assert found[0][:3] == ("outcome", first, "hr")
    assert found[0][4] == "Drukčije"
    assert {(key.partition(" ")[0], after) for _, key, _, _, after in found[1:]} == {
        (gone["code"], None)
    }


def test_every_member_of_a_payload_is_compared():
    whole = world.full().payload
    for name in whole:
        if name == "isced_f_label":
            continue  # a word for isced_f, nothing by itself
        less = {key: value for key, value in whole.items() if key != name}
        empty = whole[name] in ([], {}, None)
        assert bool(differences(whole, less)) != empty, name


def members(schema, path=()):
    """Where a value may stand, by the activity's schema: objects are taken apart, lists aren't."""
    for name, inner in schema.get("properties", {}).items():
        found = list(members(inner, (*path, name)))
        yield from found or [(*path, name)]


# A word for isced_f is nothing by itself.
PATHS = [path for path in members(json.loads(SCHEMA.read_text())) if path != ("isced_f_label",)]


@pytest.mark.parametrize("path", PATHS, ids=".".join)
def test_no_member_that_the_schema_knows_is_overlooked(path):
    """Of a text that lacks it, and of one that has it: a page says what changed."""
    before = world.full().payload
    after = copy.deepcopy(before)
    place = after
    for name in path[:-1]:
        place = place.setdefault(name, {})
    if place.pop(path[-1], None) in (None, [], {}):
        place[path[-1]] = LIKE_IT.get(path[-1], "7")
    assert differences(before, after) != ()
