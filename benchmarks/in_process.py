"""Issue and verify in one process, beside a bare signature and the npm peer."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from credentials.encoding import parse_json
from credentials.identifiers import did_document
from credentials.issue import prepare, sign
from credentials.keys import Algorithm, PrivateKey
from credentials.linked_data import to_quads
from credentials.profiles.vcdm import check_credential, check_described_once
from credentials.proofs import SUITES, proofs_of, secured_without_proof, verify_proof
from credentials.verify import verify
from schemas.validation import validate
from tests.credentials.world import AT, FACTS, Issuer

ROOT = Path(__file__).resolve().parents[1]
Act = Callable[[], Any]
_CURVES = (Algorithm.P256, Algorithm.P384)


def rate(act: Act, seconds: float) -> float:
    """How often ``act`` runs in a second."""
    for _ in range(5):
        act()
    count, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < seconds:
        act()
        count += 1
    return count / spent


class Peer:
    """The npm implementation behind a pipe."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["node", "peer.mjs"],
            cwd=ROOT / "benchmarks/peer",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, **request: Any) -> dict[str, Any]:
        """One question, one answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        if "failed" in answer:
            raise SystemExit(answer)
        return answer

    def rate(self, **request: Any) -> float:
        """How often it does something in a second, timed by itself."""
        answer = self.ask(op="rate", **request)
        return float(answer["count"]) / float(answer["seconds"])

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)


class Credential:
    """One credential of a suite, and everything that is done with it."""

    def __init__(self, suite: str, issuer: Issuer, peer: Peer) -> None:
        self.suite, self._issuer, self._peer = suite, issuer, peer
        self.raw = issuer.issue(suite)
        self._prepared = prepare(FACTS, at=AT)
        value = json.loads(self.raw)
        methods = [issuer.sources.methods[issuer.method]]
        self._to_verify = {
            "what": "verify",
            "suite": suite,
            "credential": value,
            "documents": {issuer.did: did_document(issuer.did, methods)},
            "now": AT.isoformat(),
        }
        algorithm = issuer.key.public.algorithm
        curve = {"curve": algorithm.value} if algorithm in _CURVES else {}
        holder = peer.ask(op="key", **curve)
        document = {name: item for name, item in value.items() if name != "proof"}
        document["issuer"] = document["issuer"] | {"id": holder["did"]}
        key = holder["key"]
        self._to_sign = {"what": "sign", "suite": suite, "credential": document, "key": key}

    def turn(self, seconds: float) -> dict[str, float]:
        """One measurement of each act."""
        ours, theirs = self._issuer, self._peer
        return {
            "prepare and issue": rate(lambda: ours.issue(self.suite), seconds),
            "sign and read back": rate(
                lambda: sign(self._prepared, signer=ours.signer, at=AT, suite=self.suite), seconds
            ),
            "sign, npm peer": theirs.rate(**self._to_sign, seconds=seconds),
            "verify": rate(lambda: verify(self.raw, sources=ours.sources, at=AT), seconds),
            "verify, npm peer": theirs.rate(**self._to_verify, seconds=seconds),
        }

    def steps(self, seconds: float) -> dict[str, float]:
        """Microseconds of each step of a verification, measured by itself, and of the whole."""
        value = parse_json(self.raw)
        bare = secured_without_proof(value)
        (proof,) = proofs_of(value)
        key, quads = self._issuer.key.public, to_quads(bare)
        schema = bare["credentialSchema"][0]["id"]
        signature = self._issuer.key.sign(bytes(64))
        suite = SUITES[self.suite]
        canonicalize, hash_name = suite.canonicalize_quads, suite.hash_name(key)
        steps: dict[str, Act] = {
            "strict JSON": lambda: parse_json(self.raw),
            "data model": lambda: check_credential(value),
            "every term, as quads": lambda: to_quads(bare),
            "proof: all of it": lambda: verify_proof(value, proof, key, quads=quads),
            "proof: bare signature": lambda: key.verify(signature, bytes(64)),
            "schema": lambda: validate(bare, schema),
            "each node once": lambda: check_described_once(bare),
            "all": lambda: verify(self.raw, sources=self._issuer.sources, at=AT),
        }
        if canonicalize is not None:
            steps["proof: canonical form"] = lambda: canonicalize(quads, hash_name)
        return {name: 1e6 / rate(act, seconds) for name, act in steps.items()}


class Raw:
    """Bare signatures over 64 bytes, by kind of key: no credential is made or checked faster."""

    def __init__(self, algorithm: Algorithm) -> None:
        key = PrivateKey.generate(algorithm)
        signature = key.sign(bytes(64))
        self._acts: dict[str, Act] = {
            "sign": lambda: key.sign(bytes(64)),
            "verify": lambda: key.public.verify(signature, bytes(64)),
        }

    def turn(self, seconds: float) -> dict[str, float]:
        """One measurement of each."""
        return {name: rate(act, seconds) for name, act in self._acts.items()}


def measure(
    suites: Mapping[str, Algorithm], tokens: Mapping[str, Algorithm], seconds: float, rounds: int
) -> float:
    """Print the tables of this process; returns the rate of a bare Ed25519 check."""
    peer = Peer()
    issuers = {algorithm: Issuer(algorithm=algorithm) for algorithm in {*suites.values()}}
    raw = {algorithm: Raw(algorithm) for algorithm in issuers}
    credentials = [Credential(name, issuers[suites[name]], peer) for name in suites]
    bare: dict[Algorithm, list[dict[str, float]]] = {algorithm: [] for algorithm in raw}
    turns: dict[str, list[dict[str, float]]] = {suite: [] for suite in suites}
    for _ in range(rounds):
        for algorithm, one in raw.items():
            bare[algorithm].append(one.turn(seconds))
        for credential in credentials:
            turns[credential.suite].append(credential.turn(seconds))
    print(f"in process, one core, a credential of {len(credentials[0].raw):,} bytes")
    print(f"{'':<36}{'/s':>9}{'x raw':>8}{'x peer':>8}")
    for algorithm, found in bare.items():
        for act in found[0]:
            print(f"{f'raw {algorithm} {act}':<36}{median(turn[act] for turn in found):>9,.0f}")
    for suite, found in turns.items():
        _print_suite(suite, found, bare[suites[suite]])
    peer.close()
    _print_steps(credentials, seconds)
    _print_tokens(tokens, seconds)
    return median(turn["verify"] for turn in bare[Algorithm.ED25519])


def _print_suite(suite: str, found: list[dict[str, float]], bare: list[dict[str, float]]) -> None:
    for name in found[0]:
        act = "verify" if name.startswith("verify") else "sign"
        peers = f"{act}, npm peer"
        to_raw = median(turn[name] / one[act] for turn, one in zip(found, bare, strict=True))
        to_peer = median(turn[name] / turn[peers] for turn in found)
        shown = "" if name == peers else f"{to_peer:>8.2f}"
        value = median(turn[name] for turn in found)
        print(f"{suite + ' ' + name:<36}{value:>9,.0f}{to_raw:>8.3f}{shown}")


def _print_steps(credentials: list[Credential], seconds: float) -> None:
    print("\nwhere the time of a verification goes, in microseconds")
    for credential in credentials:
        steps = credential.steps(seconds / 3)
        whole = steps.pop("all")
        row = "; ".join(f"{name} {spent:,.0f}" for name, spent in steps.items())
        print(f"{credential.suite}: {whole:,.0f} in all; {row}")


def _print_tokens(tokens: Mapping[str, Algorithm], seconds: float) -> None:
    print("\ntokens, in process: prepare and issue, verify, a second")
    for form, algorithm in tokens.items():
        issuer = Issuer(algorithm=algorithm)
        raw = issuer.issue(form)
        made = rate(lambda one=issuer, f=form: one.issue(f), seconds)
        checked = rate(lambda one=issuer, r=raw: verify(r, sources=one.sources, at=AT), seconds)
        print(f"{form + ', ' + algorithm:<36}{made:>9,.0f}{checked:>9,.0f}")
