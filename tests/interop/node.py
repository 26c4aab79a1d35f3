"""Programs in Node that stand for implementations nobody here wrote: one line asks, one answers."""

import json
import subprocess
from contextlib import contextmanager

from tests.conftest import ROOT


@contextmanager
def asking(script):
    """A function that asks the script of ``benchmarks/peer``; a failed request fails the test."""
    process = subprocess.Popen(
        ["node", script],
        cwd=ROOT / "benchmarks/peer",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def ask(**request):
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        assert "failed" not in answer, answer
        return answer

    with process:
        yield ask
        process.stdin.close()
        process.wait(timeout=20)
