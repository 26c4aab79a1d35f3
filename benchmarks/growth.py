"""How the cost of a verification grows with the credential: linear, or refused.

From 2 kB to 200 kB, and from 1 to 500 blank nodes, once all different and once all alike (those are
what canonicalization can only tell apart by trying, and is bounded in).
``python -m benchmarks.growth``.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from credentials.issue import prepare_document, sign
from credentials.verify import OFFLINE, SimulatedSources, verify
from tests.credentials.forms import SelfIssuer
from tests.credentials.world import AT

SECONDS = float(os.environ.get("BENCH_SECONDS", "1"))
KILOBYTES = (2, 5, 10, 20, 50, 100, 200)
NODES = (1, 2, 5, 10, 50, 100, 250, 500)
SUITES = ("eddsa-rdfc-2022", "eddsa-jcs-2022")
V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"


@dataclass(frozen=True)
class Row:
    """One measurement."""

    suite: str
    what: str
    size: int
    """Bytes, or blank nodes."""
    milliseconds: float
    verdict: str

    @property
    def each(self) -> float:
        """Microseconds a kilobyte, or a blank node."""
        units = self.size / 1000 if self.what == "bytes" else self.size
        return 1000 * self.milliseconds / units


def sized(kilobytes: int, issuer: SelfIssuer) -> dict[str, Any]:
    """A badge with as much evidence as makes that size; each piece has an address of its own."""
    document = issuer.plain() if kilobytes > 4 else _small(issuer)
    pieces: list[dict[str, Any]] = []
    size = len(json.dumps(document)) + 500
    while size < 1000 * kilobytes:
        text = f"What was shown as number {len(pieces)}, in a sentence of an ordinary length."
        pieces.append(
            {
                "id": f"https://kalda.example/evidence/{len(pieces)}",
                "type": ["Evidence"],
                "name": text,
                "narrative": text * 2,
            }
        )
        size += len(json.dumps(pieces[-1])) + 1
    return document | ({"evidence": pieces} if pieces else {})


def blank(nodes: int, issuer: SelfIssuer, *, alike: bool) -> dict[str, Any]:
    """A credential with that many nodes that have no name, all different or all alike."""
    document = _small(issuer)
    rows = []
    for number in range(nodes - 1):
        name = "the same" if alike else f"number {number}"
        rows.append({"type": ["Evidence"], "name": name, "narrative": name})
    document["id"] = "urn:uuid:0b8d5c1e-6f0f-4d5e-9a55-3c1c2b0a7e01"
    document["credentialSubject"] = {"type": ["AchievementSubject"]}
    return document | ({"evidence": rows} if rows else {})


def _small(issuer: SelfIssuer) -> dict[str, Any]:
    return {
        "@context": [V2, OB],
        "type": ["VerifiableCredential"],
        "issuer": issuer.did,
        "validFrom": "2026-03-02T10:00:00Z",
        "credentialSubject": {"id": "did:example:alice", "type": ["AchievementSubject"]},
    }


def _measured(document: dict[str, Any], suite: str, issuer: SelfIssuer) -> tuple[int, float, str]:
    prepared = prepare_document(document, at=AT)
    raw = sign(prepared, signer=issuer.signer, at=AT, suite=suite).raw
    sources = SimulatedSources()
    verdict = verify(raw, sources=sources, at=AT, policy=OFFLINE).verdict
    count, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < SECONDS or count < 3:
        verify(raw, sources=sources, at=AT, policy=OFFLINE)
        count += 1
    return len(raw), 1000 * spent / count, verdict.value


def rows() -> Iterator[Row]:
    """Every measurement, as it is made."""
    issuer = SelfIssuer()
    for suite in SUITES:
        for kilobytes in KILOBYTES:
            size, milliseconds, verdict = _measured(sized(kilobytes, issuer), suite, issuer)
            yield Row(suite, "bytes", size, milliseconds, verdict)
    for alike in (False, True):
        for nodes in NODES:
            document = blank(nodes, issuer, alike=alike)
            what = "blank nodes, alike" if alike else "blank nodes"
            try:
                _, milliseconds, verdict = _measured(document, SUITES[0], issuer)
            except Exception as error:  # noqa: BLE001 - refused before it could be signed
                yield Row(SUITES[0], what, nodes, 0.0, f"refused ({error})")
            else:
                yield Row(SUITES[0], what, nodes, milliseconds, verdict)


def main() -> None:
    """Print the table."""
    print("\nverify as the credential grows: ms, and µs a kilobyte or a blank node")
    for row in rows():
        unit = f"{row.size:,} {row.what}"
        print(f"{row.suite:<18}{unit:<28}{row.milliseconds:>10.2f}{row.each:>10.0f}  {row.verdict}")


if __name__ == "__main__":
    main()
