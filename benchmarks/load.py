"""A light load: a few connections kept open, one request after another on each, every answer read.

``python -m benchmarks.load URL FILE SECONDS CONNECTIONS EXPECT`` posts the file's bytes as JSON
and prints one line of JSON: requests, seconds, the client's own CPU seconds, and times in
milliseconds. An answer that doesn't hold the text EXPECT ends it: what is counted was verified.
It is a program of its own, so that it shares no interpreter with what it measures.
"""

from __future__ import annotations

import json
import resource
import selectors
import socket
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

WARM_UP = 0.2


class Connection:
    """One request under way at a time."""

    def __init__(self, address: tuple[str, int], request: bytes, expect: bytes) -> None:
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._request, self._expect = request, expect
        self._answer = b""
        self._sent = 0.0

    def send(self) -> None:
        """Begin the next request; small enough for the socket's buffer."""
        self._answer, self._sent = b"", time.perf_counter()
        self.socket.sendall(self._request)

    def read(self) -> float | None:
        """The time of the request once its answer is whole, ``None`` before."""
        part = self.socket.recv(1 << 18)
        if not part:
            raise SystemExit("the server closed the connection")
        self._answer += part
        head, ended, body = self._answer.partition(b"\r\n\r\n")
        if not ended:
            return None
        length = next(
            int(line[15:])
            for line in head.lower().split(b"\r\n")
            if line[:15] == b"content-length:"
        )
        if len(body) < length:
            return None
        if self._expect not in body:
            raise SystemExit(f"not what was expected: {self._answer[:500]!r}")
        return time.perf_counter() - self._sent


def run(url: str, body: bytes, seconds: float, connections: int, expect: bytes) -> dict[str, float]:
    """Load ``url`` and say what came of it."""
    parts = urlsplit(url)
    address = parts.hostname or "", parts.port or 80
    head = f"POST {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        connection = Connection(address, head.encode() + body, expect)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send()
    start = time.perf_counter()
    counted_from = start + seconds * WARM_UP
    end = counted_from + seconds
    times: list[float] = []
    spent = 0.0
    while (now := time.perf_counter()) < end:
        if not spent and now >= counted_from:
            spent, counted_from = _cpu(), now
        for key, _events in selector.select(1):
            took = key.data.read()
            if took is not None:
                if spent:
                    times.append(took)
                key.data.send()
    elapsed, used = time.perf_counter() - counted_from, _cpu() - spent
    times.sort()
    return {
        "requests": len(times),
        "seconds": elapsed,
        "cpu": used,
        "p50": 1000 * times[len(times) // 2],
        "p99": 1000 * times[len(times) * 99 // 100],
        "from": counted_from,
    }


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    url, file, seconds, connections, expect = sys.argv[1:]
    found = run(url, Path(file).read_bytes(), float(seconds), int(connections), expect.encode())
    print(json.dumps(found))
