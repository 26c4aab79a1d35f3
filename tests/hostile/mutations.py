"""Random changes to valid credentials: none may crash the verifier, none may be believed.

``python -m tests.hostile.mutations COUNT [SEED]`` runs so many and says what came of them;
``make mutations`` runs a million. Changes are of bytes, of the structure of JSON (in tokens: of each
part, the signature left alone) and crossings of two credentials. What comes out VALID must say what the
untouched credential said: the same graph under the same names, or for claims a holder may show or not, a
part of them.
"""

from __future__ import annotations

import contextlib
import copy
import json
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from typing import Any

from credentials.encoding import b64url_decode, b64url_encode, canonicalize
from credentials.errors import CredentialError
from credentials.linked_data import rdfc
from credentials.verify import (
    OFFLINE,
    PROOF_ONLY,
    Policy,
    Report,
    SimulatedSources,
    Verdict,
    verify,
)
from tests.credentials.envelopes.seals import Authority
from tests.credentials.forms import every_form
from tests.hostile.world import AT

SECONDS = 2.0
SOURCES = SimulatedSources()
# Files are opened in a process of their own, a hundred times slower: few of them.
FILE_SHARE = 0.002
WORDS = (
    "@graph", "@included", "@reverse", "@id", "@type", "@context", "@value", "@nest", "@base", "id",
    "type", "issuer", "validUntil", "validFrom", "credentialStatus", "credentialSubject", "proof",
    "proofPurpose", "iss", "sub", "exp", "nbf", "vct", "cnf", "_sd", "...", "alg", "crit", "kid", "typ",
    "b64", "jwk", "none", "name", "x",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 1.5, 2**53, "", "x", "\u0000", "\ud800", [], {}, [[]], {"id": "urn:x"},
    {"@value": "x"}, "2099-01-01T00:00:00Z", "did:key:z6Mk", "https://x.example/", ["none"], "none",
)  # fmt: skip


class Control:
    """A valid credential, and what it says."""

    def __init__(
        self, name: str, raw: bytes, sources: Any = SOURCES, policy: Policy = OFFLINE
    ) -> None:
        self.name, self.raw, self.sources, self.policy = name, raw, sources, policy
        report = self.report(raw)
        assert report.verdict is Verdict.VALID, report.findings
        self.says = report.credential
        self.is_file = report.file is not None
        self.selective = "sd-" in report.format or "ecdsa-sd" in name
        self.token = report.format not in ("vc+ld+json", "jades") and not raw.startswith(b"{")

    def report(self, raw: bytes) -> Report:
        """The verifier's, on this or on what became of it."""
        return verify(raw, sources=self.sources, at=AT, policy=self.policy)


def controls() -> list[Control]:
    """Every form; a sealed credential with the authority that stands behind it."""
    rows = [Control(name, raw) for name, (raw, _, _) in every_form().items()]
    authority = Authority()
    sealed = json.dumps(authority.seal(), ensure_ascii=False).encode()
    return [*rows, Control("JAdES", sealed, authority.trust(), PROOF_ONLY)]


def says_the_same(control: Control, document: Any) -> bool:
    """Whether what is shown is what was signed, or a part of it where the holder may choose."""
    if document == control.says or canonicalize(document) == canonicalize(control.says):
        return True
    if control.selective and is_part(bare(document), bare(control.says)):
        return True
    try:
        return rdfc(document) == rdfc(control.says)
    except CredentialError:
        return False


def bare(value: Any) -> Any:
    """Without arrays of one item, and without an item's repetition: they say the same."""
    if isinstance(value, dict):
        return {name: bare(item) for name, item in value.items()}
    if isinstance(value, list):
        rows = []
        for item in map(bare, value):
            if item not in rows:
                rows.append(item)
        return rows[0] if len(rows) == 1 else rows
    return value


def is_part(value: Any, whole: Any) -> bool:
    if isinstance(value, dict) and isinstance(whole, dict):
        return all(name in whole and is_part(item, whole[name]) for name, item in value.items())
    if isinstance(value, list):
        whole = whole if isinstance(whole, list) else [whole]
        return all(any(is_part(item, other) for other in whole) for item in value)
    return bool(value == whole)


# --- Changes -------------------------------------------------------------------------------------


