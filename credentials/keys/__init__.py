"""Keys: Ed25519 and P-256, as Multikey and as JWK.

Multikey: W3C Controlled Identifiers 1.0, section 2.2.2. JWK: RFC 7517, RFC 8037, RFC 7518 6.2.
The library underneath accepts Ed25519 keys of small order and keys not in canonical form; for
such a key anybody can make signatures, so they are refused here, when a key is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from credentials.encoding import b64url_decode, b64url_encode, multibase_decode, multibase_encode
from credentials.errors import InvalidProof, Malformed, Unsupported

SIGNATURE_BYTES = 64
_ED25519_PRIME = 2**255 - 19
# The y coordinates of the eight points of small order: y = 0 and 1, -1, and the order-8 pair.
_ORDER_8_Y = 2707385501144840649318225287225658788936804267575313519463743609750303402022
_SMALL_ORDER_Y = frozenset(
    {0, 1, _ED25519_PRIME - 1, _ORDER_8_Y, _ED25519_PRIME - _ORDER_8_Y},
)
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


class Algorithm(StrEnum):
    """The key types in use."""

    ED25519 = "Ed25519"
    P256 = "P-256"


ALGORITHMS: Mapping[Algorithm, tuple[bytes, int]] = {
    # multicodec prefix (varint), length of the public key behind it
    Algorithm.ED25519: (b"\xed\x01", 32),
    Algorithm.P256: (b"\x80\x24", 33),
}


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key; two are equal when their bytes are.

    ``data`` is the raw key: 32 bytes for Ed25519, the compressed point (33) for P-256.
    """

    algorithm: Algorithm
    data: bytes
    _loaded: Any = field(init=False, repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        loader = _load_ed25519 if self.algorithm is Algorithm.ED25519 else _load_p256
        object.__setattr__(self, "_loaded", loader(self.data))

    @classmethod
    def from_multibase(cls, text: str) -> PublicKey:
        """The key of a ``publicKeyMultibase`` value. Raises ``Malformed``, ``Unsupported``."""
        if not text.startswith("z"):
            raise Malformed("key.malformed", "A public key is written in base58btc, with a z.")
        data = multibase_decode(text)
        for algorithm, (prefix, length) in ALGORITHMS.items():
            if data.startswith(prefix):
                if len(data) != len(prefix) + length:
                    raise Malformed("key.malformed", f"An {algorithm} key has {length} bytes.")
                return cls(algorithm, data[len(prefix) :])
        raise Unsupported("key.unsupported", "The key isn't Ed25519 or P-256.")

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, Any]) -> PublicKey:
        """The key of a public JWK. Raises ``Malformed`` (also if private), ``Unsupported``."""
        if _PRIVATE_MEMBERS & jwk.keys():
            raise Malformed("key.private", "This JWK holds a private key: never publish it.")
        kind = (jwk.get("kty"), jwk.get("crv"))
        if kind == ("OKP", "Ed25519"):
            return cls(Algorithm.ED25519, _coordinate(jwk, "x"))
        if kind == ("EC", "P-256"):
            parity = 2 + (_coordinate(jwk, "y")[-1] & 1)
            key = cls(Algorithm.P256, bytes([parity]) + _coordinate(jwk, "x"))
            if key.jwk()["y"] != jwk["y"]:
                raise Malformed("key.malformed", "The point isn't on the curve.")
            return key
        raise Unsupported("key.unsupported", "The key isn't Ed25519 or P-256.")

    @property
    def multibase(self) -> str:
        """The Multikey form: ``z6Mk…`` for Ed25519, ``zDn…`` for P-256."""
        return multibase_encode(ALGORITHMS[self.algorithm][0] + self.data)

    def jwk(self) -> dict[str, str]:
        """The public JWK, required members only (RFC 7638 order isn't implied)."""
        if self.algorithm is Algorithm.ED25519:
            return {"kty": "OKP", "crv": "Ed25519", "x": b64url_encode(self.data)}
        numbers = self._loaded.public_numbers()
        x, y = (b64url_encode(n.to_bytes(32, "big")) for n in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y}

    def verify(self, signature: bytes, data: bytes) -> None:
        """Return if ``signature`` (64 bytes) is this key's over ``data``; else ``InvalidProof``.

        Ed25519: RFC 8032. P-256: ECDSA with SHA-256, r and s of 32 bytes each (IEEE P1363).
        """
        if len(signature) != SIGNATURE_BYTES:
            raise InvalidProof("proof.invalid_signature", "A signature has 64 bytes.")
        try:
            if self.algorithm is Algorithm.ED25519:
                self._loaded.verify(signature, data)
            else:
                self._loaded.verify(_der(signature), data, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature as error:
            message = "The signature isn't this key's over these bytes."
            raise InvalidProof("proof.invalid_signature", message) from error


def _coordinate(jwk: Mapping[str, Any], name: str) -> bytes:
    value = jwk.get(name)
    data = b64url_decode(value) if isinstance(value, str) else b""
    if len(data) != 32:
        raise Malformed("key.malformed", f"{name} is 32 bytes in base64url.")
    return data


def _load_ed25519(data: bytes) -> ed25519.Ed25519PublicKey:
    if len(data) != 32:
        raise Malformed("key.malformed", "An Ed25519 key has 32 bytes.")
    y = int.from_bytes(data, "little") & (2**255 - 1)
    if y >= _ED25519_PRIME:
        raise Malformed("key.not_canonical", "The key isn't in canonical form.")
    if y in _SMALL_ORDER_Y:
        raise Malformed("key.small_order", "For this key anybody can make signatures.")
    return ed25519.Ed25519PublicKey.from_public_bytes(data)


def _load_p256(data: bytes) -> ec.EllipticCurvePublicKey:
    if len(data) != 33 or data[0] not in (2, 3):
        raise Malformed("key.malformed", "A P-256 key is a compressed point of 33 bytes.")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Malformed("key.malformed", "The point isn't on the curve.") from error


def _der(signature: bytes) -> bytes:
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not (0 < r < _P256_ORDER and 0 < s < _P256_ORDER):
        raise InvalidProof("proof.invalid_signature", "r and s lie between 1 and the order.")
    return encode_dss_signature(r, s)


class PrivateKey:
    """A private key in memory. Its text never shows the secret."""

    __slots__ = ("_key", "public")

    def __init__(self, key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> None:
        self._key = key
        if isinstance(key, ed25519.Ed25519PrivateKey):
            raw = key.public_key().public_bytes(
                serialization.Encoding.Raw, serialization.PublicFormat.Raw
            )
            self.public = PublicKey(Algorithm.ED25519, raw)
        else:
            raw = key.public_key().public_bytes(
                serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
            )
            self.public = PublicKey(Algorithm.P256, raw)

    def __repr__(self) -> str:
        return f"<PrivateKey of {self.public.multibase}>"

    @classmethod
    def generate(cls, algorithm: Algorithm = Algorithm.ED25519) -> PrivateKey:
        """A new key from the system's randomness."""
        if algorithm is Algorithm.ED25519:
            return cls(ed25519.Ed25519PrivateKey.generate())
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def from_bytes(cls, algorithm: Algorithm, data: bytes) -> PrivateKey:
        """The key of 32 secret bytes (RFC 8032 seed; P-256 scalar). Raises ``Malformed``."""
        if len(data) != 32:
            raise Malformed("key.malformed", "A private key has 32 bytes.")
        if algorithm is Algorithm.ED25519:
            return cls(ed25519.Ed25519PrivateKey.from_private_bytes(data))
        scalar = int.from_bytes(data, "big")
        if not 0 < scalar < _P256_ORDER:
            raise Malformed("key.malformed", "The scalar isn't between 1 and the order.")
        return cls(ec.derive_private_key(scalar, ec.SECP256R1()))

    def to_bytes(self) -> bytes:
        """The 32 secret bytes. For wrapping at rest, and for nothing else."""
        if isinstance(self._key, ed25519.Ed25519PrivateKey):
            return self._key.private_bytes_raw()
        return self._key.private_numbers().private_value.to_bytes(32, "big")

    def sign(self, data: bytes) -> bytes:
        """The signature over ``data``, 64 bytes (see ``PublicKey.verify``)."""
        if isinstance(self._key, ed25519.Ed25519PrivateKey):
            return self._key.sign(data)
        r, s = decode_dss_signature(self._key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
