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


def run(name, database, module="tests.races.scenarios"):
    done = subprocess.run(
        [sys.executable, "-m", module, name],
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


def test_of_many_decisions_on_a_revision_one_comes_first(database):
    came = run("revision", database)
    outcomes = came["outcomes"]
    assert outcomes.pop("state_conflict") >= 18
    assert came["broken"] == []
    # The registrar may give up what was just returned; nothing else comes twice.
    done = set(outcomes)
    assert done in ({"REGISTER"}, {"RETURN"}, {"withdrawn"}, {"RETURN", "withdrawn"})
    registered = outcomes.get("REGISTER", 0)
    assert came["decisions"] == registered + outcomes.get("RETURN", 0) <= 1
    assert (came["versions"], came["in_force"], came["open"]) == (1 + registered, 1 + registered, 1)
    assert came["revision"] == ("RETURNED" if done == {"RETURN"} else "")


@pytest.mark.parametrize(
    ("scenario", "told"), [("suspension", "activity_not_open"), ("standing", "state_conflict")]
)
def test_what_is_issued_while_somebody_suspends_it_holds(database, scenario, told):
    came = run(scenario, database)
    outcomes = came["outcomes"]
    issued, late = outcomes.get("issued", 0), outcomes.get(told, 0)
    assert outcomes.get("stopped") == 1
    assert issued + late == 30
    assert came["rows"] == issued
    assert came["verdicts"] == ({"VALID": issued} if issued else {})


def test_many_jobs_at_once_write_a_thing_down_once(database):
    assert run("overdue", database) == {
        "outcomes": {"done": 10},
        "written": 5,
        "decisions": 5,
        "suspended": 5,
    }


def test_of_many_grants_of_one_scope_one_holds(database):
    came = run("accreditations", database)
    # A grant that begins later may come first; one that begins before it then overlaps it.
    assert came["outcomes"]["granted"] == came["rows"] == 1
    assert came["outcomes"]["accreditation_overlaps"] == 9


def test_a_reader_of_the_feed_skips_nothing_while_many_write(database):
    assert run("feed", database) == {
        "outcomes": {"done": 8},
        "changes": 80,
        "seen": True,
        "while_they_wrote": True,
        "versions": True,
    }


def test_many_registered_at_once_close_no_circle(database):
    came = run("ring", database)
    assert came == {"outcomes": {"registered": 19, "links_not_acceptable": 1}, "links": 19}


def test_the_limit_of_requests_holds_for_many_at_once(tmp_path):
    came = run("throttle", f"sqlite:///{tmp_path}/throttle.sqlite3")
    assert came["outcomes"] == {"passed": 25, "stopped": 35}


def test_no_place_in_a_list_is_given_twice(database):
    came = run("places", database)
    assert came.pop("outcomes") == {"issued": 30, "failed 0": 10}
    assert came == {
        "awards": 30,
        "places": 120,
        "different": 120,
        "lists": 4,
        "taken": 120,
        "versions": True,
    }


def test_changes_of_one_credential_come_one_after_the_other(database):
    came = run("revocations", database)
    outcomes = came.pop("outcomes")
    assert outcomes.pop("published") == 5
    outcomes.pop("state_conflict", 0)
    assert came.pop("changes") == sum(outcomes.values()) >= 1
    assert set(outcomes) <= {"suspended", "undone", "revoked"}
    assert came == {"numbers": True, "as_written": True, "waits": False, "broken": []}
