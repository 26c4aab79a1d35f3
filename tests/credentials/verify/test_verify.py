"""The verifier: a case for each answer, and no byte that can change unnoticed."""

import json
import random
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from credentials import prepare, prepare_document, sign, verify
from credentials.document import Prepared, Secured, Verified
from credentials.encoding import canonicalize
from credentials.errors import CredentialError, Malformed, SigningFailed
from credentials.identifiers import did_document
from credentials.keys import PrivateKey
from credentials.proofs import add_proof
from credentials.signers import MemorySigner
from credentials.verify import (
    CHECKS,
    OFFLINE,
    PUBLIC,
    STRICT,
    AccreditationAnswer,
    PinnedSources,
    Policy,
    Verdict,
)
from tests.conftest import ROOT
from tests.credentials.world import AT, DID, FACTS, Issuer

SUITES = ("eddsa-rdfc-2022", "eddsa-jcs-2022")


def codes(report):
    return {finding.code for finding in report.findings}


@pytest.mark.parametrize("suite", SUITES)
def test_what_we_issue_is_valid(suite):
    issuer = Issuer()
    report = verify(issuer.issue(suite), sources=issuer.sources, at=AT)
    assert report.verdict is Verdict.VALID, report.findings
    assert report.credential["name"] == "Data protection"
    report.require_valid()
    with pytest.raises(TypeError):
        bool(report)


@pytest.mark.parametrize("suite", SUITES)
def test_any_flipped_byte_is_invalid(suite):
    issuer = Issuer()
    raw = issuer.issue(suite)
    dice = random.Random(20260302)
    for place in range(len(raw)):
        changed = bytearray(raw)
        changed[place] ^= 1 << dice.randrange(8)
        report = verify(bytes(changed), sources=issuer.sources, at=AT)
        assert report.verdict is Verdict.INVALID, (place, bytes(changed[place - 20 : place + 20]))


def changed(issuer, change, *, resign=False):
    document = json.loads(issuer.issue())
    proof = document.pop("proof")
    change(document)
    if resign:
        return canonicalize(add_proof(document, suite=SUITES[1], signer=issuer.signer, created=AT))
    return canonicalize(document | {"proof": proof})


def set_(path, value):
    def change(document):
        *way, last = path
        for step in way:
            document = document[step]
        document[last] = value

    return change


def drop(name):
    return lambda document: document.pop(name)


REFUSED = {
    "undefined term": (set_(["made_up"], 1), "structure.undefined_term"),
    "unknown context": (
        set_(["@context", 2], "https://evil.example/c"),
        "structure.unknown_context",
    ),
    "no context": (drop("@context"), None),
    "issuer not a url": (set_(["issuer"], "kalda"), "structure.url"),
    "issuer null": (set_(["issuer"], None), "structure.url"),
    "another issuer": (set_(["issuer", "id"], "did:web:evil.example"), "key.not_issuers"),
    "no subject": (drop("credentialSubject"), "structure.missing_field"),
    "date without zone": (set_(["validFrom"], "2026-03-02T10:00:00"), "structure.date"),
    "graph keyword": (set_(["@graph"], []), None),
    "reverse keyword": (set_(["@reverse"], {}), None),
    "included keyword": (set_(["@included"], [{"id": "urn:x:1"}]), None),
    "period turned round": (set_(["validUntil"], "2020-01-01T00:00:00Z"), "structure.period"),
    "schema without type": (set_(["credentialSchema"], [{"id": "urn:x:y"}]), "structure.type"),
    "status without type": (set_(["credentialStatus"], {"id": "urn:x:y"}), "structure.type"),
    "related without digest": (set_(["relatedResource"], [{"id": "urn:x:y"}]), None),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("resign", [False, True])
def test_the_door_stays_shut(name, resign):
    change, code = REFUSED[name]
    issuer = Issuer()
    try:
        raw = changed(issuer, change, resign=resign)
    except CredentialError:
        return  # not even we can be made to sign it
    report = verify(raw, sources=issuer.sources, at=AT)
    assert report.verdict is Verdict.INVALID
    assert report.credential is None
    if code:
        assert code in codes(report)


def test_keys_and_times():
    issuer, other = Issuer(), Issuer("did:web:other.example")
    raw = issuer.issue()
    assert verify(raw, sources=other.sources, at=AT).verdict is Verdict.INVALID
    issuer.sources.down = True
    report = verify(raw, sources=issuer.sources, at=AT)
    assert report.verdict is Verdict.INDETERMINATE
    assert "key.unreachable" in codes(report)
    issuer.sources.down = False
    method = issuer.sources.methods[issuer.method]
    issuer.sources.methods[issuer.method] = replace(method, valid_until=AT)
    assert "key.outside_period" in codes(verify(raw, sources=issuer.sources, at=AT))
    issuer.sources.methods[issuer.method] = replace(method, assertion=False)
    assert "key.not_for_assertion" in codes(verify(raw, sources=issuer.sources, at=AT))


def test_a_foreign_key_under_the_issuers_name_is_refused():
    issuer, thief = Issuer(), PrivateKey.generate()
    prepared = prepare(FACTS, at=AT)
    raw = sign(prepared, signer=MemorySigner(thief, issuer.method), at=AT).raw
    report = verify(raw, sources=issuer.sources, at=AT)
    assert report.verdict is Verdict.INVALID
    assert "proof.invalid_signature" in codes(report)


def test_all_proofs_of_a_set_must_be_right():
    issuer = Issuer()
    document = json.loads(issuer.issue())
    both = add_proof(document, suite=SUITES[1], signer=issuer.signer, created=AT)
    assert len(both["proof"]) == 2
    assert verify(canonicalize(both), sources=issuer.sources, at=AT).verdict is Verdict.VALID
    both["proof"][1]["created"] = "2026-03-02T10:00:01Z"
    assert verify(canonicalize(both), sources=issuer.sources, at=AT).verdict is Verdict.INVALID


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        ("cryptosuite", "eddsa-2099", "proof.unsupported_suite"),
        ("proofPurpose", "authentication", "proof.wrong_purpose"),
        ("proofValue", "zAAAA", None),
        ("verificationMethod", 7, "key.malformed_method"),
        ("verificationMethod", "did:web:x.example", "key.malformed_method"),
    ],
)
def test_proofs_that_are_not_understood_are_refused(member, value, code):
    issuer = Issuer()
    document = json.loads(issuer.issue())
    document["proof"][0][member] = value
    report = verify(canonicalize(document), sources=issuer.sources, at=AT)
    assert report.verdict is Verdict.INVALID
    assert code is None or code in codes(report)


