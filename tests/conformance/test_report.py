"""The signed report: as it was signed, in words what it says in figures, and made by running."""

import json

import pytest

from conformance import report, suites
from credentials.errors import CredentialError
from tests.conftest import ROOT

WRITTEN = sorted((ROOT / "docs/conformance").glob("*.json"))
EACH = pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)


def test_the_version_of_today_has_its_report():
    assert report.version() in {path.stem for path in WRITTEN}


@EACH
def test_it_is_as_it_was_signed_and_its_page_says_the_same(path, capsys):
    did = report.check(path.read_bytes())
    told = json.loads(path.read_bytes())
    del told["proof"]
    assert path.with_suffix(".md").read_text(encoding="utf-8") == report.in_words(told, did)
    assert report.main(["--check", str(path)]) == 0
    assert did in capsys.readouterr().out


@EACH
def test_a_better_figure_is_not_as_it_was_signed(path, tmp_path, capsys):
    told = json.loads(path.read_bytes())
    told["dataSets"][0]["passed"] += 1
    with pytest.raises(CredentialError):
        report.check(json.dumps(told).encode())
    (tmp_path / "report.json").write_text(json.dumps(told))
    assert report.main(["--check", str(tmp_path / "report.json")]) == 1
    assert "not as it was signed" in capsys.readouterr().err


@EACH
def test_its_figures_are_those_of_its_tests_and_reach_their_goals(path):
    told = json.loads(path.read_bytes())
    for row in [*told["suites"], *told["dataSets"]]:
        for outcome in suites.OUTCOMES:
            listed = [line for line in row["results"][outcome].split("\n") if line]
            assert len(listed) == row[outcome], (row["name"], outcome)
    assert [row["name"] for row in told["dataSets"] if row["failed"]] == []
    goals = dict(zip((s.title for s in suites.SUITES), (65, 57, 125, 19, 35), strict=True))
    assert {row["name"]: row["passed"] for row in told["suites"]} == goals


def test_a_data_set_is_run(tmp_path):
    row = report.measured(
        next(d for d in report.DATA_SETS if d.fixtures == "c2sp-merkle"), tmp_path
    )
    assert row["passed"] == row["tests"] > 5
    assert (row["failed"], row["pending"]) == (0, 0)


def test_every_data_set_is_there():
    for data_set in report.DATA_SETS:
        for place in data_set.tests:
            assert (ROOT / place).exists(), place
        if data_set.fixtures is not None:
            assert (ROOT / "fixtures/vectors" / data_set.fixtures / "PROVENANCE.json").exists()
