"""What every maker of sources promises of status lists: one suite, each maker held to it.

A source gives the bytes as they were published, says "no such list" or that it doesn't know, and
never judges: whose list it is, and whether it is old, is the room's question.
"""

import pytest

from credentials.errors import Malformed, NotFound, SourceUnavailable
from credentials.http_sources import MAX_BYTES, Fetcher, HttpSources
from credentials.verify import (
    OFFLINE,
    PinnedSources,
    SimulatedSources,
    StatusListAnswer,
    StatusListQuestion,
    Verdict,
    verify,
)
from tests.credentials.verify.test_status import credential, entry, made, status_token
from tests.credentials.verify.web import site
from tests.credentials.world import AT, DID, Issuer

PATH = "/status/revocation/1"


class Simulated:
    base = "https://registry.example"

    def publish(self, url, raw):
        self.sources.lists[url] = raw

    def __init__(self):
        self.sources = SimulatedSources()


class Pinned:
    base = "https://registry.example"

    def __init__(self):
        self._lists = []
        self.sources = PinnedSources([])

    def publish(self, url, raw):
        self._lists.append(raw)
        self.sources = PinnedSources([], self._lists)


class Http:
    def __init__(self, base, pages, context):
        self.base, self._pages = base, pages
        self.sources = HttpSources(Fetcher(allow_loopback=True, context=context))

    def publish(self, url, raw):
        self._pages[url.removeprefix(self.base)] = raw


@pytest.fixture(params=["simulated", "pinned", "http"])
def maker(request, tmp_path):
    if request.param == "http":
        with site(tmp_path) as (base, pages, _, context):
            yield Http(base, pages, context)
    else:
        yield {"simulated": Simulated, "pinned": Pinned}[request.param]()


def ask(maker, path=PATH):
    url = f"{maker.base}{path}"
    return maker.sources.status_list(StatusListQuestion(url, "application/vc", DID, AT))


def test_a_list_comes_as_it_was_published(maker):
    issuer = Issuer()
    raw = made(issuer, f"{maker.base}{PATH}", bits=[7])
    maker.publish(f"{maker.base}{PATH}", raw)
    answer = ask(maker)
    assert isinstance(answer, StatusListAnswer)
    assert answer.raw == raw
    assert answer.fetched_at in (None, AT)


def test_a_token_comes_as_it_was_published(maker):
    raw = status_token(Issuer(), sub=f"{maker.base}{PATH}")
    maker.publish(f"{maker.base}{PATH}", raw)
    assert ask(maker).raw == raw


def test_what_there_is_not_is_one_of_two_kinds_of_no(maker):
    with pytest.raises((NotFound, SourceUnavailable)):
        ask(maker)


def test_the_whole_address_counts(maker):
    one, two = f"{maker.base}{PATH}", f"{maker.base}{PATH}?v=2"
    issuer = Issuer()
    first, second = made(issuer, one), made(issuer, two, bits=[7])
    maker.publish(one, first)
    maker.publish(two, second)
    assert (ask(maker).raw, ask(maker, f"{PATH}?v=2").raw) == (first, second)
    with pytest.raises((NotFound, SourceUnavailable)):
        ask(maker, f"{PATH}?v=3")


@pytest.mark.parametrize("bits", [(), (7,)])
def test_the_room_says_the_same_with_each(maker, bits):
    issuer = Issuer()
    url = f"{maker.base}{PATH}"
    maker.publish(url, made(issuer, url, bits=bits))
    raw = credential(issuer, entry(url=url))
    ours, theirs = issuer.sources, maker.sources

    class Both:
        verification_method = ours.verification_method
        methods_of = ours.methods_of
        certified = ours.certified
        accreditation = ours.accreditation
        status_list = theirs.status_list
        inclusion = ours.inclusion

    report = verify(raw, sources=Both(), at=AT, policy=OFFLINE)
    assert report.verdict is (Verdict.INVALID if bits else Verdict.VALID), report.findings


