"""The one file that opens a socket, against a real server over TLS on this machine."""

import gzip
import ipaddress
import json
import os
import socket
import subprocess
import sys
import threading
import time
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials.errors import Malformed, NotFound, SourceUnavailable
from credentials.http_sources import (
    LOOKUPS_AT_ONCE,
    MAX_BYTES,
    Fetcher,
    HttpSources,
    is_public_address,
    look_up,
)
from credentials.identifiers import did_document, did_web, did_web_url
from tests.conftest import ROOT
from tests.credentials.tls_site import Authority, serving
from tests.credentials.world import AT, FACTS, Issuer

HERE = "127.0.0.1"
ELSEWHERE = "93.184.216.34"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def site(authority):
    with serving(authority) as running:
        yield running


@pytest.fixture
def fetcher(authority):
    """A client for this machine, that finds every name here."""
    return Fetcher(
        context=authority.client, allow_loopback=True, seconds=3, lookup=lambda host, port: [HERE]
    )


@pytest.fixture
def strict(authority):
    """A client as strangers have it, that finds every name on this machine."""
    return Fetcher(context=authority.client, seconds=3, lookup=lambda host, port: [HERE])


@pytest.fixture
def no_connection(monkeypatch):
    """No connection leaves this machine; where one was wanted to is written down."""
    wanted = []

    def connect(address, timeout):
        wanted.append(address)
        raise ConnectionRefusedError("not from a test")

    monkeypatch.setattr(socket, "create_connection", connect)
    return wanted


# --- What is read --------------------------------------------------------------------------------


def test_a_document_is_read_with_nothing_of_ours_in_the_request(site, fetcher):
    site.serve("/a?b=c", b'{"a": 1}')
    assert fetcher.get(site.url("/a?b=c")) == b'{"a": 1}'
    ((path, headers),) = site.seen
    assert path == "/a?b=c"
    assert set(headers) == {"Host", "Accept", "Accept-Encoding", "Connection"}
    assert headers["Host"] == f"localhost:{site.port}"


@pytest.mark.parametrize("connection", ["close", "keep-alive"])
@pytest.mark.parametrize("size", [0, 1, 100_000])
def test_the_whole_body_is_read_whether_or_not_the_server_says_that_it_closes(
    site, fetcher, connection, size
):
    site.serve("/a", b"x" * size, Connection=connection)
    assert fetcher.get(site.url("/a")) == b"x" * size


def test_a_body_that_ends_with_the_connection_is_read(site, fetcher):
    def answer(handler):
        handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\nall of it")

    site.pages["/a"] = answer
    assert fetcher.get(site.url("/a")) == b"all of it"


def test_a_key_is_found_in_the_documents_of_its_issuer(site, fetcher):
    issuer = Issuer(did_web(f"localhost:{site.port}", "i", "kalda"))
    document = did_document(issuer.did, [issuer.sources.methods[issuer.method]])
    site.serve("/i/kalda/did.json", json.dumps(document).encode())
    sources = HttpSources(fetcher)
    found = sources.verification_method(issuer.method)
    assert found.public_key == issuer.key.public
    with pytest.raises(NotFound) as error:
        sources.verification_method(issuer.did + "#other")
    assert error.value.code == "key.not_found"


@pytest.mark.parametrize("status", [404, 410])
def test_no_document_is_no_key(site, fetcher, status):
    site.serve("/i/did.json", b"", status=status)
    with pytest.raises(NotFound) as error:
        HttpSources(fetcher).verification_method(did_web(f"localhost:{site.port}", "i") + "#k")
    assert error.value.code == "key.not_found"


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 200), (b'{"id": "did:web:other.test"}', 200), (b"{}", 500), (b"{}", 204)],
)
def test_what_is_no_document_leaves_the_key_unknown(site, fetcher, body, status):
    site.serve("/i/did.json", body, status=status)
    with pytest.raises(SourceUnavailable) as error:
        HttpSources(fetcher).verification_method(did_web(f"localhost:{site.port}", "i") + "#k")
    assert error.value.code == "key.unreachable"


