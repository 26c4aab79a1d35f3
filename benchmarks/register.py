"""The whole register as a download: how long it takes, and how much memory.

``python -m benchmarks.register [ACTIVITIES]`` (20,000 without a number) fills a database of its own
with registered activities, a tenth of them in two versions, then publishes, serves and follows
them, each in a process of its own so that its memory is its own. ``DATABASE_URL`` names an empty
database; without it one is made in a temporary folder.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[1]
STEPS = ("fill", "publish", "serve", "follow", "document")


def main(count: int) -> None:
    """Every step in a process of its own."""
    with tempfile.TemporaryDirectory() as home:
        env = {"DATABASE_URL": f"sqlite:///{home}/register.sqlite3"} | os.environ
        env |= {"REGISTER_DIR": f"{home}/register", "DJANGO_SETTINGS_MODULE": "tests.settings"}
        for step in STEPS:
            command = [sys.executable, "-m", "benchmarks.register", "--step", step, str(count)]
            begin = time.perf_counter()
            done = subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE)
            print(step, done.stdout.decode().strip(), f"({time.perf_counter() - begin:.1f} s)")


def run(step: str, count: int) -> None:
    """One step, with Django set up before the models are read."""
    django.setup()
    steps = importlib.import_module("benchmarks.register_steps")
    print(json.dumps(steps.fill(count) if step == "fill" else steps.STEPS[step]()))


if __name__ == "__main__":
    if "--step" in sys.argv:
        run(sys.argv[2], int(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
