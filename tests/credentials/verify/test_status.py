"""The status room: every entry, every kind of list, and no list believed but the issuer's."""

import gzip
import json
from datetime import timedelta
from time import perf_counter

import pytest

from credentials import prepare_document, sign, verify
from credentials.encoding import b64url_encode, canonicalize, multibase_encode
from credentials.envelopes.status_list import status_list_jwt
from credentials.errors import SigningFailed
from credentials.issue import prepare_claims
from credentials.keys import Use
from credentials.proofs.jose import sign_compact
from credentials.signers import MemorySigner
from credentials.status import bitstring, token
from credentials.verify import OFFLINE, Outcome, StatusListAnswer, Verdict
from tests.credentials.world import AT, Issuer

URL = "https://registry.example/institutions/kalda/status/revocation/1"
OTHER_URL = "https://registry.example/institutions/kalda/status/suspension/1"
MESSAGES = [
    {"status": "0x0", "message": "as issued"},
    {"status": "0x1", "message": "name corrected"},
    {"status": "0x2", "message": "title corrected"},
    {"status": "0x3", "message": "undefined"},
]


def entry(purpose="revocation", index=7, url=URL, **more):
    return bitstring.entry_for(url, index=index, purpose=purpose) | more


def credential(issuer, status):
    document = json.loads(issuer.issue())
    del document["proof"], document["credentialSchema"]
    document["credentialStatus"] = status
    return sign(prepare_document(document, at=AT), signer=issuer.signer, at=AT).raw


def made(issuer, url=URL, purpose="revocation", bits=(), encoded=None, change=None, **options):
    """A signed list credential; ``change`` may do anything to it before it is signed."""
    encoded = bitstring.encode(bits) if encoded is None else encoded
    options = {"valid_from": AT - timedelta(hours=1)} | options
    document = bitstring.list_credential(
        url, issuer=issuer.did, purpose=purpose, encoded_list=encoded, **options
    )
    if change:
        change(document)
    return sign(prepare_document(document, at=AT), signer=issuer.signer, at=AT).raw


def asked(issuer, status, lists, at=AT):
    """The status finding of a credential with that status."""
    issuer.sources.lists = lists
    report = verify(credential(issuer, status), sources=issuer.sources, at=at, policy=OFFLINE)
    (finding,) = [f for f in report.findings if f.check == "status"]
    expected = {Outcome.FAILED: Verdict.INVALID, Outcome.UNKNOWN: Verdict.INDETERMINATE}
    assert report.verdict is expected.get(finding.outcome, Verdict.VALID), report.findings
    return finding


def code(*arguments, **options):
    return asked(*arguments, **options).code.removeprefix("status.")


@pytest.fixture
def issuer():
    return Issuer()


# --- What lists say -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("purpose", "said", "outcome"),
    [
        ("revocation", "revoked", Outcome.FAILED),
        ("suspension", "suspended", Outcome.FAILED),
        ("refresh", "newer_available", Outcome.PASSED),
        ("recalled-by-ministry", "set", Outcome.FAILED),
    ],
)
def test_a_set_bit_says_what_its_purpose_says(issuer, purpose, said, outcome):
    finding = asked(issuer, entry(purpose), {URL: made(issuer, purpose=purpose, bits=[7])})
    assert (finding.code, finding.outcome) == (f"status.{said}", outcome)
    assert finding.params["purpose"] == purpose
    assert finding.params["list"] == URL
    clear = asked(issuer, entry(purpose), {URL: made(issuer, purpose=purpose, bits=[6, 8])})
    assert (clear.code, clear.outcome) == ("status.clear", Outcome.PASSED)


def test_a_message_is_passed_on(issuer):
    encoded = bitstring.encode_values({7: 2}, size=2, length=2 * bitstring.MIN_ENTRIES)
    status = entry("message", statusSize=2, statusMessage=MESSAGES)
    finding = asked(issuer, status, {URL: made(issuer, purpose="message", encoded=encoded)})
    assert (finding.code, finding.params["message"]) == ("status.message", "title corrected")
    assert finding.params["value"] == "2"


