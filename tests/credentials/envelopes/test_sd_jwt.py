"""SD-JWT at the door: what we issue is shown in part and believed in that part, and what else
there is of the kind is refused for its own reason.
"""

import base64
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from credentials import prepare, prepare_document, sign, verify, verify_presentation
from credentials.encoding import b64url_encode, canonicalize, parse_json
from credentials.envelopes.securing import enveloped, presentation
from credentials.envelopes.selective import vp_sd_jwt
from credentials.errors import Malformed, SigningFailed, Unsupported
from credentials.http_sources import Fetcher, HttpSources
from credentials.identifiers import VerificationMethod, did_key
from credentials.issue import prepare_claims, resume
from credentials.keys import Algorithm, PrivateKey
from credentials.profiles import sd_jwt_vc
from credentials.proofs import sd_jwt
from credentials.proofs.disclosures import Frame, digest
from credentials.signers import MemorySigner
from credentials.status import token as token_list
from credentials.verify import OFFLINE, PUBLIC, AccreditationAnswer, Verdict
from tests.credentials.envelopes.forge import codes, forge, part
from tests.credentials.test_keys import certificate
from tests.credentials.verify.test_status import URL, status_token
from tests.credentials.verify.web import site
from tests.credentials.world import AT, FACTS, Issuer

HOLDER = PrivateKey.generate(Algorithm.P256)
ASK = {"challenge": "nonce-1", "domain": "https://employer.example"}


def claims_of(issuer, *, holder=HOLDER, status=None, **changes):
    body = replace(FACTS.awarding_body, did=issuer.did)
    facts = replace(FACTS, awarding_body=body, **changes)
    return sd_jwt_vc.build(facts, holder=holder and holder.public, status=status)[0]


def issued(issuer, **options):
    prepared = prepare_claims(claims_of(issuer, **options), at=AT)
    return sign(prepared, signer=issuer.signer, at=AT, suite="dc+sd-jwt").raw.decode()


def w3c(issuer, frame=None, change=None):
    document = json.loads(issuer.issue())
    del document["proof"], document["credentialSchema"]
    if change:
        change(document)
    prepared = prepare_document(document, at=AT)
    raw = sign(prepared, signer=issuer.signer, at=AT, suite="vc+sd-jwt", frame=frame).raw
    return raw.decode()


def bound(text, holder=HOLDER, at=AT, **changes):
    options = {"audience": ASK["domain"], "nonce": ASK["challenge"]} | changes
    return sd_jwt.bind(text, signer=MemorySigner(holder, "urn:x:holder"), at=at, **options)


def report_on(text, issuer, at=AT, policy=OFFLINE):
    raw = text.encode() if isinstance(text, str) else text
    return verify(raw, sources=issuer.sources, at=at, policy=policy)


def refused(issuer, text, *expected, verdict=Verdict.INVALID):
    report = report_on(text, issuer)
    assert report.verdict is verdict, report.findings
    assert report.credential is None
    assert codes(report) & set(expected), codes(report)


@pytest.fixture
def issuer():
    return Issuer()


# --- What we issue --------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", [Algorithm.ED25519, Algorithm.P256, Algorithm.P384])
def test_an_sd_jwt_vc_is_valid_in_every_part_of_it(algorithm):
    issuer = Issuer(algorithm=algorithm)
    text = issued(issuer)
    for disclose in ([], [("givenName",), ("familyName",)], [("grade",)], sd_jwt.places(text)):
        report = report_on(sd_jwt.present(text, disclose), issuer, policy=PUBLIC)
        assert report.verdict is Verdict.VALID, report.findings
        assert report.format == "dc+sd-jwt"
        shown = {(name,) for name in report.credential if (name,) in sd_jwt.places(text)}
        assert shown == set(disclose)
        assert report.credential["title"] == "Data protection"


