"""An entry's proof as a file, to be checked without asking anybody (C2SP tlog-proof)."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from credentials.errors import Malformed
from credentials.merkle.notes import Checkpoint, NoteVerifier, decode_base64, open_checkpoint
from credentials.merkle.tree import HASH_BYTES, verify_inclusion

_HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile("index (0|[1-9][0-9]{0,18})")
_MAX_STEPS = 63


@dataclass(frozen=True, slots=True)
class ProofFile:
    """Where an entry stands, the path to the root, and the signed checkpoint with that root.

    ``extra`` is the log's own data beside the entry; here the salt of the entry's digest.
    """

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes = b""

    def __bytes__(self) -> bytes:
        lines = [_HEADER]
        if self.extra:
            lines.append(f"extra {base64.b64encode(self.extra).decode()}")
        lines.append(f"index {self.index}")
        lines += [base64.b64encode(step).decode() for step in self.path]
        return "\n".join([*lines, "", ""]).encode() + self.checkpoint

    @classmethod
    def parse(cls, raw: bytes) -> ProofFile:
        """Read a proof file. Raises ``Malformed``."""
        head, gap, checkpoint = raw.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise _malformed() from error
        if not gap or lines.pop(0) != _HEADER or not lines:
            raise _malformed()
        extra = b""
        if lines[0].startswith("extra "):
            extra = decode_base64(lines.pop(0).removeprefix("extra "))
            if not extra or not lines:
                raise _malformed()
        index = _INDEX.fullmatch(lines.pop(0))
        path = tuple(decode_base64(line) for line in lines)
        if index is None or len(path) > _MAX_STEPS or any(len(s) != HASH_BYTES for s in path):
            raise _malformed()
        return cls(int(index[1]), path, checkpoint, extra)

    def verify(self, leaf: bytes, *, log: NoteVerifier) -> Checkpoint:
        """The checkpoint under which ``leaf`` (a leaf hash) stands in the log.

        Raises ``InvalidProof``, ``Malformed``.
        """
        checkpoint, _ = open_checkpoint(self.checkpoint, log=log)
        verify_inclusion(
            index=self.index,
            size=checkpoint.size,
            leaf=leaf,
            proof=self.path,
            root=checkpoint.root,
        )
        return checkpoint


def _malformed() -> Malformed:
    return Malformed("ledger.proof_file", "This isn't a proof file of a transparency log.")
