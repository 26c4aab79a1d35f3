"""Eight frameworks, case by case: what is right passes, what is wrong is named at its place."""

import json
from datetime import date

import pytest

from schemas.frameworks import framework
from schemas.rules import RULES
from schemas.rules.case import Case
from tests.schemas.world import CASES, FRAMEWORKS, body, check, faults, files, load, name


@pytest.mark.parametrize("path", files("valid"), ids=name)
def test_a_valid_case_is_accepted(path):
    assert [v for v in check(path.parts[-3], load(path)) if v.severity == "error"] == []


@pytest.mark.parametrize("path", files("invalid"), ids=name)
def test_an_invalid_case_has_the_one_fault_it_is_called_after(path):
    case = load(path)
    assert faults(path.parts[-3], case) == [case["fault"]]
    assert path.stem.partition("--")[0] == case["fault"]["code"]
    assert path.stem.partition("--")[2]


@pytest.mark.parametrize("code", FRAMEWORKS)
def test_each_framework_has_its_cases(code):
    assert len(files("valid", code)) >= 10
    assert len(files("invalid", code)) >= 15
    payloads = [json.dumps(load(path)["payload"], sort_keys=True) for path in files("valid", code)]
    titles = [json.dumps(load(path)["payload"]["title"]) for path in files("valid", code)]
    assert len(set(payloads)) == len(payloads)
    assert len(set(titles)) == len(titles)


def test_no_case_lies_where_nobody_looks():
    walked = {*files("valid"), *files("invalid")}
    assert {path for path in CASES.rglob("*") if path.is_file()} == walked
    assert {path.parts[-3] for path in walked} == set(FRAMEWORKS)


@pytest.mark.parametrize("code", FRAMEWORKS)
def test_every_route_has_valid_and_invalid_cases(code):
    routes = {route.code for route in framework(code).routes}
    assert {load(path)["route"] for path in files("valid", code)} == routes
    assert {load(path)["route"] for path in files("invalid", code)} == routes


def _finds(rule, path):
    case, frame = load(path), framework(path.parts[-3])
    day = date.fromisoformat(case["day"])
    if not any(route.code == case["route"] and route.holds_on(day) for route in frame.routes):
        return False
    at = frame.route(case["route"], day)
    return any(rule(Case(case["payload"], frame, at, day, body(case))))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_rule_refuses_some_case(rule):
    assert any(_finds(rule, path) for path in files("invalid"))
