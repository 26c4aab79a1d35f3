"""Nothing that should be refused gets through, and nothing that is good is refused.

The inputs are built anew at each run, with fresh keys, over every class of failure that verifiers of
this field are known for: JOSE, whose key, JSON versus graph, cost, reading of JSON, curves, SD-JWT,
presentations, status lists, addresses, files, periods. A hostile input must not be VALID, must say so
in the check where its fault lies, and must take no more than two seconds.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter

import pytest

from credentials.verify import Outcome, Verdict
from tests.conftest import ROOT
from tests.hostile import disclosing, files, graph, keys, lists, tokens
from tests.hostile.seals import seals
from tests.hostile.world import World, judged

SECONDS = 2.0
MEBIBYTES = 300
FEWEST = 400
WORLD = World()
BOOKS = [
    tokens.tokens(WORLD),
    keys.whose(WORLD),
    graph.graph(WORLD),
    graph.cost(WORLD),
    graph.reading(WORLD),
    keys.curves(WORLD),
    disclosing.disclosures(WORLD),
    disclosing.presentations(WORLD),
    lists.lists(WORLD),
    files.addresses(WORLD),
    files.files(WORLD),
    files.periods(WORLD),
    seals(WORLD),
    files.controls(),
]
CASES = [case for book in BOOKS for case in book.cases]


def ident(case):
    return f"{case.family}: {case.name}"[:150].encode("ascii", "backslashreplace").decode()


@pytest.mark.parametrize("case", [c for c in CASES if not c.hostile], ids=ident)
def test_what_is_good_is_valid(case):
    verdict, findings, _ = judged(case)
    assert verdict is Verdict.VALID, findings


@pytest.mark.parametrize("case", [c for c in CASES if c.hostile], ids=ident)
def test_what_is_hostile_is_refused(case):
    start = time.process_time()
    verdict, findings, reports = judged(case)
    assert time.process_time() - start < SECONDS
    assert verdict is not Verdict.VALID
    refused = {f.check for f in findings if f.outcome in (Outcome.FAILED, Outcome.UNKNOWN)}
    assert refused & case.where, findings
    door = {"envelope", "structure", "key", "proof"} & refused
    if door and case.challenge is None:
        assert reports[0].credential is None, "nothing is shown of what nobody signed"


def test_there_are_enough_and_each_is_another():
    hostile = [case for case in CASES if case.hostile]
    assert len({(c.raw, c.at, id(c.sources), c.challenge, c.domain) for c in hostile}) >= FEWEST
    names = Counter(ident(case) for case in CASES)
    assert [name for name, count in names.items() if count > 1] == []
    for book in BOOKS:
        kinds = {case.hostile for case in book.cases}
        assert kinds == {True, False} or book.family in (
            "controls",
            "addresses",
            "canonicalization cost",
        )


COSTLY = """
import resource
from tests.hostile import files, graph
from tests.hostile.world import World, judged
world = World()
for book in (graph.cost(world), graph.reading(world), files.files(world)):
    for case in book.cases:
        judged(case)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


def test_what_is_costly_stays_within_the_memory_that_is_promised():
    """In a process of its own, the inputs among it; and the processes that take files apart."""
    done = subprocess.run(
        [sys.executable, "-c", COSTLY], cwd=ROOT, capture_output=True, text=True, check=True
    )
    used, by_readers = map(int, done.stdout.split())
    assert used < MEBIBYTES
    assert by_readers < MEBIBYTES
