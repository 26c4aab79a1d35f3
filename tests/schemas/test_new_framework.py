"""A new framework is a folder of data: Cyprus as it stands, and one that is made here."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import schemas
from schemas.frameworks import framework
from tests.schemas.world import CASES, check, load

ASK = """
import json, sys
from datetime import date
from schemas.rules import Body, check_activity
question = json.load(sys.stdin)
found = check_activity(
    question["payload"], framework="xx-new", route="licence", day=date(2026, 3, 2),
    awarding_body=Body("chamber", True, "XX", "body"),
)
json.dump([[v.code, v.pointer, v.severity] for v in found], sys.stdout)
"""


@pytest.fixture
def answers(tmp_path):
    """What a copy of the package answers that was given one more folder, and nothing else."""
    package = tmp_path / "schemas"
    shutil.copytree(Path(schemas.__file__).parent, package)
    folder = package / "frameworks" / "xx-new"
    shutil.copytree(package / "frameworks" / "cy-cyqf", folder)
    value = json.loads((folder / "framework.json").read_text(encoding="utf-8"))
    route = value["routes"][0]
    value["code"] = "xx-new"
    value["sources_used"] = {"law": {"title": "A law", "url": "https://law.example"}}
    read = {"verified": True, "sources": ["law"]}
    route |= {"code": "licence", "provider_types": ["chamber"]}
    route["schema"] = "https://registry.example/schemas/frameworks/xx-new/licence-undated"
    route["size"] |= {"min": 2, "max": 6, "max_inclusive": True, **read}
    (folder / "framework.json").write_text(json.dumps(value), encoding="utf-8")
    rules = json.loads((folder / "short-course-undated.schema.json").read_text(encoding="utf-8"))
    rules["$id"] = route["schema"]
    (folder / "short-course-undated.schema.json").unlink()
    (folder / "licence-undated.schema.json").write_text(json.dumps(rules), encoding="utf-8")

    def ask(payload):
        run = subprocess.run(
            [sys.executable, "-c", ASK],
            input=json.dumps({"payload": payload}),
            capture_output=True,
            text=True,
            check=True,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
        )
        return json.loads(run.stdout)

    return ask


def cypriot():
    case = load(CASES / "ie-nfq" / "valid" / "one-credit-ai-act.json")
    payload = case["payload"]
    payload["title"] = {"el": "Ασφάλεια τροφίμων στην εστίαση", "en": "Food safety in catering"}
    payload["workload"] = {"hours": 75, "credits": 3, "credit_system": "ects", "contact_hours": 20}
    payload["level"] = {"national": "4", "eqf": [4]}
    payload["extra"] = {"qa_agency_reference": "fictional/2026/3"}
    return case | {"route": "short-course"}


def test_a_folder_is_all_it_takes(answers):
    payload = cypriot()["payload"]
    assert answers(payload) == []
    payload["workload"] |= {"hours": 175, "credits": 7}
    assert answers(payload) == [["size_above_maximum", "/workload/credits", "error"]]


def test_cyprus_has_eight_levels_one_to_one_and_nothing_read():
    frame = framework("cy-cyqf")
    assert [(level.code, level.eqf) for level in frame.levels] == [
        (str(number), (number,)) for number in range(1, 9)
    ]
    assert check("cy-cyqf", cypriot()) == ()
    facts = [frame.authority, frame.status, frame.register, frame.levels_fact]
    facts += [system.fact for system in frame.credit_systems]
    facts += [level.mapping for level in frame.levels]
    for route in frame.routes:
        facts += [route.size.fact, route.quality_assurance, route.assessment]
        facts += [field.fact for field in route.extra_fields]
    assert {fact.verified for fact in facts} == {False}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"level": {"national": None, "eqf": None}}, "level_required"),
        ({"level": {"national": "4", "eqf": [5]}}, "eqf_level_mismatch"),
        ({"extra": {}}, "extra_field_missing"),
    ],
)
def test_the_national_rules_of_cyprus_only_warn(change, code):
    case = cypriot()
    case["payload"] |= change
    assert [(v.code, v.severity) for v in check("cy-cyqf", case)] == [(code, "warning")]


def test_what_holds_everywhere_holds_in_cyprus():
    case = cypriot()
    case["payload"]["workload"] |= {"hours": 1500, "credits": 60}
    assert [(v.code, v.severity) for v in check("cy-cyqf", case)] == [
        ("not_a_micro_credential", "error")
    ]
