"""The cost of a verification grows with the credential and not faster, up to what is refused."""

import time

import pytest

from benchmarks.growth import SUITES, blank, sized
from credentials.issue import prepare_document, sign
from credentials.verify import OFFLINE, SimulatedSources, Verdict, verify
from tests.credentials.forms import SelfIssuer
from tests.credentials.world import AT

ISSUER = SelfIssuer()
SECONDS = 2.0


def cost(document, suite):
    """Bytes, and the least processor time of three verifications of it."""
    prepared = prepare_document(document, at=AT)
    raw = sign(prepared, signer=ISSUER.signer, at=AT, suite=suite).raw
    times = []
    for _ in range(3):
        start = time.process_time()
        report = verify(raw, sources=SimulatedSources(), at=AT, policy=OFFLINE)
        times.append(time.process_time() - start)
        assert report.verdict is Verdict.VALID, report.findings
    return len(raw), min(times)


@pytest.mark.parametrize("suite", SUITES)
def test_ten_times_the_size_is_not_much_more_than_ten_times_the_work(suite):
    small, less = cost(sized(20, ISSUER), suite)
    large, more = cost(sized(200, ISSUER), suite)
    assert (small, large) == pytest.approx((20_000, 200_000), rel=0.1)
    assert more < SECONDS
    assert more / large < 3 * less / small


@pytest.mark.parametrize("alike", [False, True])
def test_ten_times_the_blank_nodes_too(alike):
    _, less = cost(blank(50, ISSUER, alike=alike), SUITES[0])
    _, more = cost(blank(500, ISSUER, alike=alike), SUITES[0])
    assert more < SECONDS
    assert more < 30 * less