def test_the_claims_are_those_of_the_wallet_pilots(issuer):
    claims = report_on(issued(issuer), issuer).credential
    assert claims["iss"] == issuer.did
    assert claims["cnf"] == {"jwk": HOLDER.public.jwk()}
    assert (claims["givenName"], claims["familyName"]) == ("Ελένη", "Καραγιάννη")
    assert (claims["dateOfBirth"], claims["issuanceDate"]) == ("1988-02-29", "2026-02-27")
    assert claims["learningOutcomes"] == ["Draft a plan"]
    assert claims["notionalWorkload"] == {"value": 156, "unit": "hours"}
    assert (claims["level"], claims["issuerCountry"]) == ("EQF-5", "EE")
    assert claims["attestation_legal_category"] == "non-qualified-EAA"
    required = {"identifier", "title", "awardingBody", "typeOfAssessment", "formOfParticipation"}
    assert required | {"qualityAssurance"} <= claims.keys()
    assert claims["stackable"] is True
    assert claims["activity"]["framework"] == "ee-estqf"


def test_the_type_is_the_callers_to_choose(issuer):
    pilot = "urn:eudi:micro_credential:1"
    assert sd_jwt_vc.build(FACTS, vct=pilot)[0]["vct"] == pilot


def test_who_it_is_about_and_the_grade_are_the_holders_to_show(issuer):
    text = issued(issuer)
    hidden = {path[0] for path in sd_jwt.places(text)}
    assert hidden == {"sub", "givenName", "familyName", "dateOfBirth", "grade", "gradingScheme"}
    payload = sd_jwt.read(text).token.payload
    for secret in ("Καραγιάννη", "1988-02-29", FACTS.learner.id):
        assert secret.encode() not in payload


def test_one_name_is_enough_where_there_is_only_one(issuer):
    learner = replace(FACTS.learner, given_name=None, family_name=None)
    claims, hidden = sd_jwt_vc.build(replace(FACTS, learner=learner))
    assert claims["fullName"] == learner.full_name
    assert "fullName" in hidden
    assert "familyName" not in claims


def test_accreditation_is_asked_as_for_every_other_format(issuer):
    issuer.sources.answers[issuer.did] = AccreditationAnswer("none")
    report = report_on(issued(issuer), issuer, policy=PUBLIC)
    assert (report.verdict, "accreditation.none" in codes(report)) == (Verdict.INVALID, True)


def test_a_w3c_credential_is_shown_in_part(issuer):
    text = w3c(issuer)
    assert report_on(text, issuer, policy=PUBLIC).verdict is Verdict.VALID
    part_of_it = sd_jwt.present(text, [("credentialSubject", "creditsEarned")])
    report = report_on(part_of_it, issuer, policy=PUBLIC)
    assert (report.verdict, report.format) == (Verdict.VALID, "vc+sd-jwt")
    subject = report.credential["credentialSubject"]
    assert set(subject) == {"id", "type", "achievement", "creditsEarned"}


def test_arrays_of_which_nothing_is_shown_are_no_fault(issuer):
    inside = {"credentialSubject": Frame(inside={"identifier": Frame((0, 1, 2, 3))})}
    text = sd_jwt.present(w3c(issuer, Frame(inside=inside)), [])
    report = report_on(text, issuer)
    assert report.verdict is Verdict.VALID, report.findings
    assert report.credential["credentialSubject"]["identifier"] == []


def test_what_was_prepared_can_be_resumed(issuer):
    prepared = prepare_claims(claims_of(issuer), at=AT)
    again = resume(prepared.raw, at=AT)
    assert again.raw == prepared.raw
    raw = sign(again, signer=issuer.signer, at=AT, suite="dc+sd-jwt").raw
    assert report_on(raw, issuer).verdict is Verdict.VALID


