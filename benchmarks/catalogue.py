"""The catalogue at size: how fast its first page with facets comes, and what the index costs.

``python -m benchmarks.catalogue [ACTIVITIES]`` (200,000 without a number) makes that many documents
in twelve languages, indexes them in a database of its own, and asks for pages as people do, by the
page itself and without a cache. ``DATABASE_URL`` names an empty database; without it one is made in
a temporary folder.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[1]


def main(count: int) -> None:
    """Build, then ask in a process of its own, so that its memory is its own."""
    with tempfile.TemporaryDirectory() as home:
        env = {"DATABASE_URL": f"sqlite:///{home}/catalogue.sqlite3"} | os.environ
        env |= {"DJANGO_SETTINGS_MODULE": "tests.settings"}
        print(f"{env['DATABASE_URL'].partition(':')[0]}, {count} activities")
        for step in ("build", "ask"):
            command = [sys.executable, "-m", "benchmarks.catalogue", "--step", step, str(count)]
            done = subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE)
            print(f"  {step}: {done.stdout.decode().strip()}")


def run(step: str, count: int) -> None:
    """One step, with Django set up before the models are read."""
    django.setup()
    steps = importlib.import_module("benchmarks.catalogue_steps")
    print(json.dumps(steps.build(count) if step == "build" else steps.ask()))


if __name__ == "__main__":
    if "--step" in sys.argv:
        run(sys.argv[2], int(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
