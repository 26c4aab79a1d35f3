"""COSE_Sign1: a signature in CBOR, read as strictly as a token.

RFC 9052 section 4.2 (COSE_Sign1, Sig_structure), RFC 9053 section 2 (algorithms), RFC 9596
(``typ``), RFC 8949 section 4.2 (one form of CBOR). Only what such a signature is made of is read:
integers, bytes, text, arrays and maps of definite length, each head as short as it can be. What
comes out is the same ``Token`` that ``jose`` gives: which key, which algorithm and whose name are
then one question, asked at one place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from credentials.errors import InvalidProof, Malformed, Unsupported
from credentials.keys import Use
from credentials.proofs.jose import Token
from credentials.signers import Signer

START: Final = b"\xd2"
"""Tag 18, with which every COSE_Sign1 here begins."""
# COSE Algorithms registry; EdDSA (-8) with the key's curve, and RFC 9864's name for Ed25519.
_ALGORITHMS: Final[Mapping[int, str]] = {
    -7: "ES256",
    -35: "ES384",
    -36: "ES512",
    -8: "EdDSA",
    -19: "Ed25519",
}
_NUMBERS: Final = {name: number for number, name in _ALGORITHMS.items()}
# COSE Header Parameters registry.
_ALG, _CRIT, _CTY, _KID, _TYP = 1, 2, 3, 4, 16
_MAX_DEPTH: Final = 4


def read_sign1(data: bytes) -> Token:
    """A COSE_Sign1, its header by the names that JOSE has for the same.

    Raises ``Malformed`` (``envelope.malformed_token``, ``envelope.unknown_header``),
    ``Unsupported`` for critical extensions or an unknown algorithm.
    """
    value, end = _item(data, 0, _MAX_DEPTH) if data[:1] == START else (None, 0)
    if not isinstance(value, list) or len(value) != 4 or end != len(data):
        raise _malformed("It isn't one COSE_Sign1 with its tag.")
    protected, unprotected, payload, signature = value
    bytes_ = all(isinstance(part, bytes) for part in (protected, payload, signature))
    if not bytes_ or unprotected != {}:
        # What stands in the unprotected header is signed by nobody.
        raise _malformed("Its parts are bytes, an empty map, bytes and bytes.")
    header, end = _item(protected, 0, _MAX_DEPTH)
    if not isinstance(header, dict) or end != len(protected):
        raise _malformed("Its header isn't a map.")
    signed = _encoded(["Signature1", protected, b"", payload])
    return Token(_named(header), payload, signature, signed)


def sign1(header: Mapping[str, str], payload: bytes, signer: Signer, use: Use) -> bytes:
    """A COSE_Sign1 over ``payload``; ``alg`` comes from the key.

    ``header`` has ``typ``, ``cty`` and ``kid``. Raises ``KeyNotUsable``, ``SigningFailed``.
    """
    signer.public_key.require(use)
    fields = {
        _ALG: _NUMBERS[signer.public_key.jws],
        _CTY: header["cty"],
        _KID: header["kid"].encode("utf-8"),
        _TYP: header["typ"],
    }
    protected = _encoded(fields)
    signature = signer.sign(_encoded(["Signature1", protected, b"", payload]))
    return START + _encoded([protected, {}, payload, signature])


def _named(header: Mapping[Any, Any]) -> dict[str, str]:
    if _CRIT in header:
        message = "It asks for an extension (crit) that isn't known here."
        raise Unsupported("proof.critical_header", message)
    unknown = header.keys() - {_ALG, _CTY, _KID, _TYP}
    if unknown:
        message = f"Its header holds what isn't known here: {str(sorted(map(repr, unknown)))[:80]}."
        raise Malformed("envelope.unknown_header", message)
    algorithm, kid = header.get(_ALG), header.get(_KID)
    if type(algorithm) is not int or algorithm not in _ALGORITHMS:
        raise InvalidProof("proof.algorithm_mismatch", "Its algorithm isn't one known here.")
    named = {"alg": _ALGORITHMS[algorithm]}
    for name, found in (("cty", header.get(_CTY)), ("typ", header.get(_TYP))):
        if found is not None and not isinstance(found, str):
            raise _malformed(f"Its {name} isn't text.")
        if found is not None:
            named[name] = found
    if kid is not None:
        try:
            named["kid"] = kid.decode("utf-8")
        except (AttributeError, UnicodeDecodeError) as error:
            raise _malformed("Its kid isn't a text in bytes.") from error
    return named


# --- CBOR ---------------------------------------------------------------------------------------


def _malformed(message: str) -> Malformed:
    return Malformed("envelope.malformed_token", f"The COSE signature can't be read. {message}")


def _head(data: bytes, place: int) -> tuple[int, int, int]:
    """Major type, argument, and where the head ends (RFC 8949 section 3)."""
    if place >= len(data):
        raise _malformed("It is cut off.")
    major, short = data[place] >> 5, data[place] & 31
    place += 1
    if short < 24:
        return major, short, place
    if short > 27:
        raise _malformed("Its lengths aren't definite.")
    size = 1 << (short - 24)
    argument = int.from_bytes(data[place : place + size], "big")
    if place + size > len(data) or argument < (24 if size == 1 else 1 << (4 * size)):
        raise _malformed("A head is cut off, or longer than need be.")
    return major, argument, place + size


def _item(data: bytes, place: int, depth: int) -> tuple[Any, int]:
    major, argument, place = _head(data, place)
    if major == 0:
        return argument, place
    if major == 1:
        return -1 - argument, place
    if argument > len(data) - place and major != 6:
        raise _malformed("It is cut off.")
    if major in (2, 3):
        raw = data[place : place + argument]
        return (raw if major == 2 else _utf8(raw)), place + argument
    if depth == 0 or major > 6:
        raise _malformed("It nests too deep, or holds something else than such a signature does.")
    if major == 6:
        if argument != 18 or depth != _MAX_DEPTH:
            raise _malformed("It has a tag that isn't COSE_Sign1's.")
        return _item(data, place, depth - 1)
    return _several(data, place, depth, major, argument)


def _several(data: bytes, place: int, depth: int, major: int, count: int) -> tuple[Any, int]:
    """An array of ``count`` items, or a map of as many pairs."""
    items = []
    for _ in range(count * (major - 3)):
        item, place = _item(data, place, depth - 1)
        items.append(item)
    if major == 4:
        return items, place
    names = items[::2]
    if not all(isinstance(name, int | str) for name in names) or len(set(names)) != len(names):
        raise _malformed("A map has a name twice, or one that is neither number nor text.")
    return dict(zip(names, items[1::2], strict=True)), place


def _utf8(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _malformed("A text isn't UTF-8.") from error


def _encoded(value: Any) -> bytes:
    """Deterministic CBOR (RFC 8949 section 4.2.1) of what a COSE_Sign1 holds."""
    if isinstance(value, int):
        return _written(0, value) if value >= 0 else _written(1, -1 - value)
    if isinstance(value, bytes):
        return _written(2, len(value)) + value
    if isinstance(value, str):
        raw = value.encode("utf-8")
        return _written(3, len(raw)) + raw
    if isinstance(value, list):
        return _written(4, len(value)) + b"".join(map(_encoded, value))
    pairs = sorted((_encoded(name), _encoded(item)) for name, item in value.items())
    return _written(5, len(pairs)) + b"".join(name + item for name, item in pairs)


def _written(major: int, argument: int) -> bytes:
    if argument < 24:
        return bytes([major << 5 | argument])
    for short, size in ((24, 1), (25, 2), (26, 4)):
        if argument < 1 << (8 * size):
            return bytes([major << 5 | short]) + argument.to_bytes(size, "big")
    return bytes([major << 5 | 27]) + argument.to_bytes(8, "big")
