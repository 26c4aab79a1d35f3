"""``python -m credentials``: verify a file on a machine that knows nothing of the registry.

A file is JSON, a token, or a PNG, SVG or PDF that carries one of these; with ``--online`` it may be
the address of such a file.

Exit codes: 0 valid, 1 invalid, 2 indeterminate, 64 called wrongly.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from credentials import conformance
from credentials.encoding import LIMITS, b64url_decode, parse_json
from credentials.envelopes import read_wire
from credentials.errors import CredentialError, SourceUnavailable
from credentials.http_sources import Fetcher, HttpSources
from credentials.profiles.vcdm import parse_moment
from credentials.verify import (
    OFFLINE,
    POLICIES,
    PUBLIC,
    Answer,
    Outcome,
    PinnedSources,
    Report,
    Statement,
    Verdict,
)
from credentials.verify import verify as verify_credential
from credentials.verify.files import MAX_FILE, unpacked
from credentials.verify.sources import Sources

EXIT = {Verdict.VALID: 0, Verdict.INVALID: 1, Verdict.INDETERMINATE: 2}
USAGE = 64
_MARKS = {
    Outcome.PASSED: "ok     ",
    Outcome.FAILED: "FAILED ",
    Outcome.UNKNOWN: "unknown",
    Outcome.NOT_APPLICABLE: "-      ",
    Outcome.NOT_RUN: "not run",
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "jose":
            return _jose(options)
        if options.command == "inspect":
            return _inspect(_read(options.file, MAX_FILE))
        raw = _brought(options.file, online=options.online)
        at = _moment(options.at)
        sources = _sources(options.trust, options.status, online=options.online)
    except (OSError, CredentialError, ValueError) as error:
        print(f"credentials: {error}", file=sys.stderr)
        return USAGE
    policy = POLICIES[options.policy] if options.policy else OFFLINE
    report = verify_credential(raw, sources=sources, at=at, policy=policy)
    print(json.dumps(report.to_json(), ensure_ascii=False, indent=2)) if options.json else _show(
        report
    )
    return EXIT[report.verdict]


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m credentials", description="Check credentials, offline.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    verify = commands.add_parser(
        "verify", help="check a credential; exit 0 valid, 1 not, 2 unknown"
    )
    verify.add_argument(
        "file",
        help="the credential: JSON, a token, a PNG, SVG or PDF that carries it; - for standard "
        "input; with --online, an https address",
    )
    verify.add_argument(
        "--trust",
        action="append",
        default=[],
        metavar="FILE",
        help="a registry's trust file or an issuer's DID document, taken from a place you trust",
    )
    verify.add_argument(
        "--status",
        action="append",
        default=[],
        metavar="FILE",
        help="a status list, as it was published; each is known by the address in it",
    )
    verify.add_argument(
        "--online", action="store_true", help="ask the issuer's site for keys and status lists"
    )
    verify.add_argument("--at", metavar="TIME", help="the moment the question is about (ISO 8601)")
    verify.add_argument("--policy", choices=sorted(POLICIES), help=f"default: {OFFLINE.name}")
    verify.add_argument("--json", action="store_true", help="the report for machines")
    inspect = commands.add_parser("inspect", help="what a file claims, without checking anything")
    inspect.add_argument("file", help="the credential's file, or - for standard input")
    jose = commands.add_parser("jose", help="for the W3C VC-JOSE-COSE test suite: no verifier")
    jose.add_argument("act", choices=("issue", "verify"))
    for name in ("input", "key", "output"):
        jose.add_argument(f"--{name}", required=True, metavar="FILE")
    jose.add_argument("--feature", required=True, help="credential_jose, presentation_cose, …")
    jose.add_argument("--sd", default="[]", metavar="JSON", help="paths to be disclosable")
    return parser


def _jose(options: argparse.Namespace) -> int:
    hidden = parse_json(options.sd.encode("utf-8"))
    if not isinstance(hidden, list) or not all(isinstance(path, str) for path in hidden):
        raise ValueError("--sd takes a JSON list of texts")
    files = {name: getattr(options, name) for name in ("input", "key", "output")}
    conformance.main(options.act, files, options.feature, hidden)
    return 0


def _brought(name: str, *, online: bool) -> bytes:
    """The credential's file, or what its address serves."""
    if not name.startswith("https://"):
        return _read(name, MAX_FILE)
    if not online:
        raise ValueError("an address is asked with --online only")
    return _fetcher().get(name, accept="*/*")


