"""Status lists: SECURITY, "Failure classes". Each hostile case is a sound credential whose list
says, or is, something that must not let it pass.
"""

from __future__ import annotations

import gzip
import json
import zlib
from datetime import timedelta

from credentials.encoding import b64url_encode, multibase_encode
from credentials.envelopes.status_list import status_list_jwt
from credentials.profiles import sd_jwt_vc
from credentials.status import bitstring, token
from credentials.verify import SimulatedSources
from tests.credentials.envelopes.forge import forge
from tests.hostile.world import AT, Book, World

URL = "https://registry.example/status/1"
OTHER = "https://registry.example/status/2"
CLEAR = bitstring.encode(())


def _entry(purpose="revocation", index="7", url=URL, **more):
    return {
        "id": f"{url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": index,
        "statusListCredential": url,
    } | more


def _list(issuer, *, url=URL, purpose="revocation", encoded=CLEAR, subject=None, **more):
    document = bitstring.list_credential(
        url, issuer=issuer.did, purpose=purpose, encoded_list=encoded,
        valid_from=AT - timedelta(hours=1),
    )  # fmt: skip
    document["credentialSubject"] |= subject or {}
    return issuer.jcs(document | more)


def _raw(value):
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def lists(world: World) -> Book:
    """Four kinds of list."""
    book = Book("status lists")
    issuer = world.ed

    def sources(**found):
        known = dict(world.sources.methods)
        return SimulatedSources(known, lists={u: _raw(v) for u, v in found.items()})

    def having(entry, listed, url=URL):
        raw = issuer.lawful(issuer.small(credentialStatus=entry))
        return {"raw": raw, "sources": sources(**{url: listed} if listed is not None else {})}

    def good(name, entry, listed, **more):
        book.control(name, **having(entry, listed, **more))

    def bad(name, entry, listed, **more):
        made = having(entry, listed, **more)
        book.hostile(name, made["raw"], "status", "structure", sources=made["sources"])

    good("clear", _entry(), _list(issuer))
    good("its neighbours set", _entry(), _list(issuer, encoded=bitstring.encode([6, 8])))
    good("the first", _entry(index="0"), _list(issuer, encoded=bitstring.encode([1, 7])))
    good("the last", _entry(index="131071"), _list(issuer, encoded=bitstring.encode([131070])))
    good("suspension", _entry("suspension"), _list(issuer, purpose="suspension"))
    for purpose in ("revocation", "suspension", "recall"):
        for index in (0, 1, 7, 8, 131071):
            bad(
                f"{purpose} at {index}",
                _entry(purpose, str(index)),
                _list(issuer, purpose=purpose, encoded=bitstring.encode([index])),
            )
    everyone = multibase_encode(gzip.compress(b"\xff" * 16384), base="u")
    bad("everybody revoked", _entry(), _list(issuer, encoded=everyone))
    bad("no list", _entry(), None)
    bad("a list of another issuer", _entry(), _list(world.other))
    bad(
        "another's list in the issuer's name",
        _entry(),
        world.other.jcs({k: v for k, v in _list(issuer).items() if k != "proof"}),
    )
    bad("another list of the issuer", _entry(), _list(issuer, url=OTHER))
    bad("a list without an address", _entry(), _without_id(issuer))
    bad("a list for another purpose", _entry(), _list(issuer, purpose="suspension"))
    bad("a list for no purpose", _entry(), _list(issuer, subject={"statusPurpose": None}))
    bad("a list past its end", _entry(), _list(issuer, validUntil="2026-03-01T00:00:00Z"))
    bad("a list of tomorrow", _entry(), _list(issuer, validFrom="2026-03-09T00:00:00Z"))
    bad("a changed list", _entry(), _list(issuer) | {"name": "x"})
    bad("an unsigned list", _entry(), {k: v for k, v in _list(issuer).items() if k != "proof"})
    bad("a list of another type", _entry(), _list(issuer, type=["VerifiableCredential"]))
    bad("the credential in place of the list", _entry(), issuer.jcs(issuer.small(id=URL)))
    bad("a web page", _entry(), b"<html>")
    bad("nothing", _entry(), b"")
    bad("a bare list", _entry(), CLEAR.encode())
    for name, encoded in {
        "no multibase": CLEAR[1:],
        "another multibase": "z" + CLEAR[1:],
        "padded": CLEAR + "=",
        "not compressed": multibase_encode(bytes(16384), base="u"),
        "zlib": multibase_encode(zlib.compress(bytes(16384)), base="u"),
        "cut off": CLEAR[:-8],
        "rubbish behind": multibase_encode(gzip.compress(bytes(16384)) + b"x", base="u"),
        "two in one": multibase_encode(gzip.compress(bytes(8192)) * 2, base="u"),
        "too short": multibase_encode(gzip.compress(bytes(16383)), base="u"),
        "one bit": multibase_encode(gzip.compress(b"\0"), base="u"),
        "empty": multibase_encode(gzip.compress(b""), base="u"),
        "a bomb": multibase_encode(gzip.compress(bytes(1 << 26)), base="u"),
        "a number": 5,
        "null": None,
        "text": "u",
    }.items():
        bad(f"encodedList: {name}", _entry(), _list(issuer, subject={"encodedList": encoded}))
    for index in ("131072", "9" * 20, "-1"):
        bad(f"index {index}", _entry(index=index), _list(issuer))
    bad("index as a number", _entry() | {"statusListIndex": 7}, _list(issuer))
    for name, change in {
        "no index": {"statusListIndex": None},
        "no list": {"statusListCredential": None},
        "no purpose": {"statusPurpose": None},
        "an unknown type": {"type": "OracleStatus2027"},
        "a list by http": {"statusListCredential": "http://registry.example/1"},
        "a list by file": {"statusListCredential": "file:///etc/passwd"},
        "the list's address as id": {"id": URL},
        "two bits without messages": {"statusSize": 2},
        "three bits": {"statusSize": 3},
        "no bits": {"statusSize": 0},
        "bits as text": {"statusSize": "1"},
    }.items():
        entry = {k: v for k, v in {**_entry(), **change}.items() if v is not None}
        secured = issuer.jcs(issuer.small(credentialStatus=entry))
        book.hostile(
            f"entry: {name}",
            secured,
            "status",
            "structure",
            sources=sources(**{URL: _list(issuer)}),
        )
    both = [_entry(), _entry("suspension", "9", OTHER)]
    raw = issuer.lawful(issuer.small(credentialStatus=both))
    two = {URL: _list(issuer), OTHER: _list(issuer, url=OTHER, purpose="suspension")}
    book.control("two entries", raw, sources=sources(**two))
    suspended = _list(issuer, url=OTHER, purpose="suspension", encoded=bitstring.encode([9]))
    book.hostile(
        "the second of two is set", raw, "status", sources=sources(**two | {OTHER: suspended})
    )
    revoked = _list(issuer, encoded=bitstring.encode([7]))
    book.hostile("the first of two is set", raw, "status", sources=sources(**two | {URL: revoked}))
    book.hostile("one of two can't be had", raw, "status", sources=sources(**{URL: two[URL]}))
    many = [_entry(url=f"{URL}{n}") for n in range(9)]
    raw = issuer.lawful(issuer.small(credentialStatus=many))
    book.hostile(
        "nine entries",
        raw,
        "status",
        sources=sources(**{f"{URL}{n}": _list(issuer, url=f"{URL}{n}") for n in range(9)}),
    )
    raw = issuer.lawful(issuer.small(credentialStatus=_entry()))
    unknown = SimulatedSources(dict(world.sources.methods), down=True)
    book.hostile("nobody answers", raw, "status", "key", sources=unknown)
    _tokens(book, world, sources)
    return book


