"""Odd documents signed by the issuer: past the door there are rooms, a page and statements.

Random changes of a signed file end at the signature. Here the issuer's own key signs what was changed,
and whatever it says, nothing breaks and every page is shown.
"""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from datetime import timedelta

import pytest

from credentials.encoding import b64url_decode, b64url_encode
from credentials.identifiers import VerificationMethod
from credentials.keys import Algorithm, PrivateKey
from credentials.profiles import elm, sd_jwt_vc
from credentials.status import token
from credentials.verify import PROOF_ONLY, PUBLIC, SimulatedSources, Verdict, verify
from tests.credentials.envelopes.forge import forge
from tests.credentials.envelopes.seals import Authority, raw
from tests.hostile import lists, mutations
from tests.hostile.disclosing import Shown
from tests.hostile.world import AT, World

COUNT = 500
WORLD = World()
ISSUER = WORLD.ed
KEY = ISSUER.key
BADGE = ISSUER.document()
SMALL = ISSUER.small(
    credentialStatus=lists._entry(),
    credentialSchema={"id": "https://x.example/s", "type": "JsonSchema"},
    evidence=[
        {"id": "urn:x:e", "type": ["VerifiableCredential"], "validUntil": "2027-01-01T00:00:00Z"}
    ],
    name={"@value": "x", "@language": "en"},
)
EUROPEAN = json.loads(json.dumps(elm.build_vc2(ISSUER.facts())))
CLAIMS, _ = sd_jwt_vc.build(ISSUER.facts(), status=token.entry_for(lists.URL, index=5))
LIST = lists._list(ISSUER)
TOKEN_LIST = token.list_claims(
    lists.URL, issuer=ISSUER.did, bits=1, lst=token.encode([], length=64), issued_at=AT,
    expires_at=AT + timedelta(days=1),
)  # fmt: skip
SEALED = Authority()


def _token(typ, claims, **header):
    return forge({"alg": "EdDSA", "typ": typ, "kid": ISSUER.method, **header}, claims, KEY)


def _secured(document):
    return json.dumps(ISSUER.jcs(document)).encode()


def _badge(change):
    return _secured(change(BADGE)), b""


def _european(change):
    return _secured(change(EUROPEAN)), b""


def _small(change):
    return _secured(change(SMALL)), json.dumps(LIST).encode()


def _jwt(change):
    times = {"iss": ISSUER.did, "nbf": 1700000000, "exp": 1900000000, "aud": ["x"]}
    return _token("vc+jwt", change(BADGE | times)), b""


def _header(change):
    more = change({"cty": "vc", "x5c": ["AA"], "jwk": KEY.public.jwk(), "iat": 1})
    return _token("vc+jwt", BADGE, **(more if isinstance(more, dict) else {})), b""


def _flat(change):
    return _token("dc+sd-jwt", change(CLAIMS)) + b"~", _token("statuslist+jwt", TOKEN_LIST)


def _list(change):
    listed = change({name: value for name, value in LIST.items() if name != "proof"})
    return _secured(ISSUER.small(credentialStatus=lists._entry())), _secured(listed)


def _token_list(change):
    return _token("dc+sd-jwt", CLAIMS) + b"~", _token("statuslist+jwt", change(TOKEN_LIST))


def _proofs(change):
    secured = ISSUER.jcs(BADGE)
    return json.dumps(secured | {"proof": change([secured["proof"]] * 2)}).encode(), b""


def _disclosure(change):
    shown = Shown(ISSUER, PrivateKey.generate(Algorithm.P256))
    name = next(iter(shown.rows))
    row = change(json.loads(b64url_decode(shown.rows[name])))
    row = b64url_encode(json.dumps(row).encode())
    return shown.text(shown=[row], rows={**shown.rows, name: row}).encode(), b""


def _seal(change):
    sealed = SEALED.seal()
    header = json.loads(b64url_decode(sealed["signatures"][0]["protected"]))
    protected = b64url_encode(json.dumps(change(header)).encode())
    signature = SEALED.sign(f"{protected}.{sealed['payload']}".encode())
    seal = {"protected": protected, "signature": b64url_encode(signature)}
    return raw(sealed | {"signatures": [sealed["signatures"][0] | seal]}), b""


KINDS = (
    _badge, _european, _small, _jwt, _header, _flat, _list, _token_list, _proofs, _disclosure, _seal,
)  # fmt: skip


def made(make, chance):
    """A file with its sources; ``None`` for what can't be written down to be signed."""
    try:
        data, listed = make(lambda value: mutations.of_json(copy.deepcopy(value), chance, BADGE))
    except Exception:  # noqa: BLE001 - no issuer could have signed that
        return None
    if make is _seal:
        return data, SEALED.trust(), PROOF_ONLY
    sources = SimulatedSources(
        dict(WORLD.sources.methods), dict(WORLD.sources.answers), lists={lists.URL: listed}
    )
    return data, sources, PUBLIC


@pytest.mark.parametrize("make", KINDS)
def test_nothing_breaks_whatever_an_issuer_signs(make):
    seed = random.SystemRandom().getrandbits(32)
    chance, verdicts = random.Random(seed), Counter()
    for number in range(COUNT):
        given = made(make, chance)
        if given is None:
            continue
        data, sources, policy = given
        try:
            report = verify(data, sources=sources, at=AT, policy=policy)
            verdicts[report.verdict] += 1
            json.dumps(report.to_json())
        except Exception as error:
            raise AssertionError(f"seed {seed} number {number}: {data!r}") from error
    assert sum(verdicts.values()) > COUNT // 4
    assert verdicts[Verdict.INVALID] + verdicts[Verdict.INDETERMINATE] > COUNT // 10


@pytest.mark.django_db
@pytest.mark.parametrize("make", [_badge, _european, _small, _jwt, _flat, _disclosure])
def test_the_page_shows_whatever_an_issuer_signs(make, client, monkeypatch):
    """Its key is at hand here, so that what it says is shown."""
    row = WORLD.sources.methods[ISSUER.method]
    assert isinstance(row, VerificationMethod)
    place = "registry.verification.sources.RegistrySources.verification_method"
    monkeypatch.setattr(place, lambda *_: row)
    seed = random.SystemRandom().getrandbits(32)
    chance = random.Random(seed)
    for number in range(60):
        given = made(make, chance)
        if given is not None:
            page = client.post("/verify", {"text": given[0].decode("utf-8", "replace")})
            assert page.status_code == 200, (seed, number, given[0])
