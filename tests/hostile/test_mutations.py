"""A slice of ``make mutations`` at each run; the run's seed is told when something is found."""

import json
import random

import pytest

from tests.credentials.forms import every_form
from tests.hostile import mutations

COUNT = 20_000
PAGES = 300


def test_nothing_that_was_changed_is_believed_and_nothing_breaks():
    told = []
    seed = random.SystemRandom().getrandbits(32)
    outcomes = mutations.run(COUNT, seed, told.append)
    assert told == [], told[0][:5000]
    assert sum(outcomes.values()) == COUNT
    assert outcomes["invalid"] > COUNT // 2
    assert 0 < outcomes["valid, saying the same"] < COUNT // 4


def test_a_verifier_that_believes_what_was_changed_would_be_found(monkeypatch):
    """The judge of the run is no rubber stamp: signatures that aren't looked at are told."""
    monkeypatch.setattr("credentials.keys.public.PublicKey.verify", lambda *_: None)
    outcomes = mutations.run(400, 1, lambda _: None)
    assert outcomes["accepted"] > 20


@pytest.mark.django_db
def test_the_page_and_the_api_answer_whatever_comes(client):
    chance = random.Random(random.SystemRandom().getrandbits(32))
    rows = [row for row in mutations.controls() if not row.is_file]
    for _ in range(PAGES):
        raw = mutations.mutated(chance.choice(rows), rows, chance)
        page = client.post("/verify", {"text": raw.decode("utf-8", "replace")})
        assert page.status_code == 200, raw
        body = json.dumps({"credential": raw.decode("utf-8", "replace")})
        answer = client.post("/api/v1/verifications", body, content_type="application/json")
        assert answer.status_code in (200, 400), raw


def test_the_controls_are_of_every_form():
    assert {row.name for row in mutations.controls()} == {*every_form(), "JAdES"}