def test_revoked_with_a_newer_version_is_superseded_and_says_why(issuer):
    message, urls = entry("message", 7, f"{URL}m", statusSize=2, statusMessage=MESSAGES), {}
    encoded = bitstring.encode_values({7: 1}, size=2, length=bitstring.MIN_ENTRIES)
    urls[f"{URL}m"] = made(issuer, f"{URL}m", "message", encoded=encoded)
    urls[URL], urls[OTHER_URL] = made(issuer, bits=[7]), made(issuer, OTHER_URL, "refresh", [9])
    entries = [entry(), entry("refresh", 9, OTHER_URL), message]
    for order in (entries, entries[::-1]):
        finding = asked(issuer, order, urls)
        assert (finding.code, finding.outcome) == ("status.superseded", Outcome.FAILED)
        assert "name corrected" in finding.detail
    assert code(issuer, [entry(), message], urls) == "revoked"
    assert code(issuer, entries, urls | {URL: made(issuer)}) == "newer_available"


def test_a_message_of_zero_comes_after_what_the_others_say(issuer):
    encoded = bitstring.encode_values({}, size=2, length=bitstring.MIN_ENTRIES)
    lists = {URL: made(issuer), f"{URL}m": made(issuer, f"{URL}m", "message", encoded=encoded)}
    message = entry("message", 7, f"{URL}m", statusSize=2, statusMessage=MESSAGES)
    assert code(issuer, [entry(), message], lists) == "clear"
    assert code(issuer, message, lists) == "message"


def test_all_entries_are_evaluated_and_the_worst_counts(issuer):
    entries = [entry(), entry("suspension", 9, OTHER_URL)]
    lists = {
        URL: made(issuer),
        OTHER_URL: made(issuer, OTHER_URL, "suspension", [9]),
    }
    for order in (entries, entries[::-1]):
        finding = asked(issuer, order, lists)
        assert finding.code == "status.suspended"
        assert sorted(finding.params["entries"].split(", ")) == ["clear", "suspended"]
    lists[URL] = made(issuer, bits=[7])
    assert code(issuer, entries, lists) == "revoked"
    del lists[OTHER_URL]
    assert code(issuer, entries, lists) == "revoked"
    lists[URL] = made(issuer)
    assert code(issuer, entries, lists) == "list_unavailable"


def test_one_list_may_serve_several_purposes(issuer):
    entries = [entry("revocation", 1), entry("suspension", 2)]
    both = made(issuer, purpose=["revocation", "suspension"], bits=[2])
    calls = []

    class Counting(type(issuer.sources)):
        def status_list(self, question):
            calls.append(question)
            return super().status_list(question)

    issuer.sources.__class__ = Counting
    assert code(issuer, entries, {URL: both}) == "suspended"
    assert len(calls) == 1
    assert (calls[0].url, calls[0].issuer, calls[0].at) == (URL, issuer.did, AT)


def test_more_entries_than_are_looked_at(issuer):
    entries = [entry(index=n) for n in range(9)]
    assert code(issuer, entries, {URL: made(issuer)}) == "too_many"
    assert code(issuer, entries[:8], {URL: made(issuer)}) == "clear"


def test_an_unknown_type_is_never_passed(issuer):
    unknown = {"id": "urn:x:y", "type": "MadeUpStatus2040"}
    document = json.loads(issuer.issue())
    document["@context"].append("https://www.w3.org/ns/credentials/examples/v2")
    del document["proof"], document["credentialSchema"]
    for status in (unknown, [entry(), unknown]):
        document["credentialStatus"] = status
        raw = sign(prepare_document(document, at=AT), signer=issuer.signer, at=AT).raw
        issuer.sources.lists = {URL: made(issuer)}
        report = verify(raw, sources=issuer.sources, at=AT, policy=OFFLINE)
        assert report.verdict is Verdict.INDETERMINATE
        (finding,) = [f for f in report.findings if f.check == "status"]
        assert finding.code == "status.unknown_type"
        assert "MadeUpStatus2040" in finding.detail


# --- Lists that can't be had, or are old --------------------------------------------------------


