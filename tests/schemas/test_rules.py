"""Every framework by its own rules: the fixtures' activities, their refusals, worked values."""

import copy
from datetime import date

import pytest

from schemas.frameworks import UnknownRoute, framework, frameworks
from schemas.rules import Body, check_activity
from tests.conftest import FIXTURES, OWN

DAY = date(2026, 1, 1)
PROVIDERS = {row["id"]: row for row in FIXTURES["providers"]}
ACTIVITIES = {row["id"]: row for row in FIXTURES["activities"]}


def body(name):
    row = PROVIDERS[name]
    return Body(row["type"], row["can_award"], row["country"], name)


def found(row, day=DAY):
    payload = {name: value for name, value in row.items() if name not in OWN}
    return check_activity(
        payload,
        framework=row["framework"],
        route=row["route"],
        day=day,
        awarding_body=body(row["awarding_body"]),
    )


@pytest.mark.parametrize("name", ACTIVITIES)
def test_every_activity_of_the_fixtures_is_accepted(name):
    assert found(ACTIVITIES[name]) == ()


@pytest.mark.parametrize("case", FIXTURES["negative_cases"], ids=lambda case: case["id"])
def test_every_refusal_case_is_refused_with_its_meaning(case):
    row = copy.deepcopy(ACTIVITIES[case["based_on"]])
    for name, value in case["changes"].items():
        row["extra"].update(value) if name == "extra" else row.update({name: value})
    if case["id"] == "neg-17":
        row["extra"].pop("strand", None)
    violations = found(row)
    codes = {
        v.code + (f":{v.params['field']}" if v.code == "extra_field_missing" else "")
        for v in violations
        if v.severity == case["expected"]
    }
    assert set(case["expected_codes"]) <= codes
    for violation in violations:
        assert violation.message
        assert violation.pointer.startswith("/") or violation.pointer == ""
    if case["expected"] == "warning":
        assert not [v for v in violations if v.severity == "error"]


def sized(name, hours, credits, contact=None):
    row = copy.deepcopy(ACTIVITIES[name])
    row["workload"] |= {"hours": hours, "credits": credits}
    if contact is not None:
        row["workload"]["contact_hours"] = contact
    return {v.code for v in found(row) if v.severity == "error"}


@pytest.mark.parametrize(
    ("name", "hours", "credits", "refused"),
    [
        ("mc-es-001", 350, 14, None),
        ("mc-es-001", 375, 15, "size_not_below_maximum"),
        ("mc-ee-001", 130, 5, None),
        ("mc-ee-001", 780, 30, None),
        ("mc-ee-001", 104, 4, "size_below_minimum"),
        ("mc-ee-001", 806, 31, "size_above_maximum"),
        ("mc-nz-001", 400, 40, None),
        ("mc-nz-001", 410, 41, "size_above_maximum"),
        ("mc-nl-001", 84, 3, None),
        ("mc-nl-001", 840, 30, None),
        ("mc-sct-001", 100, 10, None),
        ("mc-sct-001", 125, 10, "hours_do_not_match_credits"),
    ],
)
def test_worked_sizes(name, hours, credits, refused):
    assert sized(name, hours, credits, contact=min(hours, 40)) == ({refused} if refused else set())


def test_malta_asks_five_contact_hours_a_credit():
    assert sized("mc-mt-001", 100, 4, contact=20) == set()
    assert sized("mc-mt-001", 100, 4, contact=19) == {"contact_hours_too_few"}


def test_national_levels_and_eqf_are_a_relation():
    assert framework("gb-sct-scqf").level("9").eqf == framework("gb-sct-scqf").level("10").eqf
    assert framework("ie-nfq").level("7").eqf == framework("ie-nfq").level("8").eqf == (6,)
    assert framework("gb-sct-scqf").level("2").eqf == ()
    assert len(framework("si-sqf").level("9").eqf) == 2


def test_rules_have_dates():
    frame = framework("nz-nzqcf")
    assert frame.route("nz-mc-2018", date(2022, 8, 31)).version == "nz-mc-2018-2018-08-22"
    with pytest.raises(UnknownRoute):
        frame.route("nz-mc-2018", date(2022, 9, 1))
    with pytest.raises(UnknownRoute):
        framework("ee-estqf").route("mikrokraad", date(2025, 3, 31))


def test_every_fact_says_where_it_was_read_or_that_it_was_not():
    for frame in frameworks():
        for route in frame.routes:
            for fact in (route.size.fact, route.quality_assurance):
                assert fact.citation
                assert fact.sources or not fact.verified
