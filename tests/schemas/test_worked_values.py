"""The worked values of the national rules, each in a test of its own."""

import copy
from datetime import date
from decimal import Decimal

import pytest

from registry.awards.validity import valid_until
from schemas import vocabularies
from schemas.catalogue import schema
from schemas.days import years_after
from schemas.frameworks import framework, frameworks
from tests.schemas.world import CASES, check, load

ACTIVITY = "https://registry.example/schemas/activity/v1"


def case(code, name):
    return load(CASES / code / "valid" / f"{name}.json")


def found(code, name, **workload):
    one = case(code, name)
    one["payload"]["workload"] |= workload
    one["payload"].get("extra", {}).pop("self_study_hours", None)
    return {(v.code, v.severity) for v in check(code, one) if not v.pointer.startswith("/extra")}


FIVE_CREDITS = [
    ("mt-mqf", "mqf_credit", 125, 125),
    ("ro-roqf", "ects-he", 140, 150),
    ("nl-nlqf", "ec", 140, 140),
    ("ee-estqf", "eap", 130, 130),
]


@pytest.mark.parametrize(("code", "system", "low", "high"), FIVE_CREDITS)
def test_five_credits_are_so_many_hours(code, system, low, high):
    credits_ = framework(code).credit_system(system)
    assert credits_.min_hours * 5 == low
    assert credits_.max_hours * 5 == high


def test_malta_counts_25_hours_a_credit():
    name = "hotel-reception-level-3"
    assert found("mt-mqf", name, hours=125, credits=5, contact_hours=25) == set()
    refused = {("hours_do_not_match_credits", "error")}
    assert found("mt-mqf", name, hours=130, credits=5, contact_hours=25) == refused


def test_estonia_counts_26_hours_a_credit():
    assert found("ee-estqf", "keevitus-5-ekap", hours=130, credits=5) == set()
    refused = {("hours_do_not_match_credits", "error")}
    assert found("ee-estqf", "keevitus-5-ekap", hours=125, credits=5) == refused


def test_the_netherlands_count_28_hours_a_credit_but_nobody_read_it():
    assert found("nl-nlqf", "ad-niveau-5-logistiek", hours=140, credits=5) == set()
    doubted = {("hours_do_not_match_credits", "warning")}
    assert found("nl-nlqf", "ad-niveau-5-logistiek", hours=125, credits=5) == doubted


def test_ten_scottish_points_are_100_hours_and_not_125():
    assert found("gb-sct-scqf", "level-ten-data-ethics", hours=100, credits=10) == set()
    refused = {("hours_do_not_match_credits", "error")}
    assert found("gb-sct-scqf", "level-ten-data-ethics", hours=125, credits=10) == refused


@pytest.mark.parametrize(
    ("code", "name", "per_credit", "credits", "refused"),
    [
        ("es-mecu", "riego-inteligente-2-ects", 25, 14, None),
        ("es-mecu", "riego-inteligente-2-ects", 25, 15, "size_not_below_maximum"),
        ("ee-estqf", "andmeanalyys-eap", 26, 5, None),
        ("ee-estqf", "andmeanalyys-eap", 26, 30, None),
        ("ee-estqf", "andmeanalyys-eap", 26, 4, "size_below_minimum"),
        ("ee-estqf", "andmeanalyys-eap", 26, 31, "size_above_maximum"),
        ("nz-nzqcf", "tikanga-in-health", 10, 40, None),
        ("nz-nzqcf", "tikanga-in-health", 10, 41, "size_above_maximum"),
        ("nl-nlqf", "rechtspraak-en-ai", 28, 3, None),
        ("nl-nlqf", "rechtspraak-en-ai", 28, 30, None),
    ],
)
def test_bounds_hold_to_the_credit(code, name, per_credit, credits, refused):
    got = found(code, name, hours=per_credit * credits, credits=credits)
    assert got == ({(refused, "error")} if refused else set())


@pytest.mark.parametrize(
    ("code", "level", "eqf"),
    [
        ("gb-sct-scqf", "9", (6,)),
        ("gb-sct-scqf", "10", (6,)),
        ("ie-nfq", "7", (6,)),
        ("ie-nfq", "8", (6,)),
        ("gb-sct-scqf", "2", ()),
        ("si-sqf", "9", (7, 8)),
    ],
)
def test_levels_show_the_eqf_level_they_have(code, level, eqf):
    assert framework(code).level(level).eqf == eqf