def test_what_we_would_refuse_to_believe_we_refuse_to_sign(issuer):
    prepared = prepare_claims(claims_of(issuer), at=AT)
    options = {"signer": issuer.signer, "at": AT}
    for name in ("exp", "iss", "vct", "cnf"):
        with pytest.raises(Malformed):
            sign(prepared, suite="dc+sd-jwt", frame=Frame((name,)), **options)
    with pytest.raises(Malformed):
        sign(prepared, suite="dc+sd-jwt", frame=Frame(("nothing",)), **options)
    for suite in ("vc+jwt", "eddsa-jcs-2022", "vc+sd-jwt"):
        with pytest.raises(Unsupported):
            sign(prepared, suite=suite, **options)
    badge = prepare(FACTS, at=AT)
    with pytest.raises(Unsupported):
        sign(badge, suite="dc+sd-jwt", **options)
    with pytest.raises(Unsupported):
        sign(badge, suite="vc+jwt", frame=Frame(("name",)), **options)
    for name in ("validUntil", "credentialStatus", "type", "issuer"):
        with pytest.raises(Malformed):
            sign(badge, suite="vc+sd-jwt", frame=Frame((name,)), **options)
    stranger = MemorySigner(issuer.key, "did:web:other.example#k")
    with pytest.raises(SigningFailed):
        sign(prepared, suite="dc+sd-jwt", signer=stranger, at=AT)


@pytest.mark.parametrize(
    "change",
    [
        {"vct": ""},
        {"vct": None},
        {"vct": 7},
        {"iss": None},
        {"iss": "kalda"},
        {"aka_vcts": []},
        {"aka_vcts": [sd_jwt_vc.VCT]},
        {"aka_vcts": "x"},
        {"status": {}},
        {"status": "x"},
        {"exp": 1},
        {"exp": "tomorrow"},
        {"nbf": True},
        {"cnf": "x"},
        {"vc": {}},
        {"@context": []},
    ],
)
def test_claims_that_no_sd_jwt_vc_has_are_not_prepared(issuer, change):
    claims = {k: v for k, v in (claims_of(issuer) | change).items() if v is not None}
    with pytest.raises(Malformed):
        prepare_claims(claims, at=AT)


# --- Time, key and issuer -------------------------------------------------------------------------


def test_times_are_judged(issuer):
    text = issued(issuer)
    for at, code in [
        (AT - timedelta(seconds=1), "validity.not_yet"),
        (FACTS.valid_until + timedelta(seconds=1), "validity.expired"),
    ]:
        report = report_on(text, issuer, at=at)
        assert (report.verdict, code in codes(report)) == (Verdict.INVALID, True)


def resigned(issuer, text, *, header=None, payload=None, key=None, drop=()):
    """The token with other members, signed again; its disclosures as they were."""
    parsed = sd_jwt.read(text)
    head = {**parsed.token.header, **(header or {})}
    body = {**parsed.payload(), **(payload or {})}
    for name in drop:
        head.pop(name, None)
        body.pop(name, None)
    token = forge(head, body, key or issuer.key).decode()
    return "~".join([token, *text.split("~")[1:]])


def test_another_key_another_issuer(issuer):
    text = issued(issuer)
    thief = PrivateKey.generate()
    refused(issuer, resigned(issuer, text, key=thief), "proof.invalid_signature")
    name = did_key(thief.public)
    kid = f"{name}#{thief.public.multibase}"
    refused(issuer, resigned(issuer, text, key=thief, header={"kid": kid}), "key.not_issuers")
    other = resigned(issuer, text, payload={"iss": "did:web:other.example"})
    refused(issuer, other, "key.not_issuers")
    refused(issuer, resigned(issuer, text, drop=["iss"]), "structure.missing_claim")
    refused(issuer, resigned(issuer, text, header={"alg": "ES256"}), "proof.algorithm_mismatch")
    refused(issuer, resigned(issuer, text, header={"alg": "none"}), "proof.algorithm_mismatch")


def https_issuer(*keys):
    issuer = Issuer("https://university.example/issuers/1")
    for kid, key in keys:
        row = VerificationMethod(f"{issuer.did}#{kid}", issuer.did, key.public)
        issuer.sources.methods[row.id] = row
    return issuer


