"""``make conformance-report``: every data set and public suite, its version, its results, signed.

``python -m conformance.report [--suites FOLDER] [--signer URI]`` writes
``docs/conformance/<version>`` in JSON, for programs, and in Markdown, for people; ``--check FILE``
asks whether a report is as it was signed. The signature is an ``eddsa-jcs-2022`` proof by the key
that ``--signer`` names (see ``credentials.signers``), else by one that nobody keeps: then it says
only that nothing changed since.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from conformance.suites import OUTCOMES, ROOT, SUITES, listed, run, serving
from credentials.encoding import canonicalize, parse_json
from credentials.errors import CredentialError
from credentials.identifiers import did_key, resolve_did_key
from credentials.keys import PrivateKey, PublicKey
from credentials.proofs import add_proof, proofs_of, verify_proof
from credentials.signers import MemorySigner, Signer, open_signer

FOLDER = ROOT / "docs/conformance"


@dataclass(frozen=True)
class DataSet:
    """Data of others that our tests read: where it comes from, and which tests."""

    name: str
    tests: tuple[str, ...]
    fixtures: str | None = None
    version: str = ""


DATA_SETS = (
    DataSet("RDF Dataset Canonicalization", ("tests/vectors/test_rdf_canon.py",), "w3c-rdf-canon"),
    DataSet(
        "JSON Canonicalization Scheme (RFC 8785)",
        ("tests/credentials/test_core.py",),
        "cyberphone-jcs",
    ),
    DataSet(
        "Wycheproof (Ed25519, ECDSA, JWS)", ("tests/vectors/test_wycheproof.py",), "wycheproof"
    ),
    DataSet("did:key", ("tests/credentials/test_keys.py",), "did-key"),
    DataSet("Data Integrity EdDSA", ("tests/vectors/test_di_eddsa.py",), "w3c-vc-di-eddsa"),
    DataSet("Data Integrity ECDSA", ("tests/vectors/test_di_ecdsa.py",), "w3c-vc-di-ecdsa"),
    DataSet(
        "ecdsa-sd-2023",
        ("tests/vectors/test_di_selective.py", "tests/vectors/test_di_selective_issued.py"),
        "w3c-vc-di-ecdsa-sd",
    ),
    DataSet(
        "Ed25519Signature2020", ("tests/vectors/test_ed25519_2020.py",), "w3c-vc-di-eddsa-2020"
    ),
    DataSet("SD-JWT (RFC 9901) and SD-JWT VC", ("tests/vectors/test_sd_jwt.py",), "sd-jwt"),
    DataSet(
        "Bitstring Status List, Token Status List",
        ("tests/vectors/test_status_lists.py",),
        "w3c-bitstring-status-list",
    ),
    DataSet("Merkle trees (RFC 6962)", ("tests/vectors/test_merkle.py",), "c2sp-merkle"),
    DataSet("JSON-LD documents and their hashes", ("tests/credentials/linked_data",), "documents"),
    DataSet("Baked badges", ("tests/credentials/exports/test_baked.py",), "1edtech-baked"),
    DataSet(
        "European Learning Model: sealed samples",
        ("tests/credentials/envelopes/test_jades.py",),
        "elm-seals",
    ),
    DataSet(
        "European Learning Model: SHACL shapes",
        ("tests/credentials/profiles/test_elm.py",),
        version="application profile 1.1.0, EDC-generic-full and EDC-generic-no-cv",
    ),
    DataSet(
        "Implementations of others, both ways",
        ("tests/interop",),
        version="benchmarks/peer/package-lock.json, requirements-dev.txt",
    ),
    DataSet(
        "Hostile inputs and their controls",
        ("tests/hostile",),
        version="built anew at each run, with fresh keys",
    ),
)


def measured(data_set: DataSet, folder: Path) -> dict[str, Any]:
    """Run the tests of a data set; the outcome of each."""
    told = folder / "junit.xml"
    command = [sys.executable, "-m", "pytest", "-q", *data_set.tests, f"--junitxml={told}"]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    rows = []
    for case in ET.parse(told).getroot().iter("testcase"):  # noqa: S314 - our own
        bad = any(child.tag in ("failure", "error") for child in case)
        skipped = any(child.tag == "skipped" for child in case)
        outcome = "failed" if bad else "pending" if skipped else "passed"
        file = str(case.get("classname")).rpartition(".")[2]
        # Where the checkout lies on this machine is nobody's business.
        name = str(case.get("name")).replace(f"{ROOT}/", "")
        rows.append((outcome, f"{file}::{name}"))
    counts = {name: sum(row[0] == name for row in rows) for name in OUTCOMES}
    return {
        "name": data_set.name,
        "source": ", ".join(data_set.tests),
        "version": data_set.version or _origin(data_set.fixtures or ""),
        "tests": len(rows),
        **counts,
        "note": "",
        "results": listed(rows),
    }


def _origin(folder: str) -> str:
    rows = json.loads((ROOT / "fixtures/vectors" / folder / "PROVENANCE.json").read_text("utf-8"))
    return str(rows["files"][0]["origin"])


def made(suites: Path | None, say: Any = print) -> dict[str, Any]:
    """The report, unsigned."""
    with tempfile.TemporaryDirectory(prefix="conformance-report-") as name:
        folder = Path(name)
        data_sets = []
        for data_set in [*DATA_SETS, *_by_environment()]:
            data_sets.append(measured(data_set, folder))
            say(_line(data_sets[-1]))
        rows: list[dict[str, Any]] = []
        if suites is not None:
            with serving(folder) as (base, ids):
                for suite in SUITES:
                    rows.append(run(suite, suites, base, ids))
                    say(_line(rows[-1]))
    return {
        "title": "Conformance of the micro-credentials registry",
        "version": version(),
        "commit": _git("rev-parse", "HEAD"),
        "changedSince": bool(_git("status", "--porcelain", "--untracked-files=no")),
        "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "python": platform.python_version(),
        "suites": rows,
        "dataSets": data_sets,
    }


def _by_environment() -> list[DataSet]:
    """What may not be kept here, and is there on this machine."""
    if "OB3_SCHEMAS" not in os.environ:
        return []
    tests = (
        "tests/credentials/verify/test_verify.py::test_the_1edtech_schemas_accept_what_we_issue",
    )
    return [DataSet("Open Badges 3.0: schemas of 1EdTech", tests, version="OB3_SCHEMAS")]


def version() -> str:
    """The project's."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _line(row: Mapping[str, Any]) -> str:
    return f"{row['passed']:>6} of {row['tests']:>5}  {row['name']}"


