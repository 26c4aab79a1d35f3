"""A cryptosuite without published vectors fails the build: found by folder, not by a list."""

from __future__ import annotations

from pathlib import Path

import pytest

from credentials.proofs import SUITES

VECTORS = Path(__file__).resolve().parents[2] / "fixtures" / "vectors"


def folders_of(suite):
    return [path for path in VECTORS.glob(f"*/{suite}") if any(path.rglob("*.json"))]


@pytest.mark.parametrize("name", SUITES)
def test_every_suite_has_vectors_and_a_test_that_reads_them(name):
    found = folders_of(name)
    assert found, f"put the vectors of {name} into fixtures/vectors/<origin>/{name}/"
    tests = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")]
    origins = {path.parent.name for path in found}
    assert any(name in source and origin in source for origin in origins for source in tests)


@pytest.mark.parametrize("name", SUITES)
def test_a_suite_goes_by_its_own_name(name):
    assert SUITES[name].name == name


def test_a_suite_without_a_folder_would_be_found_out():
    assert folders_of("eddsa-imagined-2099") == []
