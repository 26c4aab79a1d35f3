"""The crash matrix: after any failure at any point, a retry comes to the same, and all fits."""

import pytest

from tests.races.test_races import database, run  # noqa: F401 - the fixture

LEAST = {"issue": 60, "revoke": 60, "lists": 20, "append": 20}


@pytest.mark.parametrize("act", sorted(LEAST))
def test_each_statement_may_fail(database, act):  # noqa: F811 - the fixture
    came = run(act, database, module="tests.races.crashes")
    assert came["faults"] == []
    assert came["points"] >= LEAST[act]