def test_an_https_issuer_publishes_its_keys():
    issuer = https_issuer()
    text = resigned(issuer, issued(issuer), header={"kid": issuer.key.public.thumbprint()})
    assert report_on(text, issuer).verdict is Verdict.VALID
    refused(issuer, resigned(issuer, text, header={"kid": "other"}), "key.not_found")
    refused(issuer, resigned(issuer, text, key=PrivateKey.generate()), "proof.invalid_signature")


def test_without_a_hint_the_only_key_is_taken_and_of_several_none():
    issuer = https_issuer()
    text = resigned(issuer, issued(issuer), drop=["kid"])
    assert report_on(text, issuer).verdict is Verdict.VALID
    second = PrivateKey.generate()
    issuer.sources.methods["https://university.example/issuers/1#2"] = VerificationMethod(
        "https://university.example/issuers/1#2", issuer.did, second.public
    )
    refused(issuer, text, "key.not_named")


@pytest.mark.parametrize("by_uri", [False, True])
def test_the_keys_of_an_https_issuer_come_from_its_metadata(tmp_path, by_uri):
    with site(tmp_path) as (base, pages, asked, context):
        issuer = Issuer(f"{base}/issuers/1")
        sources = HttpSources(Fetcher(allow_loopback=True, context=context))
        keys = {"keys": [issuer.key.public.jwk() | {"kid": "k-1"}]}
        where = {"jwks_uri": f"{base}/keys"} if by_uri else {"jwks": keys}
        path = "/.well-known/jwt-vc-issuer/issuers/1"
        pages[path] = canonicalize({"issuer": issuer.did, **where})
        pages["/keys"] = canonicalize(keys)
        text = resigned(issuer, issued(issuer), header={"kid": "k-1"})

        def verdict(text):
            report = verify(text.encode(), sources=sources, at=AT, policy=OFFLINE)
            return report.verdict, codes(report)

        assert verdict(text)[0] is Verdict.VALID
        assert asked[0][0] == path
        other = resigned(issuer, text, header={"kid": "k-2"})
        assert (verdict(other)[0], "key.not_found" in verdict(other)[1]) == (Verdict.INVALID, True)
        thief = resigned(issuer, text, key=PrivateKey.generate())
        assert verdict(thief)[0] is Verdict.INVALID
        pages[path] = canonicalize({"issuer": f"{base}/issuers/2", **where})
        found = verdict(text)
        assert (found[0], "key.unreachable" in found[1]) == (Verdict.INDETERMINATE, True)
        del pages[path]
        assert verdict(text)[0] is not Verdict.VALID


def test_a_certificate_in_the_header_is_believed_if_it_is_trusted_and_the_issuers():
    secret = ec.generate_private_key(ec.SECP256R1())
    leaf = certificate(secret)
    key = PrivateKey.from_bytes(
        Algorithm.P256, secret.private_numbers().private_value.to_bytes(32, "big")
    )
    issuer = Issuer()
    header = {"x5c": [base64.b64encode(leaf).decode()], "alg": "ES256"}
    text = resigned(issuer, issued(issuer), header=header, key=key, drop=["kid"])
    assert report_on(text, issuer).verdict is Verdict.INVALID
    issuer.sources.holders = {leaf: issuer.did}
    assert report_on(text, issuer).verdict is Verdict.VALID
    issuer.sources.holders = {leaf: "did:web:other.example"}
    refused(issuer, text, "key.not_certified")


# --- Types ----------------------------------------------------------------------------------------


def test_the_older_name_of_the_type_is_read(issuer):
    old = resigned(issuer, issued(issuer), header={"typ": "vc+sd-jwt"})
    report = report_on(old, issuer)
    assert (report.verdict, report.format) == (Verdict.VALID, "dc+sd-jwt")
    long = resigned(issuer, issued(issuer), header={"typ": "application/dc+sd-jwt"})
    assert report_on(long, issuer).verdict is Verdict.VALID


