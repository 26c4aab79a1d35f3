"""``make bench``: issue and verify per second, beside the raw signature rates and the npm peer.

Figures of one run belong together: read the ratios. In process, one core; over HTTP, the server
of this process's machine with four threads on both sides.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import growth
from credentials.identifiers import did_document
from credentials.issue import prepare, sign
from credentials.keys import Algorithm, PrivateKey
from credentials.verify import verify
from tests.credentials.world import AT, FACTS, Issuer

ROOT = Path(__file__).resolve().parents[1]
SECONDS = float(os.environ.get("BENCH_SECONDS", "3"))
SUITES = {
    "eddsa-rdfc-2022": Algorithm.ED25519,
    "eddsa-jcs-2022": Algorithm.ED25519,
    "ecdsa-rdfc-2019": Algorithm.P256,
    "ecdsa-jcs-2019": Algorithm.P256,
}
TOKENS = {"vc+jwt": Algorithm.ED25519, "ob3+jwt": Algorithm.RSA, "vc+cose": Algorithm.P256}
Row = tuple[str, float]


def rate(act: Callable[[], Any]) -> float:
    """How often ``act`` runs in a second."""
    for _ in range(5):
        act()
    count, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < SECONDS:
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

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)


def over_http(raw: bytes) -> float:
    """Verifications a second through POST /api/v1/verifications, four clients at once."""
    with tempfile.TemporaryDirectory() as home:
        port = 8799
        env = os.environ | {"REGISTRY_VAR": home, "PUBLIC_URL": f"http://localhost:{port}"}
        env |= {"API_REQUESTS_PER_MINUTE": "0"}
        for step in (["-m", "registry.ops.embedded"], ["manage.py", "up"]):
            subprocess.run(
                [sys.executable, *step], cwd=ROOT, env=env, check=True, capture_output=True
            )
        shown = json.loads((Path(home) / "demo.json").read_text(encoding="utf-8"))
        command = ["--interface", "wsgi", "--port", str(port), "--no-ws", "--blocking-threads", "4"]
        server = subprocess.Popen(
            [sys.executable, "-m", "granian", *command, "registry.wsgi:application"],
            cwd=ROOT,
            env=env,
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        try:
            time.sleep(4)
            raw = urllib.request.urlopen(shown["share"] + "/credential.json").read()
            return _clients(f"http://localhost:{port}/api/v1/verifications", raw)
        finally:
            server.terminate()
            server.wait(timeout=20)


def _clients(url: str, raw: bytes) -> float:
    body = b'{"credential":' + raw + b"}"
    counts = [0] * 4
    end = time.perf_counter() + SECONDS

    def run(number: int) -> None:
        while time.perf_counter() < end:
            request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
            with urllib.request.urlopen(request) as answer:
                if json.load(answer)["verdict"] != "VALID":
                    raise SystemExit("a valid credential was not found valid")
            counts[number] += 1

    threads = [threading.Thread(target=run, args=(n,)) for n in range(4)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - start)


def raw_rates() -> list[Row]:
    """What the signatures alone cost: no verification can be faster."""
    rows = []
    for algorithm in (Algorithm.ED25519, Algorithm.P256, Algorithm.P384):
        key = PrivateKey.generate(algorithm)
        signature = key.sign(bytes(64))
        rows.append((f"raw {algorithm} sign", rate(lambda k=key: k.sign(bytes(64)))))
        check = rate(lambda k=key, s=signature: k.public.verify(s, bytes(64)))
        rows.append((f"raw {algorithm} verify", check))
    return rows


def own_rates(suite: str, issuer: Issuer) -> tuple[list[Row], bytes]:
    """Ours, in process; and a credential that the others are asked about."""
    raw, made = issuer.issue(suite), prepare(FACTS, at=AT)
    return [
        (f"{suite} prepare + issue", rate(lambda: issuer.issue(suite))),
        (
            f"{suite} sign + read back",
            rate(lambda: sign(made, signer=issuer.signer, at=AT, suite=suite)),
        ),
        (f"{suite} verify", rate(lambda: verify(raw, sources=issuer.sources, at=AT))),
    ], raw


def peer_rates(peer: Peer, suite: str, issuer: Issuer, raw: bytes) -> list[Row]:
    """The npm peer's, for the same credential."""
    value, methods = json.loads(raw), [issuer.sources.methods[issuer.method]]
    request = {"op": "rate", "suite": suite, "seconds": SECONDS}
    checked = peer.ask(
        **request,
        what="verify",
        credential=value,
        documents={issuer.did: did_document(issuer.did, methods)},
        now=AT.isoformat(),
    )
    curve = {"curve": "P-256"} if suite.startswith("ecdsa") else {}
    holder = peer.ask(op="key", **curve)
    document = {k: v for k, v in value.items() if k != "proof"}
    document["issuer"] = document["issuer"] | {"id": holder["did"]}
    signed = peer.ask(**request, what="sign", credential=document, key=holder["key"])
    return [
        (f"{suite} verify, npm peer", checked["count"] / checked["seconds"]),
        (f"{suite} sign, npm peer", signed["count"] / signed["seconds"]),
    ]


def main() -> None:
    """Print the table."""
    peer, rows, proven = Peer(), raw_rates(), b""
    for suite, algorithm in SUITES.items():
        issuer = Issuer(algorithm=algorithm)
        mine, raw = own_rates(suite, issuer)
        rows += mine + peer_rates(peer, suite, issuer, raw)
        proven = proven or raw
    peer.close()
    for suite, algorithm in TOKENS.items():
        rows += own_rates(suite, Issuer(algorithm=algorithm))[0]
    rows.append(("verify over HTTP, eddsa-rdfc-2022", over_http(proven)))
    for name, value in rows:
        print(f"{name:<40} {value:>10,.0f} /s")
    growth.main()


if __name__ == "__main__":
    main()