def of_bytes(raw: bytes, chance: random.Random) -> bytes:
    """One to three changes of single bytes or runs of them."""
    data = bytearray(raw)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        at = chance.randrange(len(data)) if data else 0
        end = min(len(data), at + chance.choice((1, 1, 2, 8, 64)))
        act = chance.randrange(6)
        if act == 0 and data:
            data[at] ^= 1 << chance.randrange(8)
        elif act == 1 and data:
            data[at] = chance.randrange(256)
        elif act == 2:
            del data[at:end]
        elif act == 3:
            data[at:at] = data[at:end]
        elif act == 4:
            data[at:at] = chance.choice((b" ", b"\0", b"~", b".", b",", b'"', b"}", b"\xff", b"\n"))
        else:
            other = chance.randrange(len(data) + 1)
            data[at:end] = data[other : other + end - at]
    return bytes(data)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a JSON value."""
    found: list[tuple[Any, Any]] = []
    stack = [value]
    while stack:
        node = stack.pop()
        if not isinstance(node, dict | list):
            continue
        for key in node if isinstance(node, dict) else range(len(node)):
            found.append((node, key))
            stack.append(node[key])
    return found


def any_value(chance: random.Random) -> Any:
    """One of ``VALUES``, as a copy: what is put into a document is changed there again."""
    return copy.deepcopy(chance.choice(VALUES))


def of_json(value: Any, chance: random.Random, other: Any) -> Any:
    """One to three changes of the structure; ``other`` is where foreign parts come from."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        rows = places(value)
        if not rows:
            return any_value(chance)
        node, key = chance.choice(rows)
        act = chance.randrange(9)
        if act == 0:
            del node[key]
        elif act == 1:
            node[key] = any_value(chance)
        elif act == 2:
            node[key] = [node[key]]
        elif act == 3:
            node[key] = {chance.choice(WORDS): node[key]}
        elif act == 4 and isinstance(node, dict):
            node[chance.choice(WORDS)] = node.pop(key)
        elif act == 5:
            target = node if isinstance(node, dict) else value
            if isinstance(target, dict):
                target[chance.choice(WORDS)] = any_value(chance)
        elif act == 6:
            node[key] = changed_scalar(node[key], chance)
        elif act == 7:
            foreign, name = chance.choice(places(other) or [([None], 0)])
            node[key] = json.loads(json.dumps(foreign[name]))
        else:
            second, name = chance.choice(rows)
            with contextlib.suppress(KeyError, IndexError):
                one, two = json.dumps(node[key]), json.dumps(second[name])
                node[key], second[name] = json.loads(two), json.loads(one)
    return value


def changed_scalar(value: Any, chance: random.Random) -> Any:
    if isinstance(value, str) and value:
        at = chance.randrange(len(value))
        letter = chance.choice("aAzZ09 ._-:/#é\u202e\n")
        return value[:at] + letter + value[at + chance.randrange(2) :]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return any_value(chance)
    return value + chance.choice((1, -1, 0.5, 1e9))


def of_token(raw: bytes, chance: random.Random, other: bytes) -> bytes:
    """A part of a token changed as JSON or as bytes, or taken from another token."""
    head, tilde, tail = raw.partition(b"~")
    parts = head.split(b".")
    number = chance.randrange(len(parts))
    foreign = other.partition(b"~")[0].split(b".")
    act = chance.randrange(4)
    if act == 0 and number < len(foreign):
        parts[number] = foreign[number]
    elif act == 1 and number < 2:
        value = of_json(json.loads(b64url_decode(parts[number].decode())), chance, {})
        parts[number] = b64url_encode(json.dumps(value).encode("utf-8", "replace")).encode()
    elif act == 2 and tilde:
        rows = tail.split(b"~")
        chance.shuffle(rows)
        tail = b"~".join(rows[: chance.randrange(len(rows) + 1)]) + b"~"
    else:
        changed = of_bytes(b64url_decode(parts[number].decode()), chance)
        parts[number] = b64url_encode(changed).encode()
    return b".".join(parts) + tilde + tail


def mutated(control: Control, others: list[Control], chance: random.Random) -> bytes:
    other = chance.choice(others)
    if control.is_file or chance.random() < 0.4:
        return of_bytes(control.raw, chance)
    if control.token and control.raw[:1] == b"e":
        return of_token(control.raw, chance, other.raw if other.raw[:1] == b"e" else control.raw)
    if control.raw[:1] == b"{":
        foreign = json.loads(other.raw) if other.raw[:1] == b"{" else {}
        value = of_json(json.loads(control.raw), chance, foreign)
        return json.dumps(value, ensure_ascii=chance.random() < 0.5).encode(
            "utf-8", "surrogatepass"
        )
    return of_bytes(control.raw, chance)


# --- The run -------------------------------------------------------------------------------------


def run(count: int, seed: int, say: Callable[[str], None] = print) -> Counter[str]:
    """So many mutations; what came of them, by kind. ``say`` is told of everything bad."""
    chance = random.Random(seed)
    rows = controls()
    plain = [control for control in rows if not control.is_file]
    files = [control for control in rows if control.is_file]
    outcomes: Counter[str] = Counter()
    for number in range(count):
        control = chance.choice(files if chance.random() < FILE_SHARE else plain)
        raw = mutated(control, plain, chance)
        start = time.process_time()
        try:
            report = control.report(raw)
        except Exception:  # noqa: BLE001 - that is what is looked for
            outcomes["crashed"] += 1
            say(f"CRASH seed {seed} number {number} {control.name}: {raw!r}")
            say(traceback.format_exc())
            continue
        if time.process_time() - start > SECONDS:
            outcomes["slow"] += 1
            say(f"SLOW seed {seed} number {number} {control.name}: {raw[:2000]!r}")
        if report.verdict is not Verdict.VALID:
            outcomes[report.verdict.value.lower()] += 1
        elif says_the_same(control, report.credential) or any(
            says_the_same(row, report.credential) for row in plain
        ):
            outcomes["valid, saying the same"] += 1
        else:
            outcomes["accepted"] += 1
            say(f"ACCEPTED seed {seed} number {number} {control.name}: {raw!r}")
    return outcomes


def main(count: int, seed: int) -> int:
    """Run, print the counts, and fail if anything crashed, was slow or was believed."""
    start = time.monotonic()
    outcomes = run(count, seed)
    for name, number in sorted(outcomes.items()):
        print(f"{number:>9,}  {name}")
    print(f"{count:>9,}  in {time.monotonic() - start:.0f} s, seed {seed}")
    return int(any(outcomes[name] for name in ("crashed", "slow", "accepted")))


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:3]]
    sys.exit(main(given[0], given[1] if len(given) > 1 else random.SystemRandom().getrandbits(32)))
