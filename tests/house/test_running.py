"""What the documents tell people to run, runs; what they name, exists."""

import importlib
import os
import re
import secrets
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def run(command, **more):
    """What a command came to and said."""
    more = {"cwd": ROOT, "capture_output": True, "text": True, **more}
    return subprocess.run(command, check=False, **more)


def blocks(text):
    """The fenced blocks of a Markdown text."""
    return re.findall(r"^```\w*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_walk_names_what_exists():
    walk = (ROOT / "docs/walk.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:registry|credentials|schemas)(?:\.\w+)+)`", walk)
    assert len(named) >= 10
    for name in named:
        module, _, attribute = name.rpartition(".")
        assert callable(getattr(importlib.import_module(module), attribute)), name


@pytest.mark.parametrize("document", sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("docs/*.md")),
                         ids=lambda p: p.name)  # fmt: skip
def test_files_that_a_document_names_are_there(document):
    text = document.read_text(encoding="utf-8")
    named = re.findall(r"`((?:docs|registry|credentials|schemas|tests|benchmarks)/[\w./-]+)`", text)
    missing = [name for name in named if not (ROOT / name).exists()]
    assert missing == []


def test_targets_that_a_document_names_are_in_the_makefile():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for document in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")):
        text = document.read_text(encoding="utf-8")
        named = set(re.findall(r"(?:`|^)make ([a-z-]+)", text, re.MULTILINE))
        assert named <= targets, document


def test_the_first_screen_of_the_readme():
    """What it is in two sentences, the two commands, one picture, one real verification."""
    lines = README.splitlines()
    told = " ".join(lines[2 : lines.index("", 2)])
    assert len(re.findall(r"[.!?](?= |$)", told)) == 2
    start, flow, verification = blocks("\n".join(lines[:45]))
    assert re.findall(r"^make (\w+)", start, re.MULTILINE) == ["run", "test"]
    houses = ("schemas/", "credentials/", "registry/")
    assert all(house in flow for house in houses)
    assert "\nVALID at " in verification


def test_the_verification_of_the_readme(site, tmp_path):
    """Its commands, as they stand there, in a shell; its output, but for times and ids."""
    block = next(block for block in blocks(README) if "credentials verify" in block)
    commands = re.findall(r"^\$ (.*)$", block, re.MULTILINE)
    assert len(commands) == 2
    here = urlsplit(site["home"]).netloc.replace(":", "%3A")
    shown = block.replace("localhost%3A8000", here)
    wanted = [line for line in shown.splitlines() if not line.startswith("$ ")]
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    env = os.environ | {"PYTHONPATH": str(ROOT), "PATH": f"{tmp_path}:{os.environ['PATH']}"}

    def shell(command):
        command = command.replace("http://localhost:8000/", site["home"])
        return run(["bash", "-c", command], cwd=tmp_path, env=env)

    for name in ("credential.json", "credential.tlog-proof"):
        shell(f"curl -s {site['share']}/{name} > {name}")
    for command in commands:
        done = shell(command)
        assert (done.returncode, done.stderr) == (0, ""), command
    printed = done.stdout.splitlines()
    assert [_TIME.sub("T", line) for line in printed] == [_TIME.sub("T", line) for line in wanted]


def test_exit_codes_of_the_readme(site, tmp_path):
    """Without a trust file the answer is 2."""
    raw = subprocess.run(
        ["curl", "-s", f"{site['share']}/credential.json"], capture_output=True, check=True
    ).stdout
    (tmp_path / "c.json").write_bytes(raw)
    command = [sys.executable, "-m", "credentials", "verify", str(tmp_path / "c.json")]
    done = run(command)
    assert done.returncode == 2


@pytest.mark.django_db
def test_models_and_migrations_agree():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_a_deployment_with_every_secret_passes_all_checks(tmp_path):
    key = secrets.token_urlsafe(32)
    env = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": secrets.token_urlsafe(64),
        "REGISTRY_MASTER_KEY": key,
        "LEDGER_KEY": secrets.token_urlsafe(32),
        "LEDGER_URL": f"file://{tmp_path}/ledger",
        "PUBLIC_URL": "https://registry.example",
        "DATABASE_URL": "postgres://registry:secret@db.example:5432/registry",
        "CACHE_URL": "rediscache://cache.example:6379/1",
        "SECURE_SSL_REDIRECT": "true",
        "REGISTRY_VAR": str(tmp_path),
    }
    command = [sys.executable, "-W", "error", "manage.py", "check", "--deploy"]
    done = run([*command, "--fail-level", "WARNING"], env=env)
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"REGISTRY_MASTER_KEY": ""}, "registry.E003"),
        ({"REGISTRY_MASTER_KEY": "c2hvcnQ"}, "registry.E004"),
        ({"PUBLIC_URL": "http://registry.example"}, "registry.E002"),
        ({"PUBLIC_URL": "registry.example"}, "registry.E001"),
    ],
)
def test_a_deployment_that_is_not_safe_is_told(tmp_path, change, check):
    env = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "x",
        "REGISTRY_MASTER_KEY": secrets.token_urlsafe(32),
        "PUBLIC_URL": "https://registry.example",
        "REGISTRY_VAR": str(tmp_path),
    }
    done = run([sys.executable, "manage.py", "check"], env=env | change)
    assert done.returncode != 0
    assert check in done.stderr


def test_what_make_run_starts_refuses_an_unsafe_setting(tmp_path):
    """``up`` leaves Django's own checks to CI for the time they take; ours it runs."""
    env = os.environ | {"REGISTRY_VAR": str(tmp_path), "PUBLIC_URL": "http://registry.example"}
    env |= {"DJANGO_SETTINGS_MODULE": "registry.settings"}
    env |= {"DATABASE_URL": f"sqlite:///{tmp_path}/registry.sqlite3"}
    run([sys.executable, "-m", "registry.ops.embedded"], env=env)
    done = run([sys.executable, "manage.py", "up"], env=env)
    assert done.returncode != 0
    assert "registry.E002" in done.stderr
    assert not (tmp_path / "registry.sqlite3").exists()


def test_no_constraint_has_the_name_of_a_table():
    """PostgreSQL keeps tables and the indexes of constraints under one roof of names."""
    from django.apps import apps

    tables = {model._meta.db_table for model in apps.get_models()}
    for model in apps.get_models():
        rows = (*model._meta.constraints, *model._meta.indexes)
        assert not {row.name for row in rows} & tables, model
