"""Decisions that a reader could break without noticing are held here."""

import ast
import re

import pytest

from credentials.encoding import parse_json
from tests.conftest import ROOT
from tests.credentials.world import Issuer

RECORDS = sorted((ROOT / "docs/decisions").glob("*.md"))
MODULES = sorted(
    path for path in (ROOT / "registry").rglob("*.py") if "migrations" not in path.parts
)


def test_every_decision_has_a_number_of_its_own():
    numbers = [path.name[:4] for path in RECORDS]
    assert len(set(numbers)) == len(numbers)
    for path in RECORDS:
        text = path.read_text(encoding="utf-8")
        assert re.match(rf"# {path.name[:4]}( —|:) \S", text), path.name


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.name)
def test_what_a_decision_names_is_there(path):
    text = path.read_text(encoding="utf-8")
    named = re.findall(r"`((?:docs|registry|credentials|schemas|tests|benchmarks)/[\w./-]+)`", text)
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_nothing_listens_and_no_row_saves_itself_in_a_way_of_its_own():
    """0012: no signals, no ``save()`` of our own."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                names = {alias.name for alias in node.names}
                assert "signals" not in (node.module or "").split("."), path
                assert not names & {"signals", "receiver"}, path
            if isinstance(node, ast.FunctionDef):
                assert node.name != "save", path


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_the_proof_of_what_we_issue_is_a_list(suite):
    """0011."""
    value = parse_json(Issuer().issue(suite))
    assert isinstance(value["proof"], list)
    assert len(value["proof"]) == 1


def test_services_refuse_with_templates():
    """0016: a message that is put together before it is raised can't be said in French."""
    from tests.house.words import refusals

    built = re.compile(r"the code f['\"]")
    assert [text for text in refusals().unread if built.search(text)] == []
