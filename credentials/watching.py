"""``python -m credentials monitor``: look at a registry's log from outside, and remember.

Exit codes: 0 nothing to report, 10 history was changed or two views exist, 11 a published file was
rewritten or is gone, 12 an entry is dated where it can't be, 1 any other alarm, 2 the log can't be
read, 64 called wrongly. Run it as often as you like, by a timer; each look is held against all
before.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime, timedelta
from pathlib import Path

from credentials.encoding import parse_json
from credentials.errors import CredentialError, SourceUnavailable
from credentials.http_sources import SiteFiles
from credentials.merkle import Cosigner, NoteVerifier
from credentials.monitor import Alarm, Look, Mirror, compare, exit_code, look
from credentials.signers import SIGNERS

UNKNOWN, USAGE = 2, 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words that ``monitor`` takes."""
    parser.add_argument("url", help="where the log is published, such as https://…/ledger")
    parser.add_argument("--state", required=True, metavar="FOLDER", help="what it remembers")
    parser.add_argument("--log-key", metavar="KEY", help="the log's key: name+hash+key")
    parser.add_argument("--trust", metavar="FILE", help="or the registry's trust file, with it")
    parser.add_argument(
        "--seen",
        action="append",
        default=[],
        metavar="FILE",
        help="a checkpoint or .tlog-proof that somebody else was given: is it the same log?",
    )
    parser.add_argument("--all", action="store_true", help="fetch every tile again, not a sample")
    parser.add_argument(
        "--tolerance",
        type=float,
        default=24.0,
        metavar="HOURS",
        help="from an act to its entry (default: 24)",
    )
    parser.add_argument("--witness", metavar="NAME", help="cosign what was found right, as NAME")
    parser.add_argument("--witness-key", metavar="URI", help="with that key: file:PATH, env:NAME")
    parser.add_argument("--json", action="store_true", help="for machines")


def monitor(options: argparse.Namespace, at: datetime) -> int:
    """Look once; returns the exit code."""
    try:
        mirror = Mirror(Path(options.state), _log_key(options))
        files = SiteFiles(options.url)
        witness = _witness(options)
        seen = [Path(name).read_bytes() for name in options.seen]
        came = look(
            files,
            mirror,
            at=at,
            witness=witness,
            tolerance=timedelta(hours=options.tolerance),
            **({"recheck": None} if options.all else {}),
        )
        others = [alarm for alarm in (compare(raw, mirror) for raw in seen) if alarm is not None]
    except SourceUnavailable as error:
        print(f"credentials: {error}", file=sys.stderr)
        return UNKNOWN
    except (OSError, CredentialError, ValueError) as error:
        print(f"credentials: {error}", file=sys.stderr)
        return USAGE
    alarms = [*came.alarms, *others]
    _show(came, alarms, as_json=options.json)
    return exit_code(alarms)


def _log_key(options: argparse.Namespace) -> NoteVerifier:
    if options.log_key is not None:
        return NoteVerifier.parse(options.log_key)
    if options.trust is None:
        raise ValueError("Give the log's key by --log-key, or a trust file by --trust.")
    value = parse_json(Path(options.trust).read_bytes())
    ledger = value.get("ledger") if isinstance(value, dict) else None
    if not isinstance(ledger, dict):
        raise ValueError("The trust file names no log.")
    return NoteVerifier.parse(str(ledger.get("verifier")))


def _witness(options: argparse.Namespace) -> Cosigner | None:
    if options.witness is None and options.witness_key is None:
        return None
    scheme, _, rest = str(options.witness_key).partition(":")
    if options.witness is None or scheme not in SIGNERS:
        known = ", ".join(f"{name}:" for name in SIGNERS)
        raise ValueError(f"A witness has a name, and a key that starts with one of {known}")
    return Cosigner(options.witness, SIGNERS[scheme](rest))


def _show(came: Look, alarms: list[Alarm], *, as_json: bool) -> None:
    checkpoint = came.checkpoint
    if as_json:
        value = {
            "log": checkpoint and checkpoint.origin,
            "size": checkpoint and checkpoint.size,
            "root": checkpoint and checkpoint.root.hex(),
            "new": came.new_entries,
            "notes": list(came.notes),
            "alarms": [
                {"code": a.code, "detail": a.detail, "params": dict(a.params)} for a in alarms
            ],
            "cosigned": came.cosigned and came.cosigned.decode(),
        }
        print(json.dumps(value, ensure_ascii=False, indent=2))
        return
    if checkpoint is not None:
        print(f"{checkpoint.origin}: {checkpoint.size} entries, {came.new_entries} new")
    for note in came.notes:
        print(f"  note   {note}")
    for alarm in alarms:
        print(f"  ALARM  {alarm.code}: {alarm.detail}")
    if came.cosigned is not None:
        print("  cosigned")
    if not alarms:
        print("  it continues everything that was seen before")
