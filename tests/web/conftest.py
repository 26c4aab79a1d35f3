"""A site started as people start it, for the whole run, and a browser for each module.

The browser's event loop must be gone before tests that use the database in their own thread.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from playwright.sync_api import sync_playwright

from tests.conftest import ROOT

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
FLAGS += ["--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = tmp_path_factory.mktemp("var")
    names = ("SECRET_KEY", "REGISTRY_MASTER_KEY", "DJANGO_SETTINGS_MODULE", "DATABASE_URL")
    env = {name: value for name, value in os.environ.items() if name not in names}
    env |= {"REGISTRY_VAR": str(home), "PUBLIC_URL": f"http://localhost:{port}"}
    for step in (["-m", "registry.ops.embedded"], ["manage.py", "up"]):
        subprocess.run([sys.executable, *step], cwd=ROOT, env=env, check=True, capture_output=True)
    command = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws"]
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", *command, "registry.wsgi:application"],
        cwd=ROOT,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://localhost:{port}/health", timeout=1).close()
            break
        except OSError:
            time.sleep(0.1)
    yield json.loads((home / "demo.json").read_text())
    server.terminate()
    server.wait(timeout=20)


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield chromium
        chromium.close()