def test_accreditation_is_never_known_from_the_network():
    with pytest.raises(SourceUnavailable) as error:
        HttpSources().accreditation(None)
    assert error.value.code == "accreditation.unreachable"


# --- Redirects -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_three_redirects_are_followed_and_a_fourth_is_not(site, fetcher, status):
    site.serve("/4", b"here")
    site.redirect("/3", "/4", status=status)
    site.redirect("/2", site.url("/3", "other.test"), status=status)
    site.redirect("/1", "//issuer.test:%d/2" % site.port, status=status)
    site.redirect("/0", "1", status=status)
    assert fetcher.get(site.url("/1")) == b"here"
    with pytest.raises(SourceUnavailable, match="too often"):
        fetcher.get(site.url("/0"))


def test_no_cookie_is_kept(site, fetcher):
    site.serve("/2", b"here")
    site.redirect("/1", "/2", Set_Cookie="a=b; Path=/")
    assert fetcher.get(site.url("/1")) == b"here"
    assert all("Cookie" not in headers for _path, headers in site.seen)


@pytest.mark.parametrize(
    "to",
    [
        "http://localhost/",
        "ftp://localhost/",
        "file:///etc/passwd",
        "https://user@localhost/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://local host/",
        "https://localhost\\@other.test/",
        "https://lоcalhost/",
        "https://localhost:99999/",
        "https://localhost:0/",
        "https://a..test/",
        "/a b",
    ],
)
def test_a_redirect_is_checked_like_any_address(site, fetcher, to):
    site.redirect("/1", to.encode().decode("latin-1"))
    with pytest.raises(SourceUnavailable):
        fetcher.get(site.url("/1"))
    assert len(site.seen) == 1


def test_a_redirect_to_nowhere_is_no_answer(site, fetcher):
    site.serve("/1", b"", status=302)
    with pytest.raises(SourceUnavailable, match="nowhere"):
        fetcher.get(site.url("/1"))


def test_a_redirect_out_of_this_machine_is_checked_as_a_strangers_is(site, authority):
    places = {"localhost": [HERE], "inside.test": ["10.0.0.1"], "mixed.test": [HERE, "10.0.0.1"]}
    fetcher = Fetcher(
        context=authority.client,
        allow_loopback=True,
        ports=(443, site.port),
        lookup=lambda host, port: places[host],
    )
    for host in ("inside.test", "mixed.test"):
        site.redirect("/1", site.url("/2", host))
        with pytest.raises(SourceUnavailable, match="isn't a public address"):
            fetcher.get(site.url("/1"))


# --- Bounds --------------------------------------------------------------------------------------


def test_a_megabyte_is_read_and_a_byte_more_is_not(site, fetcher):
    site.serve("/fits", b"x" * MAX_BYTES)
    site.serve("/too-large", b"x" * (MAX_BYTES + 1))
    assert len(fetcher.get(site.url("/fits"))) == MAX_BYTES
    with pytest.raises(SourceUnavailable, match="too large"):
        fetcher.get(site.url("/too-large"))


def test_a_body_in_pieces_is_bounded_too(site, fetcher):
    def pieces(handler):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        except OSError:
            ended.set()

    ended = threading.Event()
    site.pages["/1"] = pieces
    with pytest.raises(SourceUnavailable, match="too large"):
        fetcher.get(site.url("/1"))
    assert ended.wait(5)


def test_gzip_is_unpacked_and_bounded_while_it_grows(site, fetcher):
    site.serve("/small", gzip.compress(b"here"), Content_Encoding="gzip")
    assert fetcher.get(site.url("/small")) == b"here"
    site.serve("/fits", gzip.compress(b"x" * MAX_BYTES), Content_Encoding="GZIP")
    assert len(fetcher.get(site.url("/fits"))) == MAX_BYTES
    site.serve("/bomb", gzip.compress(b"x" * (64 * MAX_BYTES)), Content_Encoding="gzip")
    with pytest.raises(SourceUnavailable, match="too large"):
        fetcher.get(site.url("/bomb"))


