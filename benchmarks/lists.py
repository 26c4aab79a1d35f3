"""``python -m benchmarks.lists``: what status lists and SD-JWT cost, in ms (best of five)."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

from credentials.encoding import LIMITS
from credentials.proofs import sd_jwt
from credentials.status import bitstring, token
from credentials.verify import OFFLINE, Verdict, verify
from tests.credentials.envelopes.test_sd_jwt import issued
from tests.credentials.verify.test_status import URL, credential, entry, made
from tests.credentials.world import AT, Issuer

ENTRIES = 1_000_000


def best(act: Callable[[], Any]) -> float:
    """The shortest of five times, in milliseconds."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return min(times) * 1000


def main() -> None:
    """Print the figures."""
    dice = random.Random(20260302)
    for share in (0, 0.001, 0.01, 0.05, 0.5, 1):
        indices = dice.sample(range(ENTRIES), int(ENTRIES * share))
        line = bitstring.encode(indices, length=ENTRIES)
        made_in = best(lambda rows=indices: bitstring.encode(rows, length=ENTRIES))
        tokens = best(lambda rows=indices: token.encode(rows, length=ENTRIES))
        read_in = best(lambda text=line: bitstring.expand(text))
        print(
            f"{ENTRIES:,} entries, {share:6.1%} set: made in {made_in:6.1f} ms, as a token list "
            f"{tokens:6.1f} ms, read in {read_in:5.1f} ms, {len(line):,} characters"
        )
    issuer = Issuer()
    encoded = bitstring.encode(range(0, ENTRIES, 100), length=ENTRIES)
    issuer.sources.lists = {URL: made(issuer, encoded=encoded)}
    raw = credential(issuer, entry(index=7))
    text = sd_jwt.present(issued(issuer), [("familyName",)]).encode()
    for name, one in (("with a list of a million", raw), ("SD-JWT VC", text)):
        assert len(one) < LIMITS.size
        report = verify(one, sources=issuer.sources, at=AT, policy=OFFLINE)
        assert report.verdict is Verdict.VALID, report.findings
        spent = best(lambda one=one: verify(one, sources=issuer.sources, at=AT, policy=OFFLINE))
        print(f"verify {name}: {spent:.2f} ms")


if __name__ == "__main__":
    main()