def test_a_list_that_cannot_be_had_is_not_known(issuer):
    assert code(issuer, entry(), {}) == "list_unavailable"
    for raw in (b"", b"<html>Sorry</html>", b"{", b"[]", b"{}", b" " * 2_000_000, b"\xff\xfe"):
        assert code(issuer, entry(), {URL: raw}) == "list_unavailable"


@pytest.fixture
def ended(issuer):
    return made(issuer, valid_until=AT + timedelta(hours=1))


def test_a_list_past_its_end_is_stale(issuer, ended):
    assert code(issuer, entry(), {URL: ended}) == "clear"
    assert code(issuer, entry(), {URL: ended}, at=AT + timedelta(hours=1)) == "clear"
    assert code(issuer, entry(), {URL: ended}, at=AT + timedelta(hours=2)) == "list_stale"


def test_a_list_past_its_time_to_live_is_stale(issuer):
    signed = made(issuer, ttl=300)
    for fetched, at, said in [
        (AT, AT, "clear"),
        (AT, AT + timedelta(seconds=300), "clear"),
        (AT, AT + timedelta(seconds=301), "list_stale"),
        # Nobody knows when it came: from the time it was signed, an hour before.
        (None, AT, "list_stale"),
    ]:
        answer = StatusListAnswer(signed, fetched)
        assert code(issuer, entry(), {URL: answer}, at=at) == said


def test_a_list_made_later_says_nothing_of_before(issuer):
    later = made(issuer, valid_from=AT + timedelta(days=1))
    assert code(issuer, entry(), {URL: later}) == "list_of_another_time"
    soon = made(issuer, valid_from=AT + timedelta(seconds=30))
    assert code(issuer, entry(), {URL: soon}) == "clear"


# --- Lists that aren't the issuer's ---------------------------------------------------------------


def test_a_list_of_another_issuer_is_refused(issuer):
    other = Issuer("did:web:other.example")
    issuer.sources.methods |= other.sources.methods
    assert code(issuer, entry(), {URL: made(other)}) == "list_of_another"


def test_another_list_of_the_same_issuer_in_its_place_is_refused(issuer):
    assert code(issuer, entry(), {URL: made(issuer, OTHER_URL)}) == "list_of_another"
    query = made(issuer, f"{URL}?version=2")
    assert code(issuer, entry(), {URL: query}) == "list_of_another"


def test_a_list_that_gives_itself_no_address_is_not_believed(issuer):
    def nameless(document):
        del document["id"], document["credentialSubject"]["id"]

    assert code(issuer, entry(), {URL: made(issuer, change=nameless)}) == "list_unnamed"

    def named_inside(document):
        del document["id"]

    assert code(issuer, entry(), {URL: made(issuer, change=named_inside)}) == "clear"


def test_a_changed_or_unsigned_list_is_refused(issuer):
    document = json.loads(made(issuer, bits=[7]))
    document["credentialSubject"]["encodedList"] = bitstring.encode([])
    assert code(issuer, entry(), {URL: canonicalize(document)}) == "list_not_verified"
    del document["proof"]
    assert code(issuer, entry(), {URL: canonicalize(document)}) == "list_not_verified"


def test_a_list_signed_with_a_key_nobody_knows(issuer):
    stranger = Issuer()
    raw = made(stranger)
    assert code(issuer, entry(), {URL: raw}) == "list_not_verified"


def test_a_list_whose_key_is_out_of_reach_is_not_known(issuer):
    other = Issuer("did:web:unreachable.example")
    raw = made(other)

    class Deaf(type(issuer.sources)):
        def verification_method(self, method_id):
            from credentials.errors import SourceUnavailable

            if "unreachable" in method_id:
                raise SourceUnavailable("key.unreachable", "No answer.")
            return super().verification_method(method_id)

    issuer.sources.__class__ = Deaf
    assert code(issuer, entry(), {URL: raw}) == "list_unavailable"


def test_a_credential_that_is_no_list_is_refused(issuer):
    url = "urn:uuid:0b8d5c1e-6f0f-4d5e-9a55-3c1c2b0a7e02"
    assert code(issuer, entry(url=url), {url: issuer.issue(id=url)}) == "list_malformed"