def _without_id(issuer):
    document = {k: v for k, v in _list(issuer).items() if k not in ("id", "proof")}
    del document["credentialSubject"]["id"]
    return issuer.jcs(document)


def _tokens(book, world, sources):
    """Token Status Lists, of SD-JWT VC."""
    issuer = world.ed
    claims, _ = sd_jwt_vc.build(issuer.facts(), status=token.entry_for(URL, index=5))
    header = {"alg": "EdDSA", "typ": "dc+sd-jwt", "kid": issuer.method}
    raw = forge(header, claims, issuer.key) + b"~"
    content = token.list_claims(
        URL,
        issuer=issuer.did,
        bits=1,
        lst=token.encode([], length=64),
        issued_at=AT,
        expires_at=AT + timedelta(days=1),
    )

    def listed(change=None, header=None, key=None, **claims):
        body = {**content, **claims}
        head = {"alg": "EdDSA", "typ": "statuslist+jwt", "kid": issuer.method, **(header or {})}
        return forge(head, body, key or issuer.key)

    made = status_list_jwt(content, signer=issuer.signer)
    made = made if isinstance(made, bytes) else made.encode()
    book.control("token list: clear", raw, sources=sources(**{URL: made}))
    book.control("token list: by hand", raw, sources=sources(**{URL: listed()}))

    def values(bits, **found):
        rows = {int(k[1:]): v for k, v in found.items()}
        return {"bits": bits, "lst": token.encode_values(rows, bits=bits, length=64)}

    good = content["status_list"]
    for name, value in {
        "invalid": listed(status_list=values(1, i5=1)),
        "suspended": listed(status_list=values(2, i5=2)),
        "a value of the issuer's own": listed(status_list=values(2, i5=3)),
        "all set": listed(status_list=values(8, i5=255)),
        "too short": listed(status_list={"bits": 8, "lst": token.encode([], length=8)}),
        "three bits": listed(status_list=good | {"bits": 3}),
        "bits as text": listed(status_list=good | {"bits": "1"}),
        "no list": listed(status_list={"bits": 1}),
        "rubbish": listed(status_list={"bits": 1, "lst": "AAAA"}),
        "a bomb": listed(
            status_list={"bits": 1, "lst": b64url_encode(zlib.compress(bytes(1 << 26)))}
        ),
        "gzip": listed(status_list={"bits": 1, "lst": b64url_encode(gzip.compress(bytes(8)))}),
        "another's address": listed(sub=OTHER),
        "no address": listed(sub=""),
        "past its end": listed(exp=int(AT.timestamp()) - 1),
        "a time that is text": listed(exp="soon"),
        "a ttl that is text": listed(ttl="long"),
        "another type": listed(header={"typ": "JWT"}),
        "alg none": listed(header={"alg": "none"}),
        "crit": listed(header={"crit": ["x"], "x": 1}),
        "another's key": listed(key=world.other.key),
        "another's key and name": listed(key=world.other.key, header={"kid": world.other.method}),
        "cut off": listed()[:-9],
    }.items():
        book.hostile(f"token list: {name}", raw, "status", sources=sources(**{URL: value}))
    for name, status in {
        "a negative index": {"status_list": {"idx": -1, "uri": URL}},
        "an index that is text": {"status_list": {"idx": "5", "uri": URL}},
        "an index beyond": {"status_list": {"idx": 64, "uri": URL}},
        "an index that is true": {"status_list": {"idx": True, "uri": URL}},
        "no address": {"status_list": {"idx": 5}},
        "an address by http": {"status_list": {"idx": 5, "uri": "http://registry.example/1"}},
        "another mechanism": {"oracle": {"idx": 5, "uri": URL}},
        "another mechanism beside it": {"status_list": {"idx": 5, "uri": URL}, "oracle": {}},
    }.items():
        changed = forge(header, {**claims, "status": status}, issuer.key) + b"~"
        book.hostile(
            f"token entry: {name}", changed, "status", "structure", sources=sources(**{URL: made})
        )
