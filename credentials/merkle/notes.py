"""Signed notes, checkpoints and witnesses' cosignatures (C2SP signed-note, tlog-checkpoint,
tlog-cosignature).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass

from credentials.encoding import sha256
from credentials.errors import InvalidProof, Malformed, Unsupported
from credentials.keys import Algorithm, PrivateKey, PublicKey
from credentials.merkle.tree import HASH_BYTES, MAX_SIZE

_ED25519, _COSIGNATURE = 0x01, 0x04
_SIGNATURE_BYTES, _TIME_BYTES, _ID_BYTES = 64, 8, 4
_MAX_NOTE, _MAX_SIGNATURES = 64 * 1024, 64
# A name has no space of any kind and no plus: both end it.
_NAME = re.compile(r"[^\s+]{1,255}")
_LINE = re.compile(r"— (?P<name>[^\s+]{1,255}) (?P<blob>[A-Za-z0-9+/]+={0,2})")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class NoteVerifier:
    """A key that notes are checked with: ``name+hash+base64``. ``kind`` is the signature type."""

    name: str
    key: PublicKey
    kind: int = _ED25519

    @classmethod
    def parse(cls, text: str) -> NoteVerifier:
        """A verifier key as it is written. Raises ``Malformed``, ``Unsupported``."""
        name, _, rest = text.partition("+")
        stated, _, encoded = rest.partition("+")
        data = decode_base64(encoded)
        if not _NAME.fullmatch(name) or not re.fullmatch("[0-9a-f]{8}", stated) or not data:
            raise Malformed("ledger.verifier_key", "A verifier key is name+hash+key.")
        if data[0] not in (_ED25519, _COSIGNATURE) or len(data) != 33:
            raise Unsupported("ledger.verifier_key", "The key isn't an Ed25519 key.")
        verifier = cls(name, PublicKey(Algorithm.ED25519, data[1:]), data[0])
        if verifier.key_id.hex() != stated:
            raise Malformed("ledger.verifier_key", "The key's hash isn't the one stated.")
        return verifier

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name ‖ LF ‖ type ‖ key)."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.key.data)[:_ID_BYTES]

    def __str__(self) -> str:
        encoded = base64.b64encode(bytes([self.kind]) + self.key.data).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note."""

    name: str
    key_id: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text, ending in a newline, and its signatures. Nothing in it is believed yet."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, raw: bytes) -> Note:
        """Read a signed note. Raises ``Malformed``."""
        try:
            whole = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise _malformed("A note is UTF-8.") from error
        text, gap, lines = whole.rpartition("\n\n")
        if len(raw) > _MAX_NOTE or _CONTROL.search(whole) or not gap or not whole.endswith("\n"):
            raise _malformed("A note is text, an empty line, and signatures, each on its line.")
        signatures = tuple(_signature(line) for line in lines[:-1].split("\n"))
        if not 0 < len(signatures) <= _MAX_SIGNATURES:
            raise _malformed(f"A note has 1 to {_MAX_SIGNATURES} signatures.")
        return cls(text + "\n", signatures)

    def __bytes__(self) -> bytes:
        lines = [
            f"— {s.name} {base64.b64encode(s.key_id + s.data).decode()}\n" for s in self.signatures
        ]
        return (self.text + "\n" + "".join(lines)).encode()

    def verify(self, verifiers: Iterable[NoteVerifier]) -> tuple[NoteVerifier, ...]:
        """The known keys that signed it; signatures of unknown keys are ignored.

        Raises ``InvalidProof`` where a known key's signature is wrong, or no known key signed.
        """
        known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
        found: dict[NoteVerifier, None] = {}
        for signature in self.signatures:
            verifier = known.get((signature.name, signature.key_id))
            if verifier is not None:
                _check(self.text, signature, verifier)
                found[verifier] = None
        if not found:
            raise InvalidProof("inclusion.unsigned", "No key that is known signed this note.")
        return tuple(found)

    def cosigned_at(self, verifier: NoteVerifier) -> int | None:
        """When a witness cosigned, in seconds since 1970; ``None`` if it didn't.

        Raises ``InvalidProof`` for a wrong signature.
        """
        for signature in self.signatures:
            if (signature.name, signature.key_id) == (verifier.name, verifier.key_id):
                _check(self.text, signature, verifier)
                return int.from_bytes(signature.data[:_TIME_BYTES], "big")
        return None

    def with_signature(self, signature: Signature) -> Note:
        """The note with one more signature."""
        return Note(self.text, (*self.signatures, signature))