@pytest.mark.parametrize(
    ("encoded", "said"),
    [
        (multibase_encode(gzip.compress(bytes(16 * 1024 - 1)), base="u"), "list_too_short"),
        (multibase_encode(gzip.compress(bytes(16 * 1024 * 1024)), base="u"), "list_malformed"),
        (multibase_encode(gzip.compress(bytes(16 * 1024))[:-3], base="u"), "list_malformed"),
        (multibase_encode(b"no list", base="u"), "list_malformed"),
        (b64url_encode(gzip.compress(bytes(16 * 1024))), "list_malformed"),
        ("z3", "list_malformed"),
    ],
)
def test_short_lists_bombs_and_rubbish_are_refused(issuer, encoded, said):
    assert code(issuer, entry(), {URL: made(issuer, encoded=encoded)}) == said


def test_entries_beside_the_list_and_for_another_purpose(issuer):
    lists = {URL: made(issuer)}
    assert code(issuer, entry(index=bitstring.MIN_ENTRIES), lists) == "out_of_range"
    assert code(issuer, entry(index=bitstring.MIN_ENTRIES - 1), lists) == "clear"
    assert code(issuer, entry("suspension"), lists) == "purpose_mismatch"
    assert code(issuer, entry(statusListIndex="-1"), lists) == "entry_malformed"
    assert code(issuer, entry(statusListIndex="+7"), lists) == "entry_malformed"


def test_a_number_as_index_in_an_open_badge(issuer):
    numbered = entry(statusListIndex=7)
    assert code(issuer, numbered, {URL: made(issuer, bits=[7])}) == "revoked"


# --- Tokens, and the older kinds ------------------------------------------------------------------


def status_token(issuer, claims=None, header=None, **changes):
    lst = token.encode_values({5: 1, 6: 2, 7: 3, 8: 12}, bits=4, length=64)
    whole = token.list_claims(URL, issuer=issuer.did, bits=4, lst=lst, issued_at=AT) | changes
    whole = {name: value for name, value in (claims or whole).items() if value is not None}
    header = {"typ": "statuslist+jwt", "kid": issuer.method} | (header or {})
    return sign_compact(header, canonicalize(whole), issuer.signer, Use.JWT).encode()


def of_2021(issuer, bits, purpose="revocation"):
    """A list of that kind is a credential of VC 1.1: its context doesn't go with that of 2.0."""
    document = {
        "@context": [
            "https://www.w3.org/2018/credentials/v1",
            "https://w3id.org/vc/status-list/2021/v1",
            "https://w3id.org/security/data-integrity/v2",
        ],
        "id": URL,
        "type": ["VerifiableCredential", "StatusList2021Credential"],
        "issuer": issuer.did,
        "issuanceDate": "2026-03-02T09:00:00Z",
        "credentialSubject": {
            "id": f"{URL}#list",
            "type": "StatusList2021",
            "statusPurpose": purpose,
            "encodedList": bitstring.encode(bits)[1:],
        },
    }
    return sign(prepare_document(document, at=AT), signer=issuer.signer, at=AT).raw


def test_status_list_2021_of_others(issuer):
    status = {
        "id": f"{URL}#7",
        "type": "StatusList2021Entry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": URL,
    }
    document = json.loads(issuer.issue())
    del document["proof"], document["credentialSchema"]
    document["@context"].append("https://w3id.org/vc/status-list/2021/v1")
    document["credentialStatus"] = status
    raw = sign(prepare_document(document, at=AT), signer=issuer.signer, at=AT).raw
    for bits, said in (([7], "status.revoked"), ([8], "status.clear")):
        issuer.sources.lists = {URL: of_2021(issuer, bits)}
        report = verify(raw, sources=issuer.sources, at=AT, policy=OFFLINE)
        assert [f.code for f in report.findings if f.check == "status"] == [said]