@pytest.mark.parametrize(
    ("coding", "body", "reason"),
    [
        ("gzip", b"no gzip at all", "isn't gzip"),
        ("gzip", gzip.compress(b"cut" * 99)[:-9], "cut off"),
        ("deflate", zlib.compress(b"x"), "isn't read"),
        ("br", b"x", "isn't read"),
        ("gzip, gzip", b"x", "isn't read"),
    ],
)
def test_other_codings_are_not_read(site, fetcher, coding, body, reason):
    site.serve("/1", body, Content_Encoding=coding)
    with pytest.raises(SourceUnavailable, match=reason):
        fetcher.get(site.url("/1"))


def test_a_body_that_ends_before_its_length_is_no_answer(site, fetcher):
    site.serve("/1", b'{"a": 1}', Content_Length="100")
    with pytest.raises(SourceUnavailable, match="cut off"):
        fetcher.get(site.url("/1"))


def dripping(begin):
    def answer(handler):
        handler.wfile.write(begin)
        try:
            while True:
                handler.wfile.write(b"x")
                time.sleep(0.05)
        except OSError:
            pass

    return answer


@pytest.mark.parametrize(
    "begin", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n"]
)
def test_a_server_that_drips_is_left_at_the_deadline(site, authority, begin):
    fetcher = Fetcher(
        context=authority.client, allow_loopback=True, seconds=0.5, lookup=lambda h, p: [HERE]
    )
    site.pages["/1"] = dripping(begin)
    start = time.monotonic()
    with pytest.raises(SourceUnavailable):
        fetcher.get(site.url("/1"))
    assert time.monotonic() - start < 2


def test_the_deadline_is_one_for_all_redirects(site, authority):
    def slow(handler):
        time.sleep(0.3)
        handler.send_response(302)
        handler.send_header("Location", "/1")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    fetcher = Fetcher(
        context=authority.client, allow_loopback=True, seconds=0.5, lookup=lambda h, p: [HERE]
    )
    site.pages["/1"] = slow
    start = time.monotonic()
    with pytest.raises(SourceUnavailable) as error:
        fetcher.get(site.url("/1"))
    assert "too often" not in str(error.value)
    assert time.monotonic() - start < 2


def test_a_server_that_never_shakes_hands_is_left_at_the_deadline(authority):
    with socket.create_server((HERE, 0)) as silent:
        fetcher = Fetcher(
            context=authority.client, allow_loopback=True, seconds=0.3, lookup=lambda h, p: [HERE]
        )
        start = time.monotonic()
        with pytest.raises(SourceUnavailable):
            fetcher.get(f"https://localhost:{silent.getsockname()[1]}/")
        assert time.monotonic() - start < 2


def test_a_resolver_that_hangs_is_left_at_the_deadline_and_only_a_few_at_once():
    release = threading.Event()

    def hanging(host, port):
        release.wait(20)
        return [ELSEWHERE]

    fetcher = Fetcher(seconds=0.1, lookup=hanging)
    start, before = time.monotonic(), threading.active_count()
    try:
        for _ in range(LOOKUPS_AT_ONCE + 3):
            with pytest.raises(SourceUnavailable):
                fetcher.get("https://issuer.test/")
        assert threading.active_count() - before <= LOOKUPS_AT_ONCE
        assert time.monotonic() - start < 10
    finally:
        release.set()


@pytest.mark.parametrize("fault", [OSError("no such name"), UnicodeError("label too long")])
def test_a_name_that_is_not_found_is_unknown(fault):
    def lookup(host, port):
        raise fault

    with pytest.raises(SourceUnavailable):
        Fetcher(lookup=lookup).get("https://issuer.test/")
    with pytest.raises(SourceUnavailable, match="no address"):
        Fetcher(lookup=lambda h, p: []).get("https://issuer.test/")


# --- Whose server it is --------------------------------------------------------------------------


def test_an_unknown_authority_is_not_trusted(site):
    fetcher = Fetcher(allow_loopback=True, lookup=lambda h, p: [HERE])
    site.serve("/", b"{}")
    with pytest.raises(SourceUnavailable, match="CERTIFICATE_VERIFY_FAILED"):
        fetcher.get(site.url("/"))
    assert site.seen == []