@dataclass(frozen=True, slots=True)
class NoteSigner:
    """Signs notes with an Ed25519 key under a name."""

    name: str
    key: PrivateKey

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError("A signer's name has no space and no plus.")
        if self.key.public.algorithm is not Algorithm.ED25519:
            raise ValueError("A note is signed with an Ed25519 key.")

    @property
    def verifier(self) -> NoteVerifier:
        """The key that checks its signatures."""
        return NoteVerifier(self.name, self.key.public)

    def sign(self, text: str) -> Note:
        """A note of that text, which ends in a newline, with this signature."""
        if not text.endswith("\n") or _CONTROL.search(text):
            raise ValueError("A note's text ends in a newline and has no control characters.")
        verifier = self.verifier
        signature = Signature(self.name, verifier.key_id, self.key.sign(text.encode()))
        return Note(text, (signature,))


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness: says that it saw a checkpoint, and when (C2SP tlog-cosignature)."""

    name: str
    key: PrivateKey

    @property
    def verifier(self) -> NoteVerifier:
        """The key that checks its cosignatures."""
        return NoteVerifier(self.name, self.key.public, _COSIGNATURE)

    def cosign(self, note: Note, seconds: int) -> Note:
        """The note with this witness's cosignature of that time (seconds since 1970)."""
        signed = self.key.sign(_cosigned(note.text, seconds))
        data = seconds.to_bytes(_TIME_BYTES, "big") + signed
        return note.with_signature(Signature(self.name, self.verifier.key_id, data))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's signed statement: this many entries, under this root (C2SP tlog-checkpoint)."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read a checkpoint's text; lines after the third are extensions. Raises ``Malformed``."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not lines[0] or not _DECIMAL.fullmatch(lines[1]):
            raise _malformed("A checkpoint has origin, size and root, each on its line.")
        size, root = int(lines[1]), decode_base64(lines[2])
        if size > MAX_SIZE or len(root) != HASH_BYTES:
            raise _malformed("A checkpoint's size or root isn't as it must be.")
        return cls(lines[0], size, root)

    @property
    def text(self) -> str:
        """The note text, without extensions."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def open_checkpoint(
    raw: bytes, *, log: NoteVerifier, witnesses: Iterable[NoteVerifier] = ()
) -> tuple[Checkpoint, tuple[NoteVerifier, ...]]:
    """A checkpoint signed by ``log``, and the known witnesses that cosigned it.

    Raises ``Malformed``, ``InvalidProof`` (not signed by the log; another log's).
    """
    note = Note.parse(raw)
    signers = note.verify((log, *witnesses))
    checkpoint = Checkpoint.parse(note.text)
    if log not in signers:
        raise InvalidProof("inclusion.unsigned", "The log didn't sign this checkpoint.")
    if checkpoint.origin != log.name:
        raise InvalidProof("inclusion.other_log", "The checkpoint is another log's.")
    return checkpoint, tuple(signer for signer in signers if signer != log)


def _check(text: str, signature: Signature, verifier: NoteVerifier) -> None:
    if verifier.kind == _ED25519:
        verifier.key.verify(signature.data, text.encode())
        return
    if len(signature.data) != _TIME_BYTES + _SIGNATURE_BYTES:
        raise InvalidProof("proof.invalid_signature", "A cosignature has 72 bytes.")
    seconds = int.from_bytes(signature.data[:_TIME_BYTES], "big")
    verifier.key.verify(signature.data[_TIME_BYTES:], _cosigned(text, seconds))


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _signature(line: str) -> Signature:
    match = _LINE.fullmatch(line)
    data = decode_base64(match["blob"]) if match else b""
    if match is None or len(data) <= _ID_BYTES:
        raise _malformed("A signature line isn't as it must be.")
    return Signature(match["name"], data[:_ID_BYTES], data[_ID_BYTES:])


def decode_base64(text: str) -> bytes:
    """Standard base64, written in the one way it can be; empty for anything else."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return data if base64.b64encode(data).decode() == text else b""


def _malformed(message: str) -> Malformed:
    return Malformed("ledger.note", message)