def _read(name: str, limit: int = LIMITS.size) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(limit + 1)
    with Path(name).open("rb") as file:
        return file.read(limit + 1)


def _fetcher() -> Fetcher:
    return Fetcher(allow_loopback=os.environ.get("VERIFIER_ALLOW_LOOPBACK") == "1")


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    moment = parse_moment(text)
    if moment is None:
        raise ValueError("--at takes date, time and zone, such as 2026-03-02T10:00:00Z")
    return moment


def _sources(files: Sequence[str], lists: Sequence[str], *, online: bool) -> Sources:
    pinned = PinnedSources([parse_json(_read(name)) for name in files], map(_read, lists))
    return _Chain(pinned) if online else pinned


class _Chain:
    """What is pinned first, then the network."""

    def __init__(self, pinned: PinnedSources) -> None:
        self._pinned, self._http = pinned, HttpSources(_fetcher())

    def verification_method(self, method_id: str) -> Any:
        try:
            return self._pinned.verification_method(method_id)
        except CredentialError as error:
            if error.code != "key.unreachable":
                raise
        return self._http.verification_method(method_id)

    def methods_of(self, controller: str) -> Any:
        try:
            return self._pinned.methods_of(controller)
        except CredentialError as error:
            if error.code != "key.unreachable":
                raise
        return self._http.methods_of(controller)

    def certified(self, chain: Any, controller: str) -> Any:
        return self._pinned.certified(chain, controller)

    def accreditation(self, question: Any) -> Any:
        return self._pinned.accreditation(question)

    def status_list(self, question: Any) -> Any:
        try:
            return self._pinned.status_list(question)
        except SourceUnavailable:
            return self._http.status_list(question)


_ABOUT = {
    "authentic": "authentic",
    "in_force": "in force",
    "quality_assured": "quality assured",
    "recognised": "recognised",
}
_ANSWERS = {
    Answer.YES: "yes",
    Answer.NO: "no",
    Answer.UNKNOWN: "not known",
    Answer.STATED: "the issuer says so",
    Answer.NOT_STATED: "not stated",
}


def _stated(statement: Statement) -> str:
    """One of the four statements as a line."""
    params = statement.params
    words = {"issuer": "", "on": "on ", "by": "by ", "as": "as "}
    more = ", ".join(words[name] + params[name] for name in words if name in params)
    answer = _ANSWERS[statement.answer]
    return f"  {_ABOUT[statement.about]:<16} {answer}{f': {more}' if more else ''}"


def _show(report: Report) -> None:
    print(f"{report.verdict.value} at {report.to_json()['at']} (policy: {report.policy})")
    print(f"  found            {report.format}{f', in a {report.file}' if report.file else ''}")
    for statement in report.statements:
        print(_stated(statement))
    for finding in report.findings:
        words = finding.code + (f": {finding.detail}" if finding.detail else "")
        print(f"  {_MARKS[finding.outcome]}  {finding.check:<14} {words}")
    document = report.credential
    if document is None:
        print("Nothing inside is shown: it isn't known who wrote it.")
        return
    issuer = document.get("issuer", document.get("iss"))
    name = issuer.get("name", issuer["id"]) if isinstance(issuer, dict) else issuer
    what = (document.get(name) for name in ("name", "title", "id", "vct"))
    print(f"  what          {next(filter(None, what), '')}")
    print(f"  issuer        {name}")
    start = document.get("validFrom", "not stated")
    if "nbf" in document:
        start = datetime.fromtimestamp(document["nbf"], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    print(f"  valid from    {start}")
    if report.policy != PUBLIC.name:
        unknown = [f.check for f in report.findings if f.outcome is Outcome.UNKNOWN]
        if unknown and report.verdict is Verdict.VALID:
            print(f"  not known     {', '.join(unknown)}")


def _inspect(raw: bytes) -> int:
    raw, _ = unpacked(raw)
    wire = read_wire(raw)
    parts: Any = wire.value
    if wire.token is not None:
        payload = parse_json(wire.token.payload)
        parts = {"header": wire.token.header, "payload": payload}
        if wire.tail is not None:
            rows = [row for row in wire.tail.split("~")[:-1] if row]
            parts["disclosures"] = [parse_json(b64url_decode(row)) for row in rows]
    if parts is None:
        parts = parse_json(raw)
    print("UNVERIFIED: what this file claims; nothing here was checked.")
    print(json.dumps(parts, ensure_ascii=False, indent=2))
    return 0
