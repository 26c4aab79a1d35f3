"""A credential's entry in a log, by its proof: RFC 9162 2.1.3, C2SP tlog-proof and signed-note."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from credentials.document import Verified
from credentials.errors import CredentialError, InvalidProof
from credentials.merkle import Checkpoint, NoteVerifier, ProofFile, verify_inclusion
from credentials.merkle.leaves import Leaf
from credentials.merkle.notes import open_checkpoint
from credentials.verify.sources import InclusionAnswer, InclusionQuestion, Sources


@dataclass(frozen=True)
class Entry:
    """Where it stands, since when by the log's own word, and who cosigned the checkpoint."""

    index: int
    entered: datetime
    checkpoint: Checkpoint
    witnesses: tuple[NoteVerifier, ...]


def ask(credential: Verified, sources: Sources) -> InclusionAnswer:
    """What the sources have. Raises ``NotFound``, ``SourceUnavailable``."""
    name = credential.document.get("id")
    question = InclusionQuestion(
        credential.issuer, name if isinstance(name, str) else None, credential.digests
    )
    return sources.inclusion(question)


def proven_entry(raw: bytes, credential: Verified, answer: InclusionAnswer) -> Entry:
    """The entry that a proof file shows. Raises ``Malformed``, ``InvalidProof``."""
    proof = ProofFile.parse(raw)
    checkpoint, witnesses = _signed(proof, answer)
    leaf = _entered(proof, checkpoint, credential)
    return Entry(proof.index, leaf.entered, checkpoint, witnesses)


def _signed(
    proof: ProofFile, answer: InclusionAnswer
) -> tuple[Checkpoint, tuple[NoteVerifier, ...]]:
    refused: CredentialError | None = None
    for log in answer.logs:
        try:
            return open_checkpoint(proof.checkpoint, log=log, witnesses=answer.witnesses)
        except CredentialError as error:
            refused = error
    raise refused or InvalidProof("inclusion.unsigned", "No log signed this.")


def _entered(proof: ProofFile, checkpoint: Checkpoint, credential: Verified) -> Leaf:
    refused: CredentialError | None = None
    for digest in credential.digests:
        leaf = Leaf.from_extra(proof.extra, digest)
        if leaf.act != "award":
            message = "The proof is about another act than the award of a credential."
            raise InvalidProof("inclusion.invalid_proof", message)
        try:
            verify_inclusion(
                index=proof.index,
                size=checkpoint.size,
                leaf=leaf.hash,
                proof=proof.path,
                root=checkpoint.root,
            )
        except InvalidProof as error:
            refused = error
        else:
            return leaf
    raise refused or InvalidProof("inclusion.invalid_proof", "The proof is another's.")