def test_the_1edtech_list_of_others(issuer):
    document = json.loads(issuer.issue())
    del document["proof"], document["credentialSchema"]
    document["@context"].append("https://purl.imsglobal.org/spec/ob/v3p0/extensions.json")
    document["credentialStatus"] = {"id": URL, "type": "1EdTechRevocationList"}
    raw = sign(prepare_document(document, at=AT), signer=issuer.signer, at=AT).raw
    revoked = {"id": URL, "issuer": issuer.did, "revokedCredential": [{"id": document["id"]}]}
    for content, said in [
        (revoked, "status.revoked"),
        (revoked | {"revokedCredential": []}, "status.clear"),
        (revoked | {"issuer": {"id": issuer.did}}, "status.revoked"),
        (revoked | {"issuer": "did:web:other.example"}, "status.list_of_another"),
        ({"id": URL, "revokedCredential": []}, "status.list_of_another"),
        (revoked | {"id": OTHER_URL}, "status.list_of_another"),
        ({"issuer": issuer.did, "revokedCredential": []}, "status.list_unnamed"),
        ([revoked], "status.list_unavailable"),
        (revoked | {"revokedCredential": ["x"]}, "status.list_malformed"),
    ]:
        issuer.sources.lists = {URL: canonicalize(content)}
        report = verify(raw, sources=issuer.sources, at=AT, policy=OFFLINE)
        assert [f.code for f in report.findings if f.check == "status"] == [said], content


def test_a_token_in_place_of_a_list_credential_is_none(issuer):
    assert code(issuer, entry(), {URL: status_token(issuer)}) == "list_unavailable"


# --- Any change, and any cost -------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["credential", "token"])
def test_no_flipped_byte_makes_a_revoked_credential_pass(issuer, kind):
    """Against somebody on the way who can change anything: never clear, and never an exception."""
    index = 7 if kind == "credential" else 5
    raw = made(issuer, bits=[7]) if kind == "credential" else status_token(issuer)
    if kind == "token":
        signed = sd_jwt_with(issuer, index)
    else:
        signed = credential(issuer, entry(index=index))
    for place in range(0, len(raw), 5):
        changed = bytearray(raw)
        changed[place] ^= 1 << place % 8
        issuer.sources.lists = {URL: bytes(changed)}
        report = verify(signed, sources=issuer.sources, at=AT, policy=OFFLINE)
        (finding,) = [f for f in report.findings if f.check == "status"]
        assert finding.outcome in (Outcome.FAILED, Outcome.UNKNOWN), (place, finding)


def sd_jwt_with(issuer, index):
    claims = {"vct": "urn:x:y", "iss": issuer.did, "status": token.entry_for(URL, index=index)}
    prepared = prepare_claims(claims, at=AT)
    return sign(prepared, signer=issuer.signer, at=AT, suite="dc+sd-jwt").raw


def test_bombs_in_every_entry_cost_little(issuer):
    packed = multibase_encode(gzip.compress(bytes(16 * 1024 * 1024)), base="u")
    lists, entries = {}, []
    for number in range(8):
        url = f"{URL}{number}"
        lists[url] = made(issuer, url, encoded=packed)
        entries.append(entry(url=url))
    issuer.sources.lists = lists
    signed = credential(issuer, entries)
    start = perf_counter()
    report = verify(signed, sources=issuer.sources, at=AT, policy=OFFLINE)
    assert perf_counter() - start < 2
    assert "status.list_malformed" in {finding.code for finding in report.findings}


def test_a_token_list_is_read_back_before_it_is_published(issuer):
    claims = token.list_claims(
        URL, issuer=issuer.did, bits=1, lst=token.encode([5], length=64), issued_at=AT, ttl=60
    )
    made_now = status_list_jwt(claims, issuer.signer)
    for index, said in ((5, "status.revoked"), (6, "status.clear")):
        issuer.sources.lists = {URL: StatusListAnswer(made_now, AT)}
        signed = sd_jwt_with(issuer, index)
        report = verify(signed, sources=issuer.sources, at=AT, policy=OFFLINE)
        assert [f.code for f in report.findings if f.check == "status"] == [said]

    class Garbage(MemorySigner):
        def sign(self, data):
            return bytes(64)

    with pytest.raises(SigningFailed):
        status_list_jwt(claims, Garbage(issuer.key, issuer.method))