def test_slovenian_level_nine_is_asked():
    from schemas.rules.case import Body, Case
    from schemas.rules.levels import eqf_rule

    frame = framework("si-sqf")
    body = Body("chamber", can_award=True, country="SI", slug="body")
    day = date(2026, 3, 2)
    route = frame.route("dodatna-kvalifikacija", day)
    for stated, codes in ((None, ["eqf_level_ambiguous"]), ([7, 8], ["eqf_level_ambiguous"])):
        payload = {"level": {"national": "9", "eqf": stated}}
        assert [v.code for v in eqf_rule(Case(payload, frame, route, day, body))] == codes
    payload = {"level": {"national": "9", "eqf": [7]}}
    assert list(eqf_rule(Case(payload, frame, route, day, body))) == []


def test_malta_four_credits_need_twenty_contact_hours():
    name = "dementia-care-4-credits"
    assert found("mt-mqf", name, contact_hours=20) == set()
    assert found("mt-mqf", name, contact_hours=19) == {("contact_hours_too_few", "error")}


def test_36_months_from_29_february_2024_end_on_28_february_2027():
    ends = valid_until({"kind": "expires", "months": 36}, date(2024, 2, 29))
    assert ends.date() == date(2027, 2, 28)
    assert years_after(date(2024, 2, 29), 3) == date(2027, 2, 28)


@pytest.mark.parametrize(("old", "now"), [("V", "3"), ("IV", "4"), ("III", "5"), ("II", "6")])
def test_french_levels_of_before_2019_have_one_of_today(old, now):
    one = case("fr-cncp", "bloc-paie")
    one["payload"]["level"] = {"national": old, "eqf": None}
    (violation,) = check("fr-cncp", one)
    assert (violation.code, violation.params["levels"]) == ("level_renumbered", now)


def test_the_old_level_one_is_seven_or_eight_and_is_asked():
    one = case("fr-cncp", "bloc-cybersecurite-niveau-7")
    one["payload"]["level"] = {"national": "I", "eqf": None}
    (violation,) = check("fr-cncp", one)
    assert violation.code == "level_renumbered"
    assert violation.params["levels"] == "7, 8"


def test_six_years_are_assumed_only_where_the_profile_says_so():
    row = {"type": "institutional", "body": "A quality agency", "from": "2020-03-01"}
    dutch = case("nl-nlqf", "met-bewijs-van-de-nvao")
    dutch["payload"]["quality_assurance_evidence"] = [row]
    assert check("nl-nlqf", dutch) == ()
    european = copy.deepcopy(dutch) | {"route": "eu-2022"}
    european["payload"]["workload"]["credit_system"] = "ects"
    assert european["day"] == "2026-03-02"
    (violation,) = check("eu-baseline", european)
    assert violation.code == "quality_assurance_not_current"
    assert check("eu-baseline", european | {"day": "2026-03-01"}) == ()


def test_academic_hours_are_45_minutes_and_marked():
    ekap = framework("ee-estqf").credit_system("ekap")
    assert Decimal(35) * ekap.academic_minutes / 60 == ekap.max_hours
    marked = [s for f in frameworks() for s in f.credit_systems if s.academic_minutes]
    assert [system.code for system in marked] == ["ekap"]


def test_national_classifications_stand_beside_isced():
    slots = {
        (frame.code, one.scheme): frame_route.extra_field(one.field)
        for frame in frameworks()
        for frame_route in frame.routes
        for one in frame_route.classifications
    }
    assert {scheme for _, scheme in slots} == {"NZSCED", "KLASIUS", "CESM", "OFO"}
    assert all(slots.values())
    assert "isced_f" in schema(ACTIVITY)["required"]


@pytest.mark.parametrize(
    ("vocabulary", "values"),
    [
        ("dimension", ("properties", "learning_outcomes", "items", "properties", "dimension")),
        ("assessment-type", ("$defs", "assessment")),
        ("quality-assurance", ("$defs", "quality_assurance")),
        ("participation", ("properties", "participation")),
    ],
)
def test_the_schema_and_the_vocabulary_name_the_same_terms(vocabulary, values):
    part = schema(ACTIVITY)
    for step in values:
        part = part[step]
    assert set(part["enum"]) == set(vocabularies.terms(vocabulary))
