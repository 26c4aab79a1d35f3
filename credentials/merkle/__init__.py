"""A transparency log's mathematics and formats; no storage, no socket.

Tree hashes and proofs are those of RFC 6962 (RFC 9162 keeps them), tiles are C2SP tlog-tiles,
checkpoints are C2SP signed notes, proof files are C2SP tlog-proof.
"""

from credentials.merkle.notes import Checkpoint, Cosigner, Note, NoteSigner, NoteVerifier
from credentials.merkle.proof_file import ProofFile
from credentials.merkle.tiles import Tile, TileHashes, new_tiles
from credentials.merkle.tree import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_hash,
    verify_consistency,
    verify_inclusion,
)

__all__ = [
    "EMPTY_ROOT",
    "Checkpoint",
    "Cosigner",
    "Frontier",
    "Note",
    "NoteSigner",
    "NoteVerifier",
    "ProofFile",
    "Tile",
    "TileHashes",
    "consistency_proof",
    "inclusion_proof",
    "leaf_hash",
    "new_tiles",
    "node_hash",
    "root_hash",
    "verify_consistency",
    "verify_inclusion",
]
