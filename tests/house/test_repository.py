"""The repository speaks of itself alone, keeps its data's provenance, and holds its sizes."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOUSES = ("schemas", "credentials", "registry")
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40


def tracked_files():
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return [ROOT / name for name in listing.stdout.decode().split("\0") if name]


def python_files():
    return [
        path
        for path in tracked_files()
        if path.suffix == ".py"
        and path.relative_to(ROOT).parts[0] in HOUSES
        and "migrations" not in path.parts
    ]


@pytest.mark.parametrize("path", python_files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_long_files_and_functions_give_their_reason(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    lines = text.splitlines()
    if len(lines) > MAX_FILE_LINES:
        assert "long" in (ast.get_docstring(tree) or "").lower(), (
            f"{len(lines)} lines: split it, or say in the module's docstring why it is long"
        )
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = (body[-1].end_lineno - body[0].lineno + 1) if body else 0
            assert length <= MAX_FUNCTION_LINES, f"{node.name} has {length} lines"


def test_every_public_name_of_the_lower_houses_has_a_docstring():
    missing = []
    for path in python_files():
        if path.relative_to(ROOT).parts[0] == "registry":
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            named = isinstance(node, ast.FunctionDef | ast.ClassDef)
            if named and not node.name.startswith("_") and not ast.get_docstring(node):
                missing.append(f"{path.relative_to(ROOT)}:{node.name}")
    assert missing == []


def test_nothing_names_a_package_address_or_a_path_of_a_machine():
    forbidden = re.compile(r'--(extra-)?index-url|"resolved": *"http|/root/|/home/\w+/')
    found = []
    for path in tracked_files():
        if path == Path(__file__) or path.suffix in {".woff2", ".png", ".mo", ".pdf", ".ico"}:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if forbidden.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line[:80]}")
    assert found == []


def test_requirements_are_pinned_with_hashes():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        requirements = re.findall(r"(?m)^([A-Za-z0-9_.\[\]-]+)==", text)
        assert requirements
        blocks = re.split(r"(?m)^(?=[A-Za-z0-9])", text)
        without = [block for block in blocks if "==" in block and "--hash=sha256:" not in block]
        assert without == []


def provenance_files():
    return [path for path in tracked_files() if path.name == "PROVENANCE.json"]


def test_there_is_data_to_check():
    assert provenance_files()


@pytest.mark.parametrize("path", provenance_files(), ids=lambda p: str(p.parent.relative_to(ROOT)))
def test_copied_data_has_origin_licence_and_its_bytes(path):
    rows = json.loads(path.read_text(encoding="utf-8"))["files"]
    for row in rows:
        assert row["origin"], row["path"]
        assert row["licence"], row["path"]
        raw = (path.parent / row["path"]).read_bytes()
        assert hashlib.sha256(raw).hexdigest() == row["sha256"], row["path"]
    listed = {row["path"] for row in rows}
    there = {
        str(file.relative_to(path.parent))
        for file in tracked_files()
        if path.parent in file.parents and file.name not in {"PROVENANCE.json", "map.json"}
    }
    assert there <= listed, f"not listed: {sorted(there - listed)[:5]}"


def test_the_core_starts_without_building_grammars():
    """One package for JSON Schema's formats took 2 s at every start: nothing like it comes back."""
    program = "import sys, credentials.cli; sys.exit('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