@pytest.mark.parametrize("typ", ["JWT", "vc+jwt", "kb+jwt", "sd-jwt", "statuslist+jwt", "", None])
def test_one_kind_of_token_is_not_another(issuer, typ):
    text = issued(issuer)
    changed = (
        resigned(issuer, text, drop=["typ"])
        if typ is None
        else resigned(issuer, text, header={"typ": typ})
    )
    report = report_on(changed, issuer)
    assert report.verdict is Verdict.INVALID
    assert report.credential is None
    assert codes(report) & {"envelope.unknown_format", "envelope.malformed_token"}


def test_a_w3c_credential_does_not_pass_as_an_sd_jwt_vc_nor_both(issuer):
    text = resigned(issuer, w3c(issuer), header={"typ": "dc+sd-jwt"})
    refused(issuer, text, "structure.missing_claim")
    both = resigned(issuer, text, payload={"vct": "x"})
    refused(issuer, both, "structure.forbidden_claim")
    mixed = resigned(issuer, w3c(issuer), payload={"vct": "x"})
    refused(issuer, mixed, "structure.undefined_term")


def test_a_token_without_its_tilde_is_cut_off(issuer):
    refused(issuer, issued(issuer).split("~")[0], "envelope.unknown_format")


@pytest.mark.parametrize("name", ["vc", "vp", "proof"])
def test_a_second_credential_inside_is_refused(issuer, name):
    refused(issuer, resigned(issuer, w3c(issuer), payload={name: {}}), "structure.forbidden_claim")


def test_data_urls_and_enveloped_objects_hold_one(issuer):
    text = issued(issuer)
    url = f"data:application/dc+sd-jwt,{text}"
    assert report_on(url, issuer).verdict is Verdict.VALID
    wrong = f"data:application/vc+jwt,{text}"
    refused(issuer, wrong, "envelope.unknown_format")
    whole = canonicalize(enveloped(text.encode(), "application/dc+sd-jwt"))
    assert report_on(whole, issuer).verdict is Verdict.VALID


# --- Disclosures ----------------------------------------------------------------------------------


def hidden(name, value):
    """A disclosure and the ``_sd`` of a payload that hides it."""
    text = part(["salt-of-a-test-0123456789", name, value])
    return text, {"_sd": [digest(text, "sha-256")]}


@pytest.mark.parametrize("name", sorted(sd_jwt_vc.NEVER_HIDDEN))
def test_what_decides_cannot_be_the_holders_to_show(issuer, name):
    claims = parse_json(sd_jwt.read(issued(issuer)).token.payload)
    value = claims.pop(name, "x")
    claims = {k: v for k, v in claims.items() if k not in ("_sd", "_sd_alg")}
    text, payload = hidden(name, value)
    header = {"alg": "EdDSA", "typ": "dc+sd-jwt", "kid": issuer.method}
    token = forge(header, claims | payload, issuer.key).decode()
    refused(issuer, f"{token}~{text}~", "structure.hidden_claim")


@pytest.mark.parametrize("name", ["cnf", "status"])
def test_nor_can_a_part_of_it(issuer, name):
    _, payload = hidden("jwk", HOLDER.public.jwk())
    changed = resigned(issuer, issued(issuer), payload={name: payload})
    refused(issuer, changed, "structure.hidden_claim")


@pytest.mark.parametrize(
    "name", ["@context", "type", "issuer", "validFrom", "validUntil", "credentialSchema"]
)
def test_the_same_of_a_w3c_credential(issuer, name):
    parsed = sd_jwt.read(w3c(issuer))
    claims = parsed.payload()
    value = claims.pop(name, {"id": "urn:x:y", "type": "JsonSchema"})
    text, payload = hidden(name, value)
    claims["_sd"] = payload["_sd"]
    token = forge(parsed.token.header, claims, issuer.key).decode()
    refused(issuer, f"{token}~{text}~", "structure.hidden_claim")


