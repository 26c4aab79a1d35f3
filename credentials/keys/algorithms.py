"""The kinds of key in use, and where each may be used.

Ed25519: RFC 8032. P-256, P-384, P-521: FIPS 186-5 with the hash of the same strength. RSA: RFC 8017
PKCS#1 v1.5 with SHA-256. The JWS names are those of RFC 7518 section 3 and RFC 8037; the multicodec
prefixes those of Controlled Identifiers 1.0, section 2.2.2, and of the did:key method (P-521).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec


class Algorithm(StrEnum):
    """The key types in use."""

    ED25519 = "Ed25519"
    P256 = "P-256"
    P384 = "P-384"
    P521 = "P-521"
    RSA = "RSA"


class Use(StrEnum):
    """Where a signature stands."""

    DATA_INTEGRITY = "data-integrity"
    """An embedded proof of W3C Data Integrity."""
    JWT = "jwt"
    """VC-JOSE-COSE, SD-JWT and key binding."""
    BADGE_JWT = "badge-jwt"
    """The JWT profile of Open Badges 3.0."""
    SEAL = "seal"
    """JAdES, by a certificate's key."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What has to be known of one algorithm."""

    jws: str
    """The name in a JWS header: the only one that a key of this kind is used with."""
    signature_bytes: int
    """0 where it is the length of the key's modulus."""
    hash: str
    """The hash inside the signature; for the ECDSA suites that of the document, too."""
    prefix: bytes
    """Multicodec, a varint; empty where the key isn't written as a Multikey here."""
    public_bytes: int
    """Length of the raw key behind the prefix."""
    uses: frozenset[Use]


_DI, _JWT, _BADGE, _SEAL = Use.DATA_INTEGRITY, Use.JWT, Use.BADGE_JWT, Use.SEAL

_ANY: Final = frozenset({_DI, _JWT, _BADGE})
ALGORITHMS: Final[Mapping[Algorithm, Kind]] = {
    # P-521 is there for what others made with it. RS256 is what the Open Badges profile and
    # European seals ask for, and good for nothing else: two families of keys in one place is how
    # they get confused.
    Algorithm.ED25519: Kind("EdDSA", 64, "sha512", b"\xed\x01", 32, _ANY),
    Algorithm.P256: Kind("ES256", 64, "sha256", b"\x80\x24", 33, frozenset({*_ANY, _SEAL})),
    Algorithm.P384: Kind("ES384", 96, "sha384", b"\x81\x24", 49, frozenset({*_ANY, _SEAL})),
    Algorithm.P521: Kind("ES512", 132, "sha512", b"\x82\x24", 67, frozenset({_JWT, _SEAL})),
    Algorithm.RSA: Kind("RS256", 0, "sha256", b"", 0, frozenset({_BADGE, _SEAL})),
}

KNOWN: Final = "Ed25519, P-256, P-384, P-521 or RSA"


@dataclass(frozen=True, slots=True)
class Curve:
    """One NIST curve: the object underneath, bytes of a coordinate, order of the base point."""

    curve: ec.EllipticCurve
    size: int
    order: int


def _curve(curve: ec.EllipticCurve) -> Curve:
    return Curve(curve, (curve.key_size + 7) // 8, curve.group_order)


CURVES: Final[Mapping[Algorithm, Curve]] = {
    Algorithm.P256: _curve(ec.SECP256R1()),
    Algorithm.P384: _curve(ec.SECP384R1()),
    Algorithm.P521: _curve(ec.SECP521R1()),
}

# RSA keys: NIST SP 800-131A allows from 2048 bits on; past 8192 a signature is work for the
# verifier that a stranger chooses.
RSA_BITS: Final = (2048, 8192)
RSA_EXPONENTS: Final = (65537, 2**32)
