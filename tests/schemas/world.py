"""The cases of the frameworks: one JSON file each, an invalid one called after its one fault."""

import json
from datetime import date
from pathlib import Path

from schemas.frameworks import UnknownRoute
from schemas.rules import Body, check_activity

CASES = Path(__file__).parent / "cases"
FRAMEWORKS = (
    "ee-estqf",
    "es-mecu",
    "fr-cncp",
    "gb-sct-scqf",
    "ie-nfq",
    "mt-mqf",
    "nl-nlqf",
    "nz-nzqcf",
)


def files(kind, framework="*"):
    return sorted(CASES.glob(f"{framework}/{kind}/*.json"))


def name(path):
    return f"{path.parts[-3]}-{path.stem}"


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def body(case):
    return Body(slug="body", **case["body"])


def check(framework, case):
    return check_activity(
        case["payload"],
        framework=framework,
        route=case["route"],
        day=date.fromisoformat(case["day"]),
        awarding_body=body(case),
    )


def faults(framework, case):
    """Code, pointer and severity of each finding; a route out of force is one finding too."""
    try:
        found = check(framework, case)
    except UnknownRoute:
        return [{"code": "route_not_in_force", "pointer": "", "severity": "error"}]
    return [{"code": v.code, "pointer": v.pointer, "severity": v.severity} for v in found]