def test_a_certificate_for_another_name_is_not_trusted(site, fetcher):
    with pytest.raises(SourceUnavailable, match="CERTIFICATE_VERIFY_FAILED"):
        fetcher.get(site.url("/", "third.test"))


def test_proxies_of_the_environment_are_not_used(site, fetcher, monkeypatch):
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    site.serve("/", b"here")
    assert fetcher.get(site.url("/")) == b"here"


# --- Where it may go -----------------------------------------------------------------------------

NOT_PUBLIC = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.9.9.9",
    "169.254.169.254", "169.254.0.1", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1",
    "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.0.0.1",
    "::ffff:169.254.169.254", "::ffff:0.0.0.0", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::1",
    "3fff::1", "4000::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0",
    "fec0::1", "ff02::1", "ff0e::1",
    "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "",
]  # fmt: skip


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_not_asked(authority, no_connection, address):
    assert not is_public_address(address)
    fetcher = Fetcher(context=authority.client, lookup=lambda h, p: [address])
    with pytest.raises(SourceUnavailable, match="isn't a public address"):
        fetcher.get("https://issuer.test/")
    behind = Fetcher(context=authority.client, lookup=lambda h, p: [ELSEWHERE, address])
    with pytest.raises(SourceUnavailable, match="isn't a public address"):
        behind.get("https://issuer.test/")
    assert no_connection == []


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", ELSEWHERE, "::ffff:1.1.1.1", "2606:4700::1111", "64:ff9b::101:101"],
)
def test_public_addresses_are_asked(authority, no_connection, address):
    assert is_public_address(address)
    with pytest.raises(SourceUnavailable):
        Fetcher(context=authority.client, lookup=lambda h, p: [address]).get("https://a.test/")
    assert no_connection == [(address, 443)]


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_is_judged_as_itself(inner):
    plain = is_public_address(str(inner))
    assert is_public_address(f"::ffff:{inner}") == plain
    nat64 = ipaddress.IPv6Address(b"\x00\x64\xff\x9b" + bytes(8) + inner.packed)
    assert is_public_address(str(nat64)) == plain
    six = ipaddress.IPv6Address(b"\x20\x02" + inner.packed + bytes(10))
    assert not is_public_address(str(six))


def test_the_address_that_was_checked_is_the_one_that_is_asked(authority, no_connection):
    answers = iter([[ELSEWHERE], [HERE], ["169.254.169.254"]])
    fetcher = Fetcher(context=authority.client, lookup=lambda h, p: next(answers))
    with pytest.raises(SourceUnavailable):
        fetcher.get("https://issuer.test/")
    assert no_connection == [(ELSEWHERE, 443)]
    assert next(answers) == [HERE], "the name was looked up again"


def test_each_redirect_looks_up_and_checks_anew(site, authority):
    answers = [[HERE], [HERE], ["10.0.0.1"]]
    fetcher = Fetcher(
        context=authority.client,
        allow_loopback=True,
        ports=(site.port,),
        lookup=lambda h, p: answers.pop(0),
    )
    site.redirect("/1", "/2")
    site.redirect("/2", "/3")
    site.serve("/3", b"inside")
    with pytest.raises(SourceUnavailable, match="isn't a public address"):
        fetcher.get(site.url("/1"))
    assert [path for path, _ in site.seen] == ["/1", "/2"]


def test_another_address_is_tried_where_one_does_not_answer(authority, no_connection):
    several = [f"1.1.1.{n}" for n in range(1, 9)]
    with pytest.raises(SourceUnavailable):
        Fetcher(context=authority.client, lookup=lambda h, p: several).get("https://a.test/")
    assert [address for address, _ in no_connection] == several[:4]


def test_this_machine_is_reached_only_when_it_is_said(site, strict, fetcher):
    site.serve("/", b"here")
    assert fetcher.get(site.url("/")) == b"here"
    with pytest.raises(SourceUnavailable):
        strict.get(site.url("/"))
    with pytest.raises(SourceUnavailable, match="isn't a public address"):
        strict.get("https://localhost/")


def test_the_system_finds_this_machine():
    assert {ipaddress.ip_address(found).is_loopback for found in look_up("localhost", 443)} == {
        True
    }