def test_nothing_can_be_shown_that_was_not_signed(issuer):
    text = issued(issuer)
    token, *rows = text.split("~")
    forged = part(["salt", "grade", "A with distinction"])
    for shown, code in [
        ([*rows[:-1], forged, ""], "proof.disclosure_not_signed"),
        ([rows[0], rows[0], ""], "proof.disclosure_not_signed"),
        ([*rows[:-1], "", ""], "envelope.malformed_token"),
        ([rows[0] + "=", ""], "proof.disclosure_not_signed"),
        ([part(["s", "n", "v"])] * 257 + [""], "proof.disclosure_malformed"),
    ]:
        report = report_on("~".join([token, *shown]), issuer)
        assert report.verdict is Verdict.INVALID, code
        assert report.credential is None
        assert codes(report) & {code, "proof.disclosure_malformed"}, codes(report)


@pytest.mark.parametrize("algorithm", ["md5", "sha-1", "none", 1, None])
def test_hashes_that_are_not_allowed(issuer, algorithm):
    changed = resigned(issuer, issued(issuer), payload={"_sd_alg": algorithm})
    refused(issuer, changed, "proof.disclosure_malformed")


def test_any_flipped_byte_is_invalid(issuer):
    raw = bound(sd_jwt.present(issued(issuer), [("grade",)])).encode()
    assert report_on(raw, issuer).verdict is Verdict.VALID
    for place in range(0, len(raw), 7):
        changed = bytearray(raw)
        changed[place] ^= 1 + place % 7
        report = report_on(bytes(changed), issuer)
        assert report.verdict is not Verdict.VALID, (place, bytes(changed[place - 9 : place + 9]))


# --- Key binding ----------------------------------------------------------------------------------


def shown_by(issuer, text, at=AT, **changes):
    report, inner = verify_presentation(
        text.encode(), sources=issuer.sources, at=at, policy=OFFLINE, **(ASK | changes)
    )
    return report, inner


def test_a_holder_shows_and_proves_it(issuer):
    text = sd_jwt.present(issued(issuer), [("familyName",)])
    report, (inner,) = shown_by(issuer, bound(text))
    assert report.verdict is Verdict.VALID, (report.findings, inner.findings)
    assert report.format == "dc+sd-jwt+kb"
    assert inner.credential["familyName"] == "Καραγιάννη"
    assert "givenName" not in inner.credential


def test_a_holder_of_a_w3c_credential_does_too(issuer):
    text = resigned(issuer, w3c(issuer), payload={"cnf": {"jwk": HOLDER.public.jwk()}})
    report, (inner,) = shown_by(issuer, bound(text))
    assert report.verdict is Verdict.VALID, (report.findings, inner.findings)
    assert inner.format == "vc+sd-jwt"


def test_without_a_proof_nobody_is_the_holder(issuer):
    for text in (issued(issuer), sd_jwt.present(issued(issuer), [])):
        report, inner = shown_by(issuer, text)
        assert (report.verdict, inner) == (Verdict.INVALID, ())
    nobodys = issued(issuer, holder=None)
    assert report_on(nobodys, issuer).verdict is Verdict.VALID
    report, _ = shown_by(issuer, bound(nobodys))
    assert report.verdict is Verdict.INVALID


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "nonce-2"},
        {"audience": "https://other.example"},
        {"at": AT - timedelta(minutes=6)},
        {"at": AT + timedelta(minutes=2)},
        {"holder": PrivateKey.generate(Algorithm.P256)},
        {"holder": PrivateKey.generate(Algorithm.ED25519)},
    ],
)
def test_a_proof_for_another_showing_is_refused(issuer, changes):
    report, _ = shown_by(issuer, bound(issued(issuer), **changes))
    assert report.verdict is Verdict.INVALID


