"""``make bench``: issue and verify per second, beside the raw Ed25519 rate and the npm peer.

Everything is measured in one run, in rounds that take turns, so that a machine that is busy for a
while is busy for all: read the ratios. In process it is one core; over HTTP each server is one
process with its own interpreter, loaded by a program that isn't the bottleneck (its share of a core
is printed). ``BENCH_SECONDS`` (3) is the time of one measurement, ``BENCH_ROUNDS`` (3) how often.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from statistics import median

from benchmarks import growth, in_process, servers
from credentials.keys import Algorithm

SECONDS = float(os.environ.get("BENCH_SECONDS", "3"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
SUITES = {
    "eddsa-rdfc-2022": Algorithm.ED25519,
    "eddsa-jcs-2022": Algorithm.ED25519,
    "ecdsa-rdfc-2019": Algorithm.P256,
    "ecdsa-jcs-2019": Algorithm.P256,
}
TOKENS = {"vc+jwt": Algorithm.ED25519, "ob3+jwt": Algorithm.RSA, "vc+cose": Algorithm.P256}
# The registry issues with the keys of its institutions, which are Ed25519.
OVER_HTTP = ("eddsa-rdfc-2022", "eddsa-jcs-2022")
CONNECTIONS = 8


def over_http(raw: float) -> None:
    """Both servers, both suites, turn by turn. ``raw`` is the rate of a bare signature check."""
    print(f"\nverify over HTTP, one process, {CONNECTIONS} connections")
    print(
        f"{'':<28}{'/s':>8}{'x raw':>8}{'x peer':>8}{'p50 ms':>8}{'p99 ms':>8}  cores: it, client"
    )
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with (
            servers.registry(home, OVER_HTTP) as (ours, documents),
            servers.peer(home, documents, ours.bodies) as theirs,
        ):
            for suite in OVER_HTTP:
                rounds = [
                    [servers.load(one, suite, home, SECONDS, CONNECTIONS) for one in (ours, theirs)]
                    for _ in range(ROUNDS)
                ]
                for place, one in enumerate((ours, theirs)):
                    found = {
                        name: median(turn[place][name] for turn in rounds)
                        for name in rounds[0][place]
                    }
                    to_peer = median(turn[place]["rate"] / turn[1]["rate"] for turn in rounds)
                    print(
                        f"{suite + ', ' + one.name:<28}{found['rate']:>8,.0f}"
                        f"{found['rate'] / raw:>8.3f}{to_peer:>8.2f}{found['p50']:>8.1f}"
                        f"{found['p99']:>8.1f}  {found['server']:.2f}, {found['client']:.2f}"
                    )


def main() -> None:
    """Print the tables."""
    raw = in_process.measure(SUITES, TOKENS, SECONDS, ROUNDS)
    over_http(raw)
    growth.main()


if __name__ == "__main__":
    main()
