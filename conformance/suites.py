"""The public suites, run from outside against the server of ``conformance.server``.

Their code is no part of this project: ``make conformance-report SUITES=folder`` takes clones of
them, each with its npm packages installed, gives each a ``localConfig.cjs`` and changes no more.
"""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OUTCOMES = ("passed", "failed", "pending")
ROOT = Path(__file__).resolve().parents[1]
# The suite of VC-JOSE-COSE calls an implementation in a container; ours is a command.
_DOCKER = """#!/bin/sh
# docker compose -f FILE run --rm NAME issue|verify --input /tests/input/x --key ...
shift 6
for word do
  shift
  case $word in /tests/*) word="$SUITE$word";; esac
  set -- "$@" "$word"
done
cd "$PROJECT" && exec "$PYTHON" -m credentials jose "$@"
"""


@dataclass(frozen=True)
class Suite:
    """One suite: its folder's name, the tests that it counts when nothing is left out."""

    folder: str
    title: str
    tests: int
    note: str = ""


SUITES = (
    Suite(
        "vc-data-model-2.0-test-suite",
        "Verifiable Credentials Data Model 2.0",
        65,
        "With the digests of credentials/v2 that the suite took over in May 2026.",
    ),
    Suite("vc-di-eddsa-test-suite", "Data Integrity EdDSA", 57),
    Suite(
        "vc-di-ecdsa-test-suite",
        "Data Integrity ECDSA",
        133,
        "Three tests are pending in the suite. Five use vectors whose issuer isn't the key's: a "
        "verifier that binds key to issuer refuses them, and so reaches 125.",
    ),
    Suite(
        "vc-bitstring-status-list-test-suite",
        "Bitstring Status List",
        27,
        "Eight tests are of optional fields or pending; 19 are required.",
    ),
    Suite("vc-jose-cose-test-suite", "Securing with JOSE and COSE", 35),
)


def run(suite: Suite, folder: Path, base: str, ids: Path) -> dict[str, Any]:
    """What came of one suite: counts, and the title of every test with its outcome."""
    home = folder / suite.folder
    (home / "localConfig.cjs").write_bytes((ROOT / "conformance/local_config.cjs").read_bytes())
    told = ids.parent / f"{suite.folder}.json"
    (home / "tests/output").mkdir(exist_ok=True)
    command = ["npx", "--no-install", "mocha", "tests/", "--timeout", "60000"]
    command += ["--preserve-symlinks", "--reporter", "json", "--reporter-option", f"output={told}"]
    env = dict(os.environ) | {
        "BASE_URL": base,
        "IDS": str(ids),
        "NODE_TLS_REJECT_UNAUTHORIZED": "0",
        "PATH": f"{_stand_in(ids.parent)}{os.pathsep}{os.environ['PATH']}",
        "PROJECT": str(ROOT),
        "PYTHON": sys.executable,
        "SUITE": str(home),
    }
    subprocess.run(command, cwd=home, env=env, capture_output=True, check=False, timeout=600)
    found = json.loads(told.read_text(encoding="utf-8"))
    failed = {row["fullTitle"] for row in found["failures"]}
    pending = {row["fullTitle"] for row in found["pending"]}
    rows = [(_of(row["fullTitle"], failed, pending), row["fullTitle"]) for row in found["tests"]]
    return {
        "name": suite.title,
        "source": f"w3c/{suite.folder}",
        "version": _version(home),
        "tests": suite.tests,
        "passed": found["stats"]["passes"],
        "failed": found["stats"]["failures"],
        "pending": found["stats"]["pending"],
        "note": suite.note,
        "results": listed(rows),
    }


def listed(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The tests by outcome, a line each: a report is read as strictly as a credential."""
    found: dict[str, list[str]] = {name: [] for name in OUTCOMES}
    for outcome, title in rows:
        found[outcome].append(" ".join(title.split())[:160])
    return {name: "\n".join(titles) for name, titles in found.items()}


def _of(title: str, failed: set[str], pending: set[str]) -> str:
    return "failed" if title in failed else "pending" if title in pending else "passed"


def _version(home: Path) -> str:
    command = ["git", "log", "-1", "--format=%h (%cs)"]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _stand_in(folder: Path) -> Path:
    place = folder / "bin"
    place.mkdir(exist_ok=True)
    script = place / "docker"
    script.write_text(_DOCKER, encoding="ascii")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return place


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, Path]]:
    """The server's address, and the file with its issuers' identifiers in ``folder``."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    ids = folder / "ids.json"
    command = [sys.executable, "-m", "conformance.server", str(port), str(ids)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        said = server.stdout.readline() if server.stdout else ""
        try:
            yield said.split()[0], ids
        finally:
            server.terminate()
            server.wait(timeout=30)
