"""Many at once, on SQLite and on PostgreSQL: one wins, the others are told, nothing is lost."""

import json
import os
import secrets
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from tests.conftest import ROOT

POSTGRESQL = os.environ.get("TEST_DATABASE_URL", "")
DATABASES = ["sqlite", *(["postgresql"] if POSTGRESQL else [])]


@pytest.fixture(params=DATABASES)
def database(request, tmp_path):
    """The address of an empty database of its own."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/races.sqlite3"
        return
    import psycopg

    name = f"races_{secrets.token_hex(6)}"
    with psycopg.connect(POSTGRESQL, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield urlsplit(POSTGRESQL)._replace(path=f"/{name}").geturl()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def run(name, database):
    done = subprocess.run(
        [sys.executable, "-m", "tests.races.scenarios", name],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_fifty_officers_give_one_decision(database):
    came = run("officers", database)
    assert came["outcomes"] == {"decided": 1, "state_conflict": 49}
    assert (came["reviews"], came["versions"], came["standings"]) == (1, True, True)


def test_two_hundred_submissions_at_once_lose_none(database):
    came = run("submissions", database)
    assert came == {"outcomes": {"submitted": 200}, "waiting": 200, "audited": 200, "broken": []}


def test_one_idempotency_key_gives_one_credential(database):
    assert run("same_key", database) == {
        "outcomes": {"answered": 20},
        "awards": 1,
        "different": 1,
    }


def test_many_registered_at_once_close_no_circle(database):
    came = run("ring", database)
    assert came == {"outcomes": {"registered": 19, "links_not_acceptable": 1}, "links": 19}


def test_the_limit_of_requests_holds_for_many_at_once(tmp_path):
    came = run("throttle", f"sqlite:///{tmp_path}/throttle.sqlite3")
    assert came["outcomes"] == {"passed": 25, "stopped": 35}