def test_no_proof_and_other_things():
    issuer = Issuer()
    document = json.loads(issuer.issue())
    del document["proof"]
    report = verify(canonicalize(document), sources=issuer.sources, at=AT)
    assert "structure.missing_proof" in codes(report)
    for raw, code in [
        (b"{", "envelope.unreadable"),
        (b"[]", "envelope.unknown_format"),
        (b'{"type":"Other"}', "envelope.unknown_format"),
        (b" " * (1024 * 1024 + 1), "envelope.too_large"),
    ]:
        assert code in codes(verify(raw, sources=issuer.sources, at=AT))


def test_the_rooms():
    issuer = Issuer()
    raw = issuer.issue()
    late = verify(raw, sources=issuer.sources, at=datetime(2030, 1, 1, tzinfo=UTC))
    assert (late.verdict, "validity.expired" in codes(late)) == (Verdict.INVALID, True)
    early = verify(raw, sources=issuer.sources, at=AT - timedelta(seconds=1))
    assert "validity.not_yet" in codes(early)
    for answer, code in {
        "none": "accreditation.none",
        "ended": "accreditation.ended_before",
        "not_covered": "accreditation.not_covered",
        "not_registered": "accreditation.not_registered",
    }.items():
        issuer.sources.answers[DID] = AccreditationAnswer(answer)
        report = verify(raw, sources=issuer.sources, at=AT)
        assert (report.verdict, code in codes(report)) == (Verdict.INVALID, True)
        assert verify(raw, sources=issuer.sources, at=AT, policy=OFFLINE).verdict is Verdict.VALID


def test_a_status_that_is_not_evaluated_is_never_passed():
    issuer = Issuer()
    entry = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}
    entry |= {"statusListIndex": "7", "statusListCredential": "https://x.example/s"}
    document = json.loads(issuer.issue())
    del document["proof"], document["credentialSchema"]
    document["credentialStatus"] = entry
    raw = sign(prepare_document(document, at=AT), signer=issuer.signer, at=AT).raw
    report = verify(raw, sources=issuer.sources, at=AT)
    assert report.verdict is Verdict.INDETERMINATE
    assert "status.list_unavailable" in codes(report)


def test_policies_cannot_be_empty():
    with pytest.raises(ValueError, match="door"):
        Policy("nothing", frozenset())
    # A log takes a minute: the page doesn't wait for it, and believes nothing that it denies.
    assert set(CHECKS) - {"inclusion"} <= PUBLIC.required
    assert "inclusion" in PUBLIC.heeded
    assert set(CHECKS) <= STRICT.required


@pytest.mark.parametrize("kind", [Prepared, Secured, Verified])
def test_types_of_trust_cannot_be_made_by_hand(kind):
    with pytest.raises(TypeError):
        kind(*[b""] * len(kind.__dataclass_fields__))


