"""What is loaded: our registry as ``make run`` starts it, and the npm peer behind plain Node."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.demo_site import free_port, running

ROOT = Path(__file__).resolve().parents[1]
HERTZ = os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    """A running server: where it verifies, and the processes that do its work."""

    name: str
    url: str
    expect: str
    process: int
    bodies: dict[str, bytes] = field(default_factory=dict)

    def cpu(self) -> float:
        """CPU seconds of the process and everything below it, so far."""
        return sum(map(_cpu_of, _family(self.process)))


def _family(process: int) -> list[int]:
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    return [process, *(one for child in children for one in _family(int(child)))]


def _cpu_of(process: int) -> float:
    # Field 2 is the program's name in parentheses and may hold spaces (proc(5)).
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / HERTZ


@contextmanager
def registry(home: Path, suites: tuple[str, ...]) -> Iterator[tuple[Server, dict[str, Any]]]:
    """Our server with a credential of each suite, and the DID documents of its institutions."""
    with running(home, requests_per_minute=0) as shown:
        base, token = shown["home"], _token(home, shown)
        server = Server(
            "registry", f"{base}api/v1/verifications", '"verdict":"VALID"', shown["process"]
        )
        for suite in suites:
            server.bodies[suite] = b'{"credential":' + _awarded(base, shown, token, suite) + b"}"
        with urllib.request.urlopen(f"{base}trust.json") as answer:
            documents = {row["id"]: row for row in json.load(answer)["didDocuments"]}
        yield server, documents


def _token(home: Path, shown: dict[str, Any]) -> str:
    env = {**os.environ, "REGISTRY_VAR": str(home), "PUBLIC_URL": shown["home"].rstrip("/")}
    command = [sys.executable, "manage.py", "token", shown["sign_in"]["issuer"][0]]
    made = subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    return made.stdout.strip()


def _awarded(base: str, shown: dict[str, Any], token: str, suite: str) -> bytes:
    order = {
        "activity": shown["activity"].rstrip("/").rpartition("/")[2],
        "recipient": {"full_name": "Ελένη Καραγιάννη"},
        "awarded_on": time.strftime("%Y-%m-%d", time.gmtime()),
        "suite": suite,
    }
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{base}api/v1/awards", json.dumps(order).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        made = json.load(answer)
    request = urllib.request.Request(made["credential_url"], headers=headers)
    with urllib.request.urlopen(request) as answer:
        return bytes(answer.read())


@contextmanager
def peer(home: Path, documents: dict[str, Any], bodies: dict[str, bytes]) -> Iterator[Server]:
    """``@digitalbazaar/vc`` behind a plain Node server."""
    file, port = home / "documents.json", free_port()
    file.write_text(json.dumps(documents), encoding="utf-8")
    process = subprocess.Popen(
        ["node", "server.mjs", str(port), str(file)],
        cwd=ROOT / "benchmarks/peer",
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "NODE_ENV": "production"},
    )
    try:
        assert process.stdout is not None
        if process.stdout.readline() != "ready\n":
            raise SystemExit("the peer's server didn't start")
        url = f"http://127.0.0.1:{port}/"
        yield Server("npm peer", url, '"verified":true', process.pid, bodies)
    finally:
        process.terminate()
        process.wait(timeout=20)


def load(
    server: Server, suite: str, home: Path, seconds: float, connections: int
) -> dict[str, float]:
    """What a load of one suite came to; ``server_cpu`` in seconds a request."""
    body = home / "body.json"
    body.write_bytes(server.bodies[suite])
    command = [server.url, str(body), str(seconds), str(connections), server.expect]
    before, start = server.cpu(), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load", *command],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{server.name}, {suite}: {done.stderr}")
    found: dict[str, float] = json.loads(done.stdout)
    # Warm-up and all: the server's share of its time is the same before counting and while.
    busy = (server.cpu() - before) / (time.perf_counter() - start)
    found["rate"] = found["requests"] / found["seconds"]
    found["server"], found["client"] = busy, found["cpu"] / found["seconds"]
    return found
