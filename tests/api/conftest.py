"""Programs of each person of the world."""

import pytest

from tests.api.callers import Caller

NAMES = ("registrar", "issuer", "reviewer", "learner", "stranger")


@pytest.fixture
def calls(world, client):
    """By name: one caller for each person, and one without a token."""
    found = {name: Caller(client, f"{name}@example.org") for name in NAMES}
    return found | {"nobody": Caller(client)}
