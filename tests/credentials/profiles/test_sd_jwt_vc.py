"""The table of ``docs/formats.md`` for SD-JWT VC, kept true: every claim stands there, and every
element that has one can be taken back.
"""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from credentials.errors import Malformed
from credentials.profiles import sd_jwt_vc
from tests.conftest import ROOT
from tests.credentials.world import AT, FACTS

TABLE = (ROOT / "docs/formats.md").read_text(encoding="utf-8").partition("# The same in an SD")[2]
NAMED = set(re.findall(r"`([A-Za-z.]+)(?:\[\])?`", TABLE))
ALWAYS = {"vct", "cnf", "status", "attestation_legal_category", "identifier", "activity"}
QA = replace(FACTS.quality_assurance[0], reference="R-1")
FULL = replace(FACTS, quality_assurance=(QA,))


def claims(**changes):
    return sd_jwt_vc.build(replace(FULL, **changes))[0]


def test_every_claim_stands_in_the_table():
    made = claims()
    assert made.keys() - ALWAYS <= NAMED
    assert {f"activity.{name}" for name in made["activity"]} <= NAMED


def test_the_table_names_no_claim_that_there_is_not():
    learner = replace(FULL.learner, given_name=None)
    made = claims().keys() | claims(learner=learner).keys()
    made |= {f"activity.{name}" for name in claims()["activity"]}
    words = {name for name in NAMED if name not in {"value", "credentials.profiles.sd"}}
    assert {name for name in words if name[:1].islower() and "." not in name} <= made | ALWAYS
    assert {name for name in words if name.startswith("activity.")} <= made


def test_the_elements_can_be_taken_back():
    made = claims()
    assert made["givenName"] == FULL.learner.given_name
    assert made["familyName"] == FULL.learner.family_name
    assert made["sub"] == FULL.learner.id
    assert made["dateOfBirth"] == FULL.learner.date_of_birth.isoformat()
    assert made["title"] == FULL.title["en"]
    assert made["issuanceDate"] == FULL.awarded_on.isoformat()
    assert (made["iat"], made["nbf"]) == (AT.timestamp(), AT.timestamp())
    assert made["exp"] == FULL.valid_until.timestamp()
    assert made["learningOutcomes"] == [outcome.text["en"] for outcome in FULL.outcomes]
    assert made["escoReference"] == [skill for row in FULL.outcomes for skill in row.esco]
    assert made["level"] == f"EQF-{FULL.level.eqf}"
    assert made["accreditation"] == ["R-1"]
    assert made["qualityAssurance"] == ["QA (HAKA)"]
    assert (made["grade"], made["gradingScheme"]) == (FULL.grade, FULL.grading_scheme)
    assert made["partOfQualification"] == list(FULL.stackable_towards)
    assert made["activity"]["id"] == FULL.activity_url
    facts = sd_jwt_vc.facts_of(made)["achievement"]
    assert facts["framework"] == FULL.level.framework
    assert facts["nationalLevel"] == FULL.level.national
    assert facts["isced"].endswith(FULL.isced_f)


@pytest.mark.parametrize(
    ("hours", "credits", "system", "expected"),
    [
        ("156", "6", "ects", {"value": 6, "unit": "ECTS"}),
        ("156", "6.5", "ekap", {"value": 156, "unit": "hours"}),
        (None, "6.5", "ekap", {"value": 6.5, "unit": "ekap"}),
        ("12.5", None, "ects", {"value": 12.5, "unit": "hours"}),
    ],
)
def test_workload_is_in_ects_where_possible(hours, credits, system, expected):
    size = replace(
        FULL.workload,
        hours=hours and Decimal(hours),
        credits=credits and Decimal(credits),
        credit_system=system,
    )
    assert claims(workload=size)["notionalWorkload"] == expected


def test_without_a_grade_there_is_no_scheme_and_nothing_to_hide():
    made, hidden = sd_jwt_vc.build(replace(FULL, grade=None))
    assert {"grade", "gradingScheme"}.isdisjoint(made.keys() | set(hidden))


def test_codes_that_no_vocabulary_has():
    for change in ({"assessment_types": ("made_up",)}, {"participation": "x"}, {"setting": "x"}):
        with pytest.raises(Malformed) as caught:
            claims(**change)
        assert caught.value.code == "facts.unknown_code"


@pytest.mark.parametrize(
    ("kind", "stackable"),
    [("stackable", True), ("component", True), ("stand_alone", False), ("complementary", False)],
)
def test_what_counts_as_stackable(kind, stackable):
    made = claims(stackability=kind, stackable_towards=())
    assert (made["stackable"], made["activity"]["stackability"]) == (stackable, kind)
    assert "partOfQualification" not in made
    assert "stackable" not in claims(stackability=None)