# --- What is each maker's own ---------------------------------------------------------------------


def test_simulated_sources_can_be_silent():
    sources = SimulatedSources(down=True)
    with pytest.raises(SourceUnavailable):
        sources.status_list(StatusListQuestion("https://x.example/1", "*/*", DID, AT))


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"{}", b'{"id": 5}', b"a.b.c"])
def test_a_list_in_hand_says_its_address(raw):
    with pytest.raises(Malformed):
        PinnedSources([], [raw])


def test_one_address_has_one_list_in_hand():
    issuer = Issuer()
    raw = made(issuer)
    with pytest.raises(Malformed):
        PinnedSources([], [raw, raw])


@pytest.fixture
def http(tmp_path):
    with site(tmp_path) as (base, pages, asked, context):
        yield base, pages, asked, HttpSources(Fetcher(allow_loopback=True, context=context))


def test_the_site_is_asked_for_the_right_kind(http):
    base, pages, asked, sources = http
    pages["/l?a=1&b=2"] = b"{}"
    question = StatusListQuestion(f"{base}/l?a=1&b=2", "application/statuslist+jwt", DID, AT)
    assert sources.status_list(question) == StatusListAnswer(b"{}", AT)
    path, headers = asked[0]
    assert path == "/l?a=1&b=2"
    assert headers["Accept"] == "application/statuslist+jwt"
    assert "Cookie" not in headers


def test_no_such_list_and_no_answer_are_told_apart(http):
    base, pages, _, sources = http

    def get(path):
        return sources.status_list(StatusListQuestion(base + path, "*/*", DID, AT))

    with pytest.raises(NotFound):
        get("/gone")
    pages["/broken"] = (500, {}, b"")
    pages["/large"] = b" " * (MAX_BYTES + 1)
    pages["/packed"] = (200, {"Content-Encoding": "gzip"}, b"x")
    pages["/loop"] = (302, {"Location": "/loop"}, b"")
    pages["/plain"] = (302, {"Location": "http://localhost/x"}, b"")
    for path in ("/broken", "/large", "/packed", "/loop", "/plain"):
        with pytest.raises(SourceUnavailable):
            get(path)
    pages["/moved"] = (302, {"Location": "/here"}, b"")
    pages["/here"] = b"[]"
    assert get("/moved").raw == b"[]"


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/1",
        "ftp://example.org/1",
        "urn:uuid:0b8d5c1e-6f0f-4d5e-9a55-3c1c2b0a7e02",
        "did:web:example.org",
        "file:///etc/passwd",
        "https://user@localhost/1",
        "https://127.0.0.1/1",
        "https://[::1]/1",
        "https://169.254.169.254/latest/meta-data",
        "https:///1",
        "https://exa mple.org/",
        "https://[::1/1",
        "https://localhost:99999/",
    ],
)
def test_addresses_that_are_not_fetched(url, tmp_path):
    with site(tmp_path) as (_, _, asked, context):
        sources = HttpSources(Fetcher(context=context))
        with pytest.raises(SourceUnavailable):
            sources.status_list(StatusListQuestion(url, "*/*", DID, AT))
        assert asked == []


def test_the_list_of_a_site_that_serves_another(http):
    """End to end: the site gives another list of the same issuer, and it isn't believed."""
    base, pages, _, sources = http
    issuer = Issuer()
    issuer.sources.lists = {}
    pages[PATH] = made(issuer, f"{base}/other")
    issuer.sources.status_list = sources.status_list
    raw = credential(issuer, entry(url=f"{base}{PATH}"))
    report = verify(raw, sources=issuer.sources, at=AT, policy=OFFLINE)
    assert "status.list_of_another" in {f.code for f in report.findings}
    pages[PATH] = made(issuer, f"{base}{PATH}")
    assert verify(raw, sources=issuer.sources, at=AT, policy=OFFLINE).verdict is Verdict.VALID
