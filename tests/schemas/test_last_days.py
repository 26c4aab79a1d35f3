"""The last days of a text, the time to decide, the types of award, and rules to come."""

import copy
import json
import shutil
from datetime import date

import pytest

from schemas.days import months_after
from schemas.frameworks import announced, framework, frameworks
from schemas.rules import life
from tests.schemas.world import CASES, check, load

DAY = date(2026, 3, 2)


def payload(code, name, **parts):
    return copy.deepcopy(load(CASES / code / "valid" / f"{name}.json")["payload"]) | parts


def of(code, route, text, day=DAY):
    return life(text, framework=code, route=route, day=day)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2024, 2, 29), 36, date(2027, 2, 28)),
        (date(2026, 3, 2), 4, date(2026, 7, 2)),
        (date(2025, 10, 31), 4, date(2026, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(9999, 12, 1), 1, date.max),
    ],
)
def test_months_are_counted_by_the_calendar(start, months, end):
    assert months_after(start, months) == end


def test_the_days_stated_are_the_last_days():
    dates = {"review": "2027-05-31", "registration_end": "2028-01-01", "last_achievement": None}
    text = payload("nl-nlqf", "ad-niveau-5-logistiek", dates=dates)
    found = of("nl-nlqf", "ho-microcredential", text)
    assert (found.review_on, found.registration_end) == (date(2027, 5, 31), date(2028, 1, 1))
    assert found.last_achievement is None


def test_a_verified_review_period_counts_where_no_day_is_stated():
    files = sorted((CASES / "nz-nzqcf" / "valid").glob("*.json"))
    text = next(c["payload"] for c in map(load, files) if c["route"] == "nz-mc-2022")
    text = {**text, "dates": {}}
    assert of("nz-nzqcf", "nz-mc-2022", text).review_on == date(2029, 3, 2)
    text["dates"] = {"review": "2028-01-01"}
    assert of("nz-nzqcf", "nz-mc-2022", text).review_on == date(2028, 1, 1)


def test_assurance_ends_with_the_first_that_must_be_current():
    text = payload("nl-nlqf", "ad-niveau-5-logistiek")
    text["quality_assurance"] = text["quality_assurance"] | {"valid_until": "2028-01-01"}
    text["quality_assurance_evidence"] = [
        {"type": "institutional", "body": "A", "from": "2024-01-01", "until": "2026-12-31"},
        {"type": "institutional", "body": "B", "from": "2024-01-01", "until": "2027-06-30"},
    ]
    assert of("nl-nlqf", "ho-microcredential", text).assured_until == date(2027, 6, 30)
    # One without an end goes on; six years are assumed only where the profile says so.
    text["quality_assurance_evidence"].append(
        {"type": "institutional", "body": "C", "from": "2026-01-01"}
    )
    assert of("nl-nlqf", "ho-microcredential", text).assured_until == date(2028, 1, 1)
    text["quality_assurance_evidence"] = text["quality_assurance_evidence"][2:]
    text["quality_assurance"].pop("valid_until")
    assert of("eu-baseline", "eu-2022", text).assured_until == date(2032, 1, 1)


def test_nothing_is_made_of_what_is_not_of_its_shape():
    assert of("eu-baseline", "eu-2022", {"dates": [], "quality_assurance": 7}).review_on is None
    odd = {"dates": {"review": "soon"}, "quality_assurance_evidence": [None, {"from": 3}]}
    assert of("eu-baseline", "eu-2022", odd).assured_until is None


def test_poland_decides_in_four_months_and_nobody_else_is_known_to():
    known = {
        frame.code: route.decision_period
        for frame in frameworks()
        for route in frame.routes
        if route.decision_period is not None
    }
    assert set(known) == {"pl-pqf"}
    fact = known["pl-pqf"]
    assert (fact.value, fact.verified) == ({"months": 4, "extension_months": 4}, True)
    assert fact.sources


def test_irish_awards_have_classes_and_others_their_route():
    ireland = framework("ie-nfq")
    assert ireland.award_types() == {
        "qqi-minor-special",
        "qqi-minor-special/minor",
        "qqi-minor-special/special_purpose",
        "qqi-minor-special/supplemental",
        "dab-microcred",
    }
    route = next(r for r in ireland.routes if r.code == "qqi-minor-special")
    assert route.award_types_of({"extra": {"award_class": "minor"}}) == {
        "qqi-minor-special",
        "qqi-minor-special/minor",
    }
    for odd in ({}, {"extra": 3}, {"extra": {"award_class": "major"}}, {"extra": None}):
        assert route.award_types_of(odd) == {"qqi-minor-special"}


def test_rules_to_come_are_those_whose_first_day_lies_ahead(tmp_path):
    source = CASES.parents[2] / "schemas" / "frameworks" / "nz-nzqcf" / "framework.json"
    row = json.loads(source.read_text(encoding="utf-8"))
    coming = copy.deepcopy(row["routes"][0]) | {"valid_from": "2027-01-01", "code": "nz-mc-2027"}
    row["routes"].append(coming)
    folder = tmp_path / "nz-nzqcf"
    folder.mkdir()
    (folder / "framework.json").write_text(json.dumps(row), encoding="utf-8")
    shutil.copytree(source.parents[1] / "pl-pqf", tmp_path / "pl-pqf")
    found = announced(DAY, tmp_path)
    assert [(f.code, r.code, r.valid_from) for f, r in found] == [
        ("nz-nzqcf", "nz-mc-2027", date(2027, 1, 1))
    ]
    assert announced(date(2027, 1, 1), tmp_path) == ()
    assert [r.code for _, r in announced(date(2022, 8, 31), tmp_path)] == [
        "nz-mc-2022",
        "nz-mc-2027",
    ]


def reserved(title):
    files = sorted((CASES / "nz-nzqcf" / "valid").glob("*.json"))
    case = next(c for c in map(load, files) if c["route"] == "nz-mc-2022")
    case["payload"]["title"] = title
    found = [v for v in check("nz-nzqcf", case) if v.code == "title_word_reserved"]
    return sorted((v.params["word"], v.pointer, v.severity) for v in found)


def test_each_reserved_word_of_a_title_is_a_finding_of_its_own():
    assert reserved({"en": "National diploma of bees", "mi": "Bees, national"}) == [
        ("diploma", "/title/en", "warning"),
        ("national", "/title/en", "warning"),
        ("national", "/title/mi", "warning"),
    ]
    assert reserved({"en": "Nationality of bees"}) == []
