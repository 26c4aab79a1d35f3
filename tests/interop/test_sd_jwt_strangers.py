"""SD-JWT with implementations that nobody here wrote: the IETF's reference in Python, and npm's."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from credentials import sign, verify, verify_presentation
from credentials.encoding import b64url_encode
from credentials.errors import InvalidProof
from credentials.issue import prepare_claims
from credentials.keys import Algorithm, PrivateKey
from credentials.proofs import sd_jwt
from credentials.proofs.disclosures import Frame, reveal
from credentials.signers import MemorySigner
from credentials.verify import OFFLINE, Verdict
from tests.credentials.envelopes.forge import part
from tests.credentials.envelopes.test_sd_jwt import claims_of
from tests.credentials.proofs.test_disclosures import frames, names, values
from tests.credentials.world import AT, Issuer
from tests.interop.node import asking

HOLDER = PrivateKey.generate(Algorithm.P256)
NONCE, AUDIENCE = "nonce-1", "https://employer.example"
NOW = int(AT.timestamp())


def jwk(key):
    return {**key.public.jwk(), "d": b64url_encode(key.to_bytes())}


@pytest.fixture(scope="module")
def issuer():
    return Issuer(algorithm=Algorithm.P256)


@pytest.fixture(scope="module")
def token(issuer):
    prepared = prepare_claims(claims_of(issuer, holder=HOLDER), at=AT)
    return sign(prepared, signer=issuer.signer, at=AT, suite="dc+sd-jwt").raw.decode()


def shown(issuer, text):
    """The claims our verifier sees in what a holder shows for our nonce."""
    report, inner = verify_presentation(
        text.encode(),
        sources=issuer.sources,
        at=AT,
        policy=OFFLINE,
        challenge=NONCE,
        domain=AUDIENCE,
    )
    assert report.verdict is Verdict.VALID, (report.findings, [r.findings for r in inner])
    return inner[0].credential


def marked(value, frame):
    """Claims as the reference library wants them: what is hidden is wrapped."""
    if isinstance(value, dict):
        parts = {k: marked(v, frame.inside.get(k, Frame())) for k, v in value.items()}
        return {(SDObj(k) if k in frame.hidden else k): v for k, v in parts.items()}
    if isinstance(value, list):
        parts = [marked(v, frame.inside.get(n, Frame())) for n, v in enumerate(value)]
        return [SDObj(v) if n in frame.hidden else v for n, v in enumerate(parts)]
    return value


# --- PyPI sd-jwt ---------------------------------------------------------------------------------


def reference(text, issuer, *, bound=True):
    key = JWK(**issuer.key.public.jwk())
    ask = (AUDIENCE, NONCE) if bound else (None, None)
    return SDJWTVerifier(text, lambda _issuer, _header: key, *ask).get_verified_payload()


def test_the_reference_verifies_what_we_issue_show_and_bind(issuer, token):
    text = sd_jwt.present(token, [("familyName",), ("grade",)])
    signer = MemorySigner(HOLDER, "urn:x:holder")
    text = sd_jwt.bind(text, signer=signer, audience=AUDIENCE, nonce=NONCE, at=AT)
    assert reference(text, issuer) == shown(issuer, text)


def test_we_verify_what_the_references_holder_shows(issuer, token):
    holder = SDJWTHolder(token)
    holder.create_presentation(
        {"givenName": True}, NONCE, AUDIENCE, JWK(**jwk(HOLDER)), sign_alg="ES256"
    )
    text = holder.sd_jwt_presentation
    # Its clock is its own: the holder's proof is checked apart from the time.
    parsed = sd_jwt.read(text)
    claims = sd_jwt.verify(parsed, issuer.key.public).claims
    assert "givenName" in claims
    assert "grade" not in claims
    binding = sd_jwt.read_binding(parsed)
    ask = {"audience": AUDIENCE, "nonce": NONCE, "at": binding.issued_at}
    sd_jwt.verify_binding(parsed, claims, **ask)


def test_we_verify_what_the_reference_issues(issuer):
    claims = marked(claims_of(issuer, holder=None), Frame(("grade", "familyName", "givenName")))
    header = {"typ": "dc+sd-jwt", "kid": issuer.method}
    made = SDJWTIssuer(
        claims,
        JWK(**jwk(issuer.key)),
        holder_key=JWK(**jwk(HOLDER)),
        extra_header_parameters=header,
        add_decoy_claims=True,
    )
    text = sd_jwt.present(made.sd_jwt_issuance, [("grade",)])
    report = verify(text.encode(), sources=issuer.sources, at=AT, policy=OFFLINE)
    assert report.verdict is Verdict.VALID, report.findings
    assert report.credential["grade"] == "A"
    assert "familyName" not in report.credential


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_both_agree_on_any_claims_in_any_frame(issuer, data):
    claims = data.draw(st.dictionaries(names, values, min_size=1, max_size=5))
    frame = data.draw(frames(claims))
    header = {"typ": "example+sd-jwt", "kid": "1"}
    ours = sd_jwt.issue(claims, frame, signer=issuer.signer, header=header)
    assert reference(ours, issuer, bound=False) == claims
    theirs = SDJWTIssuer(marked(claims, frame), JWK(**jwk(issuer.key))).sd_jwt_issuance
    assert sd_jwt.verify(sd_jwt.read(theirs), issuer.key.public).claims == claims
    chosen = data.draw(st.lists(st.sampled_from([*sd_jwt.places(ours), ()]), unique=True))
    part_of_it = sd_jwt.present(ours, [place for place in chosen if place])
    parsed = sd_jwt.read(part_of_it)
    expected = sd_jwt.verify(parsed, issuer.key.public).claims
    assert reference(part_of_it, issuer, bound=False) == expected


def test_the_reference_believes_what_rfc_9901_refuses_and_we_do_not(issuer, token):
    """Why it is the second opinion on formats, and not the verifier."""
    stray = f"{token}{part(['salt', 'grade', 'A'])}~"
    assert reference(stray, issuer, bound=False)["title"] == "Data protection"
    parsed = sd_jwt.read(stray)
    with pytest.raises(InvalidProof):
        reveal(parsed.payload(), parsed.disclosures)


# --- npm @sd-jwt/core ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def peer():
    with asking("sdjwt.mjs") as ask:
        yield lambda op, **request: ask(op=op, **request)


@pytest.mark.npm
def test_the_npm_library_verifies_what_we_issue_show_and_bind(peer, issuer, token):
    text = sd_jwt.present(token, [("familyName",), ("dateOfBirth",)])
    signer = MemorySigner(HOLDER, "urn:x:holder")
    text = sd_jwt.bind(text, signer=signer, audience=AUDIENCE, nonce=NONCE, at=AT)
    request = {"key": issuer.key.public.jwk(), "nonce": NONCE, "now": NOW}
    answer = peer("verify", token=text, **request)
    assert answer.get("claims") == shown(issuer, text), answer
    assert answer["kb"]["aud"] == AUDIENCE
    token_part, *rest = text.split("~")
    forged = "~".join([token_part, *rest[:-2], part(["s", "grade", "A"]), rest[-1]])
    assert "refused" in peer("verify", token=forged, **request)


@pytest.mark.npm
def test_we_verify_what_the_npm_library_issues_and_shows(peer, issuer):
    claims = claims_of(issuer, holder=HOLDER)
    frame = {"_sd": ["familyName", "grade", "learningOutcomes"], "_sd_decoy": 2}
    frame["typeOfAssessment"] = {"_sd": [0]}
    header = {"typ": "dc+sd-jwt", "kid": issuer.method}
    made = peer("issue", claims=claims, frame=frame, header=header, key=jwk(issuer.key))["token"]
    whole = verify(made.encode(), sources=issuer.sources, at=AT, policy=OFFLINE)
    assert (whole.verdict, whole.credential) == (Verdict.VALID, claims), whole.findings
    kb = {"iat": NOW, "aud": AUDIENCE, "nonce": NONCE}
    text = peer("present", token=made, show={"grade": True}, kb=kb, holder=jwk(HOLDER))["token"]
    seen = shown(issuer, text)
    assert seen["grade"] == "A"
    assert "familyName" not in seen
    assert seen["typeOfAssessment"] == []
    ours = sd_jwt.present(made, [("familyName",), ("typeOfAssessment", 0)])
    report = verify(ours.encode(), sources=issuer.sources, at=AT, policy=OFFLINE)
    assert report.credential["typeOfAssessment"] == claims["typeOfAssessment"]


@pytest.mark.npm
def test_the_npm_librarys_holder_shows_what_we_issue(peer, issuer, token):
    kb = {"iat": NOW, "aud": AUDIENCE, "nonce": NONCE}
    show = {"givenName": True, "familyName": True}
    text = peer("present", token=token, show=show, kb=kb, holder=jwk(HOLDER))["token"]
    seen = shown(issuer, text)
    assert seen["familyName"] == "Καραγιάννη"
    assert "dateOfBirth" not in seen
