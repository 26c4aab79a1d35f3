"""Inclusion: what a proof file shows, and everything that it doesn't."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials import cli
from credentials.encoding import canonicalize
from credentials.errors import Malformed, SourceUnavailable
from credentials.identifiers import did_document
from credentials.keys import PrivateKey
from credentials.merkle import Cosigner, Note
from credentials.verify import (
    OFFLINE,
    PUBLIC,
    STRICT,
    InclusionAnswer,
    InclusionQuestion,
    PinnedSources,
    Verdict,
    verify,
)
from tests.credentials.logs import Log, entered
from tests.credentials.world import AT, DID, Issuer

ISSUER = Issuer()
RAW = ISSUER.issue()
LOG, PROOF = entered(RAW)
WITNESS = Cosigner("witness.example", PrivateKey.generate())


def found(*proofs, raw=RAW, log=LOG, witnesses=(), policy=PUBLIC):
    """The verdict and the finding on inclusion with these proofs at hand."""
    logs = () if log is None else (log.verifier,)
    ISSUER.sources.proven = InclusionAnswer(tuple(map(bytes, proofs)), logs, witnesses)
    report = verify(raw, sources=ISSUER.sources, at=AT, policy=policy)
    (finding,) = [f for f in report.findings if f.check == "inclusion"]
    return report.verdict, finding


def test_a_proof_shows_place_and_time():
    verdict, finding = found(PROOF, policy=STRICT)
    assert (verdict, finding.code) == (Verdict.VALID, "inclusion.proven")
    assert finding.params == {
        "log": "registry.example/ledger",
        "index": "3",
        "size": "8",
        "entered": AT.isoformat(),
    }


def test_a_file_that_was_only_written_anew_keeps_its_proof():
    pretty = json.dumps(json.loads(RAW), indent=2, ensure_ascii=False).encode()
    assert pretty != RAW == canonicalize(json.loads(RAW))
    assert found(PROOF, raw=pretty)[1].code == "inclusion.proven"


def test_a_proof_of_another_credential_is_refused():
    other = ISSUER.issue(grade="B")
    verdict, finding = found(PROOF, raw=other)
    assert (verdict, finding.code) == (Verdict.INVALID, "inclusion.invalid_proof")


def test_one_proof_of_several_is_enough():
    _, other = entered(ISSUER.issue(grade="B"))
    assert found(other)[1].code == "inclusion.unsigned"
    assert found(other, LOG.proof(0), PROOF)[1].code == "inclusion.proven"


def test_another_act_on_the_same_bytes_proves_no_award():
    log, proof = entered(RAW, act="status")
    assert found(proof, log=log)[1].code == "inclusion.invalid_proof"


def test_a_log_nobody_named_proves_nothing():
    verdict, finding = found(PROOF, log=None)
    assert (verdict, finding.code) == (Verdict.VALID, "inclusion.log_unknown")
    assert found(PROOF, log=None, policy=STRICT)[0] is Verdict.INDETERMINATE


def test_a_checkpoint_of_another_log_is_refused():
    assert found(PROOF, log=Log())[1].code == "inclusion.unsigned"
    renamed = Log("other.example/ledger", LOG.signer.key)
    assert found(PROOF, log=renamed)[1].code == "inclusion.unsigned"


def test_an_entry_much_later_than_its_date_is_told():
    log, proof = entered(RAW, late=timedelta(days=2))
    verdict, finding = found(proof, log=log, policy=STRICT)
    assert (verdict, finding.code) == (Verdict.VALID, "inclusion.proven_late")
    log, proof = entered(RAW, late=timedelta(hours=23))
    assert found(proof, log=log)[1].code == "inclusion.proven"


def test_witnesses_are_named_only_where_they_cosigned_rightly():
    note = WITNESS.cosign(Note.parse(PROOF.checkpoint), int(AT.timestamp()))
    seen = replace(PROOF, checkpoint=bytes(note))
    known = (WITNESS.verifier,)
    assert found(seen, witnesses=known)[1].params["witnesses"] == "witness.example"
    assert "witnesses" not in found(seen)[1].params
    assert "witnesses" not in found(PROOF, witnesses=known)[1].params
    forged = Cosigner(WITNESS.name, PrivateKey.generate())
    other = replace(forged.cosign(note, 1).signatures[-1], key_id=WITNESS.verifier.key_id)
    bad = Note(note.text, (note.signatures[0], other))
    assert found(replace(PROOF, checkpoint=bytes(bad)), witnesses=known)[0] is Verdict.INVALID


@given(st.data())
def test_any_flipped_byte_of_a_proof_is_refused(data):
    raw = bytearray(bytes(PROOF))
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    assert found(bytes(raw))[1].outcome == "FAILED"


@pytest.mark.parametrize("raw", [b"", b"{}", b"\xff", RAW, bytes(PROOF)[:-1]])
def test_what_is_no_proof_is_refused(raw):
    assert found(raw)[1].outcome == "FAILED"


def test_nothing_at_hand_is_not_known():
    ISSUER.sources.proven = None
    report = verify(RAW, sources=ISSUER.sources, at=AT, policy=STRICT)
    assert report.verdict is Verdict.INDETERMINATE
    assert verify(RAW, sources=ISSUER.sources, at=AT).verdict is Verdict.VALID


# --- Trust files and the command line -------------------------------------------------------------


def trust(**ledger):
    rows = [ISSUER.sources.methods[ISSUER.method]]
    value = {"didDocuments": [did_document(ISSUER.did, rows)]}
    return value | ({"ledger": ledger} if ledger else {})


def test_a_trust_file_names_the_log():
    pinned = PinnedSources([trust(verifier=str(LOG.verifier))], proofs=[bytes(PROOF)])
    report = verify(RAW, sources=pinned, at=AT, policy=OFFLINE.requiring("inclusion"))
    assert (report.verdict, report.policy) == (Verdict.VALID, "offline+inclusion")
    question = InclusionQuestion(DID, None, ())
    with pytest.raises(SourceUnavailable):
        PinnedSources([trust(verifier=str(LOG.verifier))]).inclusion(question)


@pytest.mark.parametrize(
    "ledger",
    [{"verifier": "x"}, {"verifier": 7}, {"witnesses": []}, {"verifier": str(LOG.verifier),
     "witnesses": "x"}, {"verifier": str(LOG.verifier), "witnesses": [1]}],
)  # fmt: skip
def test_a_trust_file_with_a_bad_log_is_refused(ledger):
    with pytest.raises(Malformed) as refused:
        PinnedSources([trust(**ledger)])
    assert (refused.value.code, refused.value.pointer) == ("trust_file.malformed", "/ledger")
    with pytest.raises(Malformed):
        PinnedSources([trust() | {"ledger": ["x"]}])


@pytest.fixture
def run(tmp_path, capsys):
    (tmp_path / "credential.json").write_bytes(RAW)
    (tmp_path / "plain.json").write_text(json.dumps(trust()))
    (tmp_path / "trust.json").write_text(json.dumps(trust(verifier=str(LOG.verifier))))

    def act(*words, trusted="trust.json"):
        code = cli.main(
            ["verify", str(tmp_path / "credential.json"), "--trust", str(tmp_path / trusted),
             "--at", "2026-03-02T10:00:00Z", *words]
        )  # fmt: skip
        said = capsys.readouterr()
        return code, said.out + said.err

    return act


def test_a_proof_is_checked_offline(run, tmp_path):
    (tmp_path / "p").write_bytes(bytes(PROOF))
    code, said = run("--proof", str(tmp_path / "p"))
    assert (code, "inclusion.proven: Entered on 2026-03-02" in said) == (0, True)
    code, said = run("--proof", str(tmp_path / "p"), trusted="plain.json")
    assert (code, "inclusion.log_unknown" in said) == (2, True)
    (tmp_path / "other").write_bytes(bytes(LOG.proof(0)))
    code, said = run("--proof", str(tmp_path / "other"))
    assert (code, "inclusion.invalid_proof" in said) == (1, True)
    assert run("--proof", str(tmp_path / "none"))[0] == cli.USAGE


@pytest.mark.parametrize("name", ["credential.json.tlog-proof", "credential.tlog-proof"])
def test_a_proof_beside_the_file_is_found(run, tmp_path, name):
    code, said = run()
    assert (code, "inclusion.no_proof" in said) == (0, True)
    (tmp_path / name).write_bytes(bytes(PROOF))
    code, said = run("--policy", "strict")
    assert (code, "inclusion.proven" in said) == (2, True)  # strict asks for accreditation, too
    assert run()[0] == 0
    (tmp_path / name).write_bytes(bytes(LOG.proof(0)))
    assert run()[0] == 1