def test_a_signer_that_returns_garbage_issues_nothing():
    issuer = Issuer()

    class Garbage(MemorySigner):
        def sign(self, data):
            return bytes(64)

    with pytest.raises(SigningFailed):
        sign(prepare(FACTS, at=AT), signer=Garbage(issuer.key, issuer.method), at=AT)
    with pytest.raises(SigningFailed):
        stranger = MemorySigner(issuer.key, "did:web:other.example#k")
        sign(prepare(FACTS, at=AT), signer=stranger, at=AT)


def test_what_breaks_the_profile_is_not_prepared():
    with pytest.raises(Malformed):
        prepare(replace(FACTS, isced_f="0613", outcomes=()), at=AT)
    with pytest.raises(Malformed):
        prepare(replace(FACTS, assessment_types=("made_up",)), at=AT)
    with pytest.raises(Malformed):
        prepare(replace(FACTS, valid_until=AT - timedelta(days=1)), at=AT)


def trust(issuer):
    rows = [issuer.sources.methods[issuer.method]]
    accreditation = {"issuer": issuer.did, "framework": "ee-estqf", "levels": ["5"]}
    accreditation |= {"fields": ["06"], "validFrom": "2026-01-01", "validUntil": None}
    return {"didDocuments": [did_document(issuer.did, rows)], "accreditations": [accreditation]}


def run_cli(*arguments, cwd=ROOT):
    return subprocess.run(
        [sys.executable, "-m", "credentials", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_line(tmp_path):
    issuer = Issuer()
    (tmp_path / "c.json").write_bytes(issuer.issue())
    (tmp_path / "t.json").write_text(json.dumps(trust(issuer)))
    file, at = str(tmp_path / "c.json"), ["--at", "2026-03-02T10:00:00Z"]
    good = run_cli("verify", file, "--trust", str(tmp_path / "t.json"), *at)
    assert good.returncode == 0, good.stdout
    assert good.stdout.startswith("VALID")
    unknown = run_cli("verify", file, *at)
    assert unknown.returncode == 2
    assert "key.unreachable" in unknown.stdout
    bad = (tmp_path / "c.json").read_bytes().replace(b"Kalda", b"Kaldb")
    (tmp_path / "c.json").write_bytes(bad)
    wrong = run_cli("verify", file, "--trust", str(tmp_path / "t.json"), "--json", *at)
    assert wrong.returncode == 1
    assert json.loads(wrong.stdout)["verdict"] == "INVALID"
    assert run_cli("verify").returncode == 64
    assert run_cli("verify", str(tmp_path / "none.json")).returncode == 64
    assert "UNVERIFIED" in run_cli("inspect", file).stdout


def test_the_core_needs_no_framework():
    code = "import credentials.cli, sys; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_pinned_sources_say_what_they_know():
    issuer = Issuer()
    raw = issuer.issue()
    pinned = PinnedSources([trust(issuer)])
    assert verify(raw, sources=pinned, at=AT).verdict is Verdict.VALID
    empty = verify(raw, sources=PinnedSources([]), at=AT)
    assert empty.verdict is Verdict.INDETERMINATE
    narrow = trust(issuer)
    narrow["accreditations"][0]["levels"] = ["6"]
    report = verify(raw, sources=PinnedSources([narrow]), at=AT)
    assert "accreditation.not_covered" in codes(report)


def test_every_declared_code_is_documented():
    text = (ROOT / "docs/codes.md").read_text(encoding="utf-8")
    from credentials.verify.opening import CODES

    declared = {code for check in CHECKS.values() for code in check.codes}
    declared |= {code for rows in CODES.values() for code in rows}
    assert {code for code in declared if f"`{code}`" not in text} == set()


@pytest.mark.parametrize("form", ["strict", "jsonld-compacted"])
def test_the_1edtech_schemas_accept_what_we_issue(form):
    import os
    from pathlib import Path

    folder = os.environ.get("OB3_SCHEMAS")
    if not folder:
        return  # said in the summary; may not be redistributed freely
    import jsonschema

    (path,) = Path(folder, form).glob("ob_v3p0_*achievementcredential_schema.json")
    schema = json.loads(path.read_text(encoding="utf-8"))
    validator = jsonschema.Draft201909Validator(schema)
    assert [error.message for error in validator.iter_errors(json.loads(Issuer().issue()))] == []
    assert list(validator.iter_errors({"type": ["OpenBadgeCredential"]})) != []


def test_a_context_appended_after_signing_is_refused():
    issuer = Issuer()
    document = json.loads(issuer.issue("eddsa-jcs-2022"))
    document["@context"].append("https://purl.imsglobal.org/spec/ob/v3p0/extensions.json")
    report = verify(canonicalize(document), sources=issuer.sources, at=AT, policy=OFFLINE)
    assert report.verdict is Verdict.INVALID
    assert "proof.malformed" in codes(report)
