"""Time stamps on a seal (RFC 3161), read so far that they can be shown: when, and over what.

Whose they are isn't checked here, and whoever shows one says so. Only the few parts of DER that a
token needs are read (X.690), within bounds, and nothing is guessed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from credentials.errors import Malformed

MAX_TOKEN: Final = 64 * 1024
_TST_INFO: Final = bytes.fromhex("060b2a864886f70d0109100104")
_SEQUENCE, _INTEGER, _OCTETS, _OID, _TIME = 0x30, 0x02, 0x04, 0x06, 0x18
_CONTENT: Final = 0xA0
_HASHES: Final = {
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """What a token states. Nobody vouches for it yet."""

    at: datetime
    hash: str
    imprint: bytes

    def covers(self, data: bytes) -> bool:
        """Whether it was made over these bytes."""
        return hashlib.new(self.hash, data).digest() == self.imprint


def read_token(text: object) -> TimeStamp:
    """A time stamp token in base64. Raises ``Malformed`` (``envelope.malformed_token``)."""
    try:
        if not isinstance(text, str) or len(text) > 4 * MAX_TOKEN // 3:
            raise ValueError
        der = base64.b64decode(text, validate=True)
        # SignedData wraps the content: its type's identifier stands right before it.
        start = der.index(_TST_INFO) + len(_TST_INFO)
        return _info(_inner(der[start:]))
    except (ValueError, binascii.Error, IndexError) as error:
        message = "A time stamp isn't in the form of RFC 3161."
        raise Malformed("envelope.malformed_token", message) from error


def _inner(data: bytes) -> bytes:
    tag, explicit, _ = _element(data)
    if tag != _CONTENT:
        raise ValueError
    tag, octets, _ = _element(explicit)
    if tag != _OCTETS:
        raise ValueError
    return octets


def _info(data: bytes) -> TimeStamp:
    """TSTInfo (RFC 3161, section 2.4.2): version, policy, imprint, serial number, time, …"""
    tag, body, _ = _element(data)
    if tag != _SEQUENCE:
        raise ValueError
    (_, _version), (_, _policy), (kind, imprint), (_, _serial), (time_tag, time) = _first(body, 5)
    if kind != _SEQUENCE or time_tag != _TIME:
        raise ValueError
    (_, algorithm), (octets, digest) = _first(imprint, 2)
    oid_tag, oid, _ = _element(algorithm)
    name = _HASHES.get(oid)
    if oid_tag != _OID or octets != _OCTETS or name is None:
        raise ValueError
    return TimeStamp(_moment(time), name, digest)


def _first(data: bytes, count: int) -> list[tuple[int, bytes]]:
    rows = []
    for tag, body in _elements(data):
        rows.append((tag, body))
        if len(rows) == count:
            return rows
    raise ValueError


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    while data:
        tag, body, data = _element(data)
        yield tag, body


def _element(data: bytes) -> tuple[int, bytes, bytes]:
    """Tag, content, and what follows. Definite lengths of at most four bytes."""
    tag, length, at = data[0], data[1], 2
    if length & 0x80:
        count = length & 0x7F
        if not 0 < count <= 4:
            raise ValueError
        length, at = int.from_bytes(data[2 : 2 + count], "big"), 2 + count
    body = data[at : at + length]
    if len(body) != length:
        raise ValueError
    return tag, body, data[at + length :]


def _moment(raw: bytes) -> datetime:
    text = raw.decode("ascii").partition(".")[0].removesuffix("Z")
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
