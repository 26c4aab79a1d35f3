"""The registry as people start it: its demo in a folder of its own, on a free port."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

from tests.conftest import ROOT

# Settings of this test run, and keys that a first run makes for itself.
_OURS = ("SECRET_KEY", "REGISTRY_MASTER_KEY", "LEDGER_KEY", "DJANGO_SETTINGS_MODULE")
_OURS += ("DATABASE_URL", "REGISTRY_VAR")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(home, *, requests_per_minute=None):
    """What ``manage.py up`` prints (addresses, sign-ins) and its process, while the server runs."""
    port = free_port()
    env = {name: value for name, value in os.environ.items() if name not in _OURS}
    env |= {"REGISTRY_VAR": str(home), "PUBLIC_URL": f"http://localhost:{port}"}
    if requests_per_minute is not None:
        env["API_REQUESTS_PER_MINUTE"] = str(requests_per_minute)
    for step in (["-m", "registry.ops.embedded"], ["manage.py", "up"]):
        subprocess.run([sys.executable, *step], cwd=ROOT, env=env, check=True, capture_output=True)
    command = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws"]
    command += ["--workers", "1", "--blocking-threads", "4"]
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", *command, "registry.wsgi:application"],
        cwd=ROOT,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(f"http://localhost:{port}/health")
        shown = json.loads((home / "demo.json").read_text(encoding="utf-8"))
        # With the environment, a test can run a program beside the site, on its data.
        yield {**shown, "process": server.pid, "env": env}
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait(url):
    for _ in range(200):
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{url} didn't answer")
