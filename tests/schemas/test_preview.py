"""A rule change is announced with its first day: which drafts would it break?"""

import copy
from datetime import date

import pytest

from schemas.frameworks import UnknownRoute, framework
from schemas.rules import Draft, check_activity, preview
from tests.schemas.world import CASES, body, load

LAST_OF_OLD, FIRST_OF_NEW = date(2022, 8, 31), date(2022, 9, 1)


def draft(kind, name):
    case = load(CASES / "nz-nzqcf" / kind / f"{name}.json")
    return Draft(case["payload"], body(case))


@pytest.fixture
def drafts():
    old = draft("valid", "rules-of-2018-last-day")
    complete = copy.deepcopy(old.payload)
    complete["extra"] |= {
        "nzsced": "050101",
        "purpose_outcome_statement": "Maps of pasture for advice on feed",
        "employment_or_community_pathway": "Farm adviser",
        "developer": "Tūī Coast Polytechnic",
    }
    small = copy.deepcopy(complete)
    small["workload"] |= {"hours": 40, "credits": 4}
    return {
        "as the rules of 2018 ask": old,
        "with the fields of 2022": Draft(complete, old.awarding_body),
        "four credits": Draft(small, old.awarding_body),
    }


def broken(drafts, day, route="nz-mc-2018"):
    found = preview(drafts, framework="nz-nzqcf", route=route, day=day)
    return {name: {(v.code, v.pointer) for v in violations} for name, violations in found.items()}


def test_the_rules_of_2022_break_what_lacks_their_fields(drafts):
    assert broken(drafts, FIRST_OF_NEW) == {
        "as the rules of 2018 ask": {
            ("extra_field_missing", "/extra/nzsced"),
            ("extra_field_missing", "/extra/purpose_outcome_statement"),
            ("extra_field_missing", "/extra/employment_or_community_pathway"),
            ("extra_field_missing", "/extra/developer"),
        }
    }


def test_until_then_the_rules_of_2018_count(drafts):
    refused = {("size_below_minimum", "/workload/credits")}
    assert broken(drafts, LAST_OF_OLD) == {"four credits": refused}


def test_a_preview_says_what_a_check_on_that_day_says(drafts):
    found = preview(drafts, framework="nz-nzqcf", route="nz-mc-2018", day=FIRST_OF_NEW)
    for name, one in drafts.items():
        errors = [
            violation
            for violation in check_activity(
                one.payload,
                framework="nz-nzqcf",
                route="nz-mc-2022",
                day=FIRST_OF_NEW,
                awarding_body=one.awarding_body,
            )
            if violation.severity == "error"
        ]
        assert list(found.get(name, ())) == errors


def test_a_warning_breaks_nothing():
    reserved = draft("invalid", "title_word_reserved--national")
    assert broken({"reserved": reserved}, date(2027, 1, 1), "nz-mc-2022") == {}


def test_where_no_rules_are_in_force_every_draft_breaks(drafts):
    found = broken(drafts, date(2018, 8, 21))
    assert found == {name: {("route_not_in_force", "")} for name in drafts}


def test_a_route_that_never_was_is_the_callers_mistake(drafts):
    with pytest.raises(UnknownRoute):
        preview(drafts, framework="nz-nzqcf", route="nz-mc-2030", day=FIRST_OF_NEW)


def test_a_successor_is_no_predecessor():
    frame = framework("nz-nzqcf")
    assert frame.route_in_force("nz-mc-2018", FIRST_OF_NEW).code == "nz-mc-2022"
    assert frame.route_in_force("nz-mc-2022", LAST_OF_OLD) is None