def binding(text, *, key=HOLDER, header=None, drop=(), **changes):
    """Any key binding, signed by the holder."""
    claims = {
        "iat": int(AT.timestamp()),
        "aud": ASK["domain"],
        "nonce": ASK["challenge"],
        "sd_hash": digest(text, "sha-256"),
    } | changes
    claims = {name: value for name, value in claims.items() if name not in drop}
    return text + forge({"alg": "ES256", "typ": "kb+jwt"} | (header or {}), claims, key).decode()


def test_the_control_of_the_bindings_below_is_valid(issuer):
    assert shown_by(issuer, binding(issued(issuer)))[0].verdict is Verdict.VALID


@pytest.mark.parametrize(
    "options",
    [
        {"header": {"typ": "JWT"}},
        {"header": {"typ": "dc+sd-jwt"}},
        {"header": {"typ": "application/kb+jwt"}},
        {"header": {"alg": "none"}},
        {"header": {"alg": "EdDSA"}},
        {"header": {"crit": ["x"], "x": 1}},
        {"key": lambda signed: bytes(64)},
        {"key": lambda signed: b""},
        {"drop": ["iat"]},
        {"drop": ["aud"]},
        {"drop": ["nonce"]},
        {"drop": ["sd_hash"]},
        {"iat": "now"},
        {"iat": True},
        {"iat": -1},
        {"iat": 10**15},
        {"aud": [ASK["domain"]]},
        {"aud": ""},
        {"nonce": 1},
        {"sd_hash": "x"},
        {"sd_hash": None},
        {"exp": int(AT.timestamp()) - 1},
        {"nbf": int(AT.timestamp()) + 600},
    ],
    ids=str,
)
def test_bindings_that_are_none(issuer, options):
    report, inner = shown_by(issuer, binding(issued(issuer), **options))
    assert (report.verdict, inner) == (Verdict.INVALID, ())


def test_a_binding_is_over_the_very_disclosures(issuer):
    text = issued(issuer)
    token, *rows, _ = text.split("~")
    whole = binding(text)
    proof = whole.rpartition("~")[2]
    fewer = "~".join([token, *rows[:-1], proof])
    turned = "~".join([token, *rows[::-1], proof])
    for changed in (fewer, turned):
        assert shown_by(issuer, changed)[0].verdict is Verdict.INVALID
        refused(issuer, changed, "proof.binding_invalid")


def test_a_bound_credential_is_still_a_credential_whose_binding_must_fit(issuer):
    text = issued(issuer)
    assert report_on(bound(text), issuer).verdict is Verdict.VALID
    refused(issuer, bound(text, holder=PrivateKey.generate()), "proof.binding_invalid")
    refused(issuer, f"{text}{issued(issuer).split('~')[0]}", "proof.binding_invalid")
    nobodys = issued(issuer, holder=None)
    refused(issuer, bound(nobodys), "proof.binding_missing")


def test_what_is_bound_is_not_shown_on(issuer):
    text = bound(issued(issuer))
    with pytest.raises(Malformed):
        sd_jwt.present(text, [])
    with pytest.raises(Malformed):
        bound(text)


def test_a_signed_presentation_may_hide_parts_of_itself(issuer):
    holder = Issuer("did:web:holder.example")
    row = holder.sources.methods[holder.method]
    issuer.sources.methods[holder.method] = replace(row, authentication=True)
    inner = enveloped(issuer.issue("vc+jwt"), "application/vc+jwt")
    document = presentation(holder.did, [inner])
    raw = vp_sd_jwt(document, holder.signer, AT, frame=Frame(("holder",)), **ASK)
    report, (credential,) = shown_by(issuer, raw.decode())
    assert report.verdict is Verdict.VALID, (report.findings, credential.findings)
    assert report.format == "vp+sd-jwt"
    assert shown_by(issuer, raw.decode(), challenge="other")[0].verdict is Verdict.INVALID
    cut = raw.decode().split("~")[0] + "~"
    assert shown_by(issuer, cut)[0].verdict is Verdict.VALID
    forged = f"{raw.decode().split('~')[0]}~{part(['s', 'holder', 'did:web:x.example'])}~"
    assert shown_by(issuer, forged)[0].verdict is Verdict.INVALID