def in_words(report: Mapping[str, Any], did: str) -> str:
    """The report for people."""
    lines = [f"# {report['title']}, {report['version']}", ""]
    lines += [
        f"Measured on {report['at']} at commit `{report['commit'][:12]}`.",
        f"Signed by `{did}`; every test and its result stand in `{report['version']}.json` beside",
        "this page; `python -m conformance.report --check` asks whether it is as it was signed.",
        "",
        "## Public suites, run from outside",
        "",
    ]
    lines += _rows(report["suites"]) or ["Not run for this report."]
    lines += ["", "## Data of the standards, and what we build against ourselves", ""]
    lines += _rows(report["dataSets"])
    return "\n".join(lines) + "\n"


def _rows(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    if not rows:
        return []
    found = ["| | passed | of | failed | pending | version |", "|---|---|---|---|---|---|"]
    for row in rows:
        counts = f"{row['passed']} | {row['tests']} | {row['failed']} | {row['pending']}"
        note = f"<br>{row['note']}" if row["note"] else ""
        found.append(f"| {row['name']}{note} | {counts} | {row['version']} |")
    return found


def signed(report: Mapping[str, Any], signer: Signer) -> dict[str, Any]:
    """The report with its proof."""
    at = datetime.now(UTC).replace(microsecond=0)
    return add_proof(report, suite="eddsa-jcs-2022", signer=signer, created=at)


def check(raw: bytes) -> str:
    """The did:key that signed a report. Raises ``CredentialError``."""
    report = parse_json(raw)
    (proof,) = proofs_of(report)
    did = str(proof["verificationMethod"]).partition("#")[0]
    (method,) = resolve_did_key(did)
    verify_proof(report, proof, method.public_key)
    return did


def _signer(uri: str | None) -> Signer:
    if uri is None:
        key = PrivateKey.generate()
        return MemorySigner(key, _method(key.public))
    opened = open_signer(uri, verification_method="")
    return open_signer(uri, verification_method=_method(opened.public_key))


def _method(key: PublicKey) -> str:
    return f"{did_key(key)}#{key.multibase}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m conformance.report")
    parser.add_argument("--suites", type=Path, help="a folder with clones of the public suites")
    parser.add_argument("--signer", help="the key that signs, such as file:release.key")
    parser.add_argument("--check", type=Path, help="a report that was written before")
    options = parser.parse_args(arguments)
    if options.check is not None:
        try:
            print(f"as signed by {check(options.check.read_bytes())}")
        except CredentialError as error:
            print(f"not as it was signed: {error}", file=sys.stderr)
            return 1
        return 0
    report, signer = made(options.suites), _signer(options.signer)
    FOLDER.mkdir(parents=True, exist_ok=True)
    place = FOLDER / f"{report['version']}.json"
    place.write_bytes(canonicalize(signed(report, signer)) + b"\n")
    did = signer.verification_method.partition("#")[0]
    place.with_suffix(".md").write_text(in_words(report, did), encoding="utf-8")
    print(f"written: {place.relative_to(ROOT)} and its page, signed by {did}")
    return int(any(row["failed"] for row in report["dataSets"]))


if __name__ == "__main__":
    sys.exit(main())
