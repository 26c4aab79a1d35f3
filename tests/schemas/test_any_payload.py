"""Whatever is submitted gets an answer, and what nobody read in a source refuses nothing."""

import copy
import json
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import frameworks as package
from schemas.frameworks import framework, frameworks
from schemas.rules import Body, check_activity
from schemas.rules.case import Case
from schemas.rules.check import _violations
from schemas.validation import Violation
from tests.schemas.world import CASES, FRAMEWORKS, body, check, files, load, name

POINTER = re.compile(r"(/([^~/]|~[01])*)*", re.DOTALL)
PAYLOADS = [load(path)["payload"] for path in files("*")]
NAMES = sorted({name for payload in PAYLOADS for name in payload})
DAY = date(2026, 3, 2)
ROUTES = [
    (frame.code, route.code, DAY if route.holds_on(DAY) else route.valid_from)
    for frame in frameworks()
    for route in frame.routes
]
# Lone surrogates too: JSON can write them.
TEXTS = st.text(st.characters(exclude_categories=()), max_size=6)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
    | st.sampled_from(
        ["2026-02-29", "0001-01-01", "9999-12-31", "level_of_attendance", "7", "body"]
    )
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(TEXTS | st.sampled_from(["a/b", "~", "en", "type"]), inner, max_size=3)
    ),
    max_leaves=8,
)
BODIES = st.builds(
    Body,
    st.sampled_from(["public_he", "standard_setting_body", "", "x"]),
    st.booleans(),
    TEXTS,
    TEXTS,
)


def places(value, path=()):
    yield path
    rows = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        rows = enumerate(value)
    for key, inner in rows:
        yield from places(inner, (*path, key))


@st.composite
def spoilt(draw):
    """A real payload with something else in one or more of its places."""
    payload = copy.deepcopy(draw(st.sampled_from(PAYLOADS)))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from([place for place in places(payload) if place]))
        inner = payload
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = draw(VALUES)
    return payload


OBJECTS = (
    spoilt()
    | st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6)
    | st.dictionaries(TEXTS, VALUES, max_size=3)
)


@settings(max_examples=400, deadline=None)
@given(OBJECTS, st.sampled_from(ROUTES), BODIES)
def test_any_object_gets_an_answer_with_places_in_it(payload, at, awarding_body):
    code, route, day = at
    before = copy.deepcopy(payload)
    found = check_activity(
        payload, framework=code, route=route, day=day, awarding_body=awarding_body
    )
    assert payload == before
    assert len({(v.code, v.pointer) for v in found}) == len(found)
    for violation in found:
        assert isinstance(violation, Violation)
        assert POINTER.fullmatch(violation.pointer)
        assert violation.message
        if violation.source == "not verified in a source":
            assert violation.severity == "warning"


@pytest.mark.parametrize(
    "workload",
    [
        {"hours": 1e308, "credits": 5e-324},
        {"hours": 10**40, "credits": 1},
        {"hours": 100000, "credits": 1e-300},
        {"hours": 1e-300, "credits": 100000},
        {"hours": -1, "credits": -1},
    ],
)
def test_numbers_at_the_edge_get_an_answer(workload):
    case = load(CASES / "ee-estqf" / "valid" / "keevitus-5-ekap.json")
    case["payload"]["workload"] |= workload
    for code, route, day in ROUTES:
        assert check_activity(
            case["payload"], framework=code, route=route, day=day, awarding_body=body(case)
        )


def test_a_name_with_a_slash_is_one_step_of_the_pointer():
    case = load(CASES / "nz-nzqcf" / "invalid" / "title_word_reserved--national.json")
    case["payload"]["title"]["a/b~c"] = case["payload"]["title"].pop("en")
    places = {v.pointer for v in check("nz-nzqcf", case) if v.code == "title_word_reserved"}
    assert places == {"/title/a~1b~0c"}


def unread(value):
    """Data with every fact marked as one that nobody read in a source."""
    if isinstance(value, list):
        return [unread(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    doubted = {"verified": False, "mapping_verified": False, "sources": []}
    return {key: doubted.get(key, unread(inner)) for key, inner in value.items()}


def as_unread(code):
    path = Path(package.__file__).parent / code / "framework.json"
    return package._framework(unread(json.loads(path.read_text(encoding="utf-8"))))


# What holds whatever a country rules: shapes, arithmetic, the register's own tables and the
# European definition.
EVERYWHERE = {
    "academic_hours_not_counted",
    "assessment_not_listed",
    "attendance_is_not_assessment",
    "contact_hours_exceed_hours",
    "credit_system_unknown",
    "dates_out_of_order",
    "field_unknown",
    "level_renumbered",
    "level_unknown",
    "links_contradict",
    "missing",
    "not_a_micro_credential",
    "not_in_list",
    "outcome_code_twice",
    "outcome_not_assessed",
    "period_reversed",
    "registration_ended",
    "source_text_missing",
    "unknown_member",
    "workload_missing",
    "wrong_format",
    "wrong_type",
}
# Half or double of any range is a slip (decision 0002); the right to award is the register's own.
EVERYWHERE_TOO = {
    "hours_do_not_match_credits--25-hours-a-credit",
    "hours_do_not_match_credits--40-hours-for-5-ec",
    "hours_do_not_match_credits--5-credits-in-40-hours",
    "hours_do_not_match_credits--exactly-half-a-fet-credit",
    "provider_type_not_allowed--body-without-the-right",
}
# Values that a country is said to ask for; a date that is none would be wrong anywhere.
CLAIMED = {
    "not_in_list--certificate-on-paper",
    "not_in_list--major-award",
    "not_in_list--rs-kind-sectorielle",
    "not_in_list--target-group-jobseekers",
    "wrong_format--nzsced-of-four-digits",
}
IN_FORCE = [path for path in files("invalid") if not path.stem.startswith("route_not_in_force")]


@pytest.mark.parametrize("path", IN_FORCE, ids=name)
def test_a_fact_that_nobody_read_refuses_nothing(path):
    case, frame = load(path), as_unread(path.parts[-3])
    day = date.fromisoformat(case["day"])
    at = Case(case["payload"], frame, frame.route(case["route"], day), day, body(case))
    (found,) = [v for v in _violations(at) if v.code == case["fault"]["code"]]
    stands = found.code in EVERYWHERE or path.stem in EVERYWHERE_TOO
    if case["fault"]["severity"] == "warning" or path.stem in CLAIMED:
        stands = False
    assert found.severity == ("error" if stands else "warning")


@pytest.mark.parametrize("code", FRAMEWORKS)
def test_the_marks_are_those_of_the_data(code):
    read = framework(code)
    assert {route.quality_assurance.verified for route in as_unread(code).routes} == {False}
    assert any(route.quality_assurance.verified for route in read.routes)
