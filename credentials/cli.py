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

from credentials import conformance, watching
from credentials.encoding import LIMITS, b64url_decode, parse_json
from credentials.envelopes import read_wire
from credentials.errors import CredentialError, SourceUnavailable
from credentials.http_sources import Fetcher, HttpSources
from credentials.profiles.vcdm import day_or_moment, parse_moment
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
        if options.command == "monitor":
            return watching.monitor(options, datetime.now(UTC))
        if options.command == "inspect":
            return _inspect(_read(options.file, MAX_FILE))
        raw = _brought(options.file, online=options.online)
        at = _moment(options.at)
        then = _day(options.then, at) if options.then else None
        proof = _proof(options)
        sources = _sources(options.trust, options.status, proof, online=options.online)
    except (OSError, CredentialError, ValueError) as error:
        print(f"credentials: {error}", file=sys.stderr)
        return USAGE
    policy = POLICIES[options.policy] if options.policy else OFFLINE
    if options.proof is not None:
        # Whoever gives a proof asks about it: it must hold, not only not be wrong.
        policy = policy.requiring("inclusion")
    report = verify_credential(raw, sources=sources, at=at, policy=policy)
    if then is not None:
        before = verify_credential(raw, sources=sources, at=then, policy=policy)
        return _two_answers(before, report, as_json=options.json)
    print(json.dumps(report.to_json(), ensure_ascii=False, indent=2)) if options.json else _show(
        report
    )
    return EXIT[report.verdict]


def _two_answers(then: Report, now: Report, *, as_json: bool) -> int:
    """How it stood then and how it stands now, both by what is known now; exit by the first."""
    if as_json:
        both = {"then": then.to_json(), "now": now.to_json()}
        print(json.dumps(both, ensure_ascii=False, indent=2))
    else:
        print("THEN, by what is known now:")
        _show(then)
        print("NOW:")
        _show(now)
    return EXIT[then.verdict]


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
        "--proof",
        metavar="FILE",
        help="its proof from the log (.tlog-proof); one that lies beside the file is found",
    )
    verify.add_argument(
        "--online", action="store_true", help="ask the issuer's site for keys and status lists"
    )
    _then_argument(verify)
    verify.add_argument("--at", metavar="TIME", help="the moment the question is about (ISO 8601)")
    verify.add_argument("--policy", choices=sorted(POLICIES), help=f"default: {OFFLINE.name}")
    verify.add_argument("--json", action="store_true", help="the report for machines")
    inspect = commands.add_parser("inspect", help="what a file claims, without checking anything")
    inspect.add_argument("file", help="the credential's file, or - for standard input")
    _other_commands(commands)
    return parser


def _other_commands(commands: Any) -> None:
    watch = commands.add_parser("monitor", help="watch a registry's log: rewritten, backdated?")
    watching.add_arguments(watch)
    jose = commands.add_parser("jose", help="for the W3C VC-JOSE-COSE test suite: no verifier")
    _jose_arguments(jose)


def _then_argument(verify: argparse.ArgumentParser) -> None:
    words = "two answers: how it stood at the end of that day, and now"
    verify.add_argument("--then", metavar="DAY", help=words)


def _jose_arguments(jose: argparse.ArgumentParser) -> None:
    jose.add_argument("act", choices=("issue", "verify"))
    for name in ("input", "key", "output"):
        jose.add_argument(f"--{name}", required=True, metavar="FILE")
    jose.add_argument("--feature", required=True, help="credential_jose, presentation_cose, …")
    jose.add_argument("--sd", default="[]", metavar="JSON", help="paths to be disclosable")


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


def _day(text: str, at: datetime) -> datetime:
    """The end of a day, or a moment; not after ``at``."""
    then = day_or_moment(text)
    if then is None or (then > at and then.date() > at.date()):
        raise ValueError("--then takes a day that was, such as 2025-03-01, or a moment with zone")
    return min(then, at)


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    moment = parse_moment(text)
    if moment is None:
        raise ValueError("--at takes date, time and zone, such as 2026-03-02T10:00:00Z")
    return moment


def _proof(options: argparse.Namespace) -> list[bytes]:
    """The proof given, or the one that lies beside the file under its name."""
    if options.proof is not None:
        return [_read(options.proof)]
    if options.file == "-":
        return []
    file = Path(options.file)
    beside = (file.with_name(f"{file.name}.tlog-proof"), file.with_suffix(".tlog-proof"))
    return [_read(str(path)) for path in beside if path.is_file()][:1]


def _sources(
    files: Sequence[str], lists: Sequence[str], proofs: Sequence[bytes], *, online: bool
) -> Sources:
    trust = [parse_json(_read(name)) for name in files]
    pinned = PinnedSources(trust, map(_read, lists), proofs)
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

    def inclusion(self, question: Any) -> Any:
        return self._pinned.inclusion(question)

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
