"""``python -m credentials``: verify a file on a machine that knows nothing of the registry.

Exit codes: 0 valid, 1 invalid, 2 indeterminate, 64 called wrongly.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from credentials.encoding import LIMITS, parse_json
from credentials.errors import CredentialError, SourceUnavailable
from credentials.http_sources import HttpSources
from credentials.profiles.vcdm import parse_moment
from credentials.verify import OFFLINE, POLICIES, PUBLIC, Outcome, PinnedSources, Report, Verdict
from credentials.verify import verify as verify_credential
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
        raw = _read(options.file)
        if options.command == "inspect":
            return _inspect(raw)
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
    verify.add_argument("file", help="the credential's file, or - for standard input")
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
    return parser


def _read(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(LIMITS.size + 1)
    with Path(name).open("rb") as file:
        return file.read(LIMITS.size + 1)


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
        self._pinned, self._http = pinned, HttpSources()

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


def _show(report: Report) -> None:
    print(f"{report.verdict.value} at {report.to_json()['at']} (policy: {report.policy})")
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
    print(f"  valid from    {document.get('validFrom', document.get('nbf', 'not stated'))}")
    if report.policy != PUBLIC.name:
        unknown = [f.check for f in report.findings if f.outcome is Outcome.UNKNOWN]
        if unknown and report.verdict is Verdict.VALID:
            print(f"  not known     {', '.join(unknown)}")


def _inspect(raw: bytes) -> int:
    print("UNVERIFIED: what this file claims; nothing here was checked.")
    print(json.dumps(parse_json(raw), ensure_ascii=False, indent=2))
    return 0