def test_where_this_machine_may_be_asked_other_addresses_are_judged_as_ever(authority):
    for address in ("10.0.0.1", "no address"):
        fetcher = Fetcher(
            context=authority.client, allow_loopback=True, lookup=lambda h, p, a=address: [a]
        )
        with pytest.raises(SourceUnavailable, match="isn't a public address"):
            fetcher.get("https://issuer.test/")


def test_no_time_is_no_answer(authority, no_connection):
    fetcher = Fetcher(context=authority.client, seconds=0, lookup=lambda h, p: [ELSEWHERE])
    with pytest.raises(SourceUnavailable, match="deadline"):
        fetcher.get("https://issuer.test/")
    assert no_connection == []


def test_no_port_but_the_one_of_https_is_asked(authority, no_connection):
    def asked(url, **more):
        fetcher = Fetcher(context=authority.client, lookup=lambda h, p: [ELSEWHERE], **more)
        with pytest.raises(SourceUnavailable) as error:
            fetcher.get(url)
        return str(error.value)

    for port in (22, 80, 8443, 6379):
        assert "isn't asked" in asked(f"https://issuer.test:{port}/")
    assert no_connection == []
    asked("https://issuer.test/")
    asked("https://issuer.test:8443/", ports=(8443,))
    assert no_connection == [(ELSEWHERE, 443), (ELSEWHERE, 8443)]


@pytest.mark.parametrize(
    "did",
    [
        "did:web:example.org%2fx",
        "did:web:example.org%2Fx",
        "did:web:example.org:a%2f..%2fb",
        "did:web:user%40example.org",
        "did:web:user@example.org",
        "did:web:example.org:.:x",
        "did:web:example.org:..:x",
        "did:web:example.org:%2e%2e:x",
        "did:web:example.org::x",
        "did:web:example.org:",
        "did:web:127.0.0.1",
        "did:web:2130706433",
        "did:web:0x7f000001",
        "did:web:0x7f.0x1",
        "did:web:a.0x7f",
        "did:web:0177.0.0.1",
        "did:web:127.1",
        "did:web:169.254.169.254",
        "did:web:[::1]",
        "did:web:%5B::1%5D",
        "did:web:example.org%3A0",
        "did:web:example.org%3A0443",
        "did:web:example.org%3A65536",
        "did:web:example.org%3A443%3A443",
        "did:web:example.org%253A443",
        "did:web:EXAMPLE.org",
        "did:web:example..org",
        "did:web:-a.org",
        "did:web:exam_ple.org",
        "did:web:example.org.",
        "did:web:xn--%C3%A9.org",
    ],
)
def test_a_did_web_that_two_readers_could_read_differently_is_refused(did):
    with pytest.raises(Malformed):
        did_web_url(did)


# --- The command line ----------------------------------------------------------------------------


def test_the_command_line_asks_the_issuers_site(site, authority, tmp_path):
    issuer = Issuer(did_web(f"localhost:{site.port}", "kalda"))
    document = did_document(issuer.did, [issuer.sources.methods[issuer.method]])
    site.serve("/kalda/did.json", json.dumps(document).encode())
    body = replace(FACTS.awarding_body, did=issuer.did)
    (tmp_path / "c.json").write_bytes(issuer.issue(awarding_body=body))

    def run(*options, **environment):
        at = ["--at", AT.isoformat()]
        return subprocess.run(
            [sys.executable, "-m", "credentials", "verify", *options, *at, tmp_path / "c.json"],
            cwd=ROOT,
            env={**os.environ, "SSL_CERT_FILE": str(authority.root), **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    here = {"VERIFIER_ALLOW_LOOPBACK": "1"}
    asked = run("--online", **here)
    assert (asked.returncode, asked.stderr) == (0, ""), asked.stdout
    assert "key.issuers" in asked.stdout
    assert len(site.seen) == 1
    for unasked in (run(**here), run("--online"), run("--online", VERIFIER_ALLOW_LOOPBACK="yes")):
        assert unasked.returncode == 2
        assert "key.unreachable" in unasked.stdout
    assert len(site.seen) == 1