# --- Token status lists ---------------------------------------------------------------------------


def status_of(issuer, lists, index=7, at=AT, text=None):
    issuer.sources.lists = lists
    text = text or issued(issuer, status=token_list.entry_for(URL, index=index))
    report = report_on(text, issuer, at=at)
    (finding,) = [f for f in report.findings if f.check == "status"]
    return finding.code.removeprefix("status.")


@pytest.mark.parametrize(
    ("index", "said"),
    [
        (0, "clear"),
        (5, "revoked"),
        (6, "suspended"),
        (7, "unknown_value"),
        (8, "unknown_value"),
        (63, "clear"),
        (64, "out_of_range"),
        (10**12, "out_of_range"),
    ],
)
def test_values_of_a_token_status_list(issuer, index, said):
    assert status_of(issuer, {URL: status_token(issuer)}, index) == said


def test_a_token_status_list_is_the_issuers_and_the_one_named(issuer):
    other = Issuer("did:web:other.example")
    issuer.sources.methods |= other.sources.methods
    for raw, said in [
        (status_token(issuer, iss=None), "clear"),
        (status_token(other), "list_of_another"),
        (status_token(other, iss=None), "list_not_verified"),
        (status_token(other, iss=issuer.did), "list_not_verified"),
        (status_token(issuer, sub=f"{URL}2"), "list_of_another"),
        (status_token(issuer, sub=None), "list_not_verified"),
        (status_token(issuer, iat=None), "list_not_verified"),
        (status_token(issuer, status_list=None), "list_malformed"),
        (status_token(issuer, status_list={"bits": 3, "lst": ""}), "list_malformed"),
        (status_token(issuer, status_list={"bits": 1, "lst": bomb()}), "list_malformed"),
        (status_token(issuer, ttl=0), "list_malformed"),
        (status_token(issuer, header={"typ": "JWT"}), "list_unavailable"),
        (status_token(issuer, header={"typ": "vc+jwt"}), "list_unavailable"),
        (status_token(issuer)[:-8] + b"AAAAAAAA", "list_not_verified"),
        (issuer.issue(), "list_unavailable"),
        (b"", "list_unavailable"),
    ]:
        assert status_of(issuer, {URL: raw}, 0) == said, raw[:40]


def bomb():
    import zlib

    return b64url_encode(zlib.compress(bytes(64 * 1024 * 1024), 9))


def test_a_token_status_list_grows_stale(issuer):
    expired = status_token(issuer, exp=int(AT.timestamp()) + 60)
    later = AT + timedelta(minutes=2)
    assert status_of(issuer, {URL: expired}, 0) == "clear"
    assert status_of(issuer, {URL: expired}, 0, at=later) == "list_stale"
    short = status_token(issuer, ttl=60)
    assert status_of(issuer, {URL: short}, 0, at=later) == "list_stale"
    ahead = status_token(issuer, iat=int(AT.timestamp()) + 3600)
    assert status_of(issuer, {URL: ahead}, 0) == "list_of_another_time"


def test_other_mechanisms_of_status_are_never_passed(issuer):
    for status in (
        {"made_up": {"uri": URL}},
        {"status_list": [URL]},
        {"BitstringStatusListEntry": {"uri": URL}},
        token_list.entry_for(URL, index=0) | {"made_up": {}},
    ):
        text = resigned(issuer, issued(issuer), payload={"status": status})
        said = status_of(issuer, {URL: status_token(issuer)}, text=text)
        assert said == "unknown_type", status
    for claim in ({"idx": "0", "uri": URL}, {"idx": 0}, {"idx": -1, "uri": URL}):
        text = resigned(issuer, issued(issuer), payload={"status": {"status_list": claim}})
        assert status_of(issuer, {URL: status_token(issuer)}, text=text) == "entry_malformed"
