"""Private keys in memory.

ECDSA nonces are hedged: the library derives each from the key, the message and fresh randomness
(BN_generate_dsa_nonce of OpenSSL), so that neither a bad random source nor a fault induced twice on
one message gives the key away. RFC 6979 without randomness is left to the tests' vectors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from credentials.errors import CredentialError, Malformed
from credentials.keys.algorithms import CURVES, Algorithm
from credentials.keys.jwk import PRIVATE_MEMBERS, fixed, number, rsa_bytes
from credentials.keys.public import HASHES, PublicKey

_Key = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_CURVE_NAMES: Final = {curve.curve.name: algorithm for algorithm, curve in CURVES.items()}
_NEW_RSA_BITS: Final = 3072


class PrivateKey:
    """A private key in memory. Its text never shows the secret."""

    __slots__ = ("_key", "public")

    def __init__(self, key: _Key) -> None:
        self._key = key
        self.public = _public_of(key)

    def __repr__(self) -> str:
        return f"<PrivateKey {self.public.algorithm} {self.public.thumbprint()}>"

    @classmethod
    def generate(cls, algorithm: Algorithm = Algorithm.ED25519) -> PrivateKey:
        """A new key from the system's randomness; RSA with 3072 bits."""
        if algorithm is Algorithm.ED25519:
            return cls(ed25519.Ed25519PrivateKey.generate())
        if algorithm is Algorithm.RSA:
            return cls(rsa.generate_private_key(65537, _NEW_RSA_BITS))
        return cls(ec.generate_private_key(CURVES[algorithm].curve))

    @classmethod
    def from_bytes(cls, algorithm: Algorithm, data: bytes) -> PrivateKey:
        """The key of its secret bytes (see ``to_bytes``). Raises ``Malformed``."""
        if algorithm is Algorithm.ED25519:
            if len(data) != 32:
                raise Malformed("key.malformed", "A private key has 32 bytes.")
            return cls(ed25519.Ed25519PrivateKey.from_private_bytes(data))
        if algorithm is Algorithm.RSA:
            return cls(_load_rsa(data))
        curve = CURVES[algorithm]
        if len(data) != curve.size:
            raise Malformed("key.malformed", f"A private key has {curve.size} bytes.")
        scalar = int.from_bytes(data, "big")
        if not 0 < scalar < curve.order:
            raise Malformed("key.malformed", "The scalar isn't between 1 and the order.")
        return cls(ec.derive_private_key(scalar, curve.curve))

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, Any]) -> PrivateKey:
        """The key of a private JWK whose public half is its own. Raises ``Malformed``."""
        half = {name: value for name, value in jwk.items() if name not in PRIVATE_MEMBERS}
        # What a private key may be used for stands in it too, and is no matter of verifying.
        half.pop("key_ops", None)
        public = PublicKey.from_jwk(half)
        if public.algorithm is Algorithm.RSA:
            key = cls(_rsa_numbers(jwk))
        else:
            curve = CURVES.get(public.algorithm)
            size = 32 if curve is None else curve.size
            key = cls.from_bytes(public.algorithm, fixed(jwk, "d", size))
        if key.public != public:
            raise Malformed("key.malformed", "The private half belongs to another public one.")
        return key

    def to_bytes(self) -> bytes:
        """The secret bytes: the RFC 8032 seed, the scalar, or PKCS#8 DER for RSA.

        For wrapping at rest, and for nothing else.
        """
        key = self._key
        if isinstance(key, ed25519.Ed25519PrivateKey):
            return key.private_bytes_raw()
        if isinstance(key, rsa.RSAPrivateKey):
            return key.private_bytes(
                serialization.Encoding.DER,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        size = CURVES[self.public.algorithm].size
        return key.private_numbers().private_value.to_bytes(size, "big")

    def sign(self, data: bytes) -> bytes:
        """The signature over ``data`` (see ``PublicKey.verify``)."""
        key, algorithm = self._key, self.public.algorithm
        if isinstance(key, ed25519.Ed25519PrivateKey):
            return key.sign(data)
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(data, padding.PKCS1v15(), HASHES[algorithm])
        r, s = decode_dss_signature(key.sign(data, ec.ECDSA(HASHES[algorithm])))
        size = CURVES[algorithm].size
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def _public_of(key: _Key) -> PublicKey:
    public = key.public_key()
    if isinstance(public, ed25519.Ed25519PublicKey):
        return PublicKey(Algorithm.ED25519, public.public_bytes_raw())
    if isinstance(public, rsa.RSAPublicKey):
        numbers = public.public_numbers()
        return PublicKey(Algorithm.RSA, rsa_bytes(numbers.n, numbers.e))
    point = public.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
    )
    return PublicKey(_CURVE_NAMES[public.curve.name], point)


def _load_rsa(data: bytes) -> rsa.RSAPrivateKey:
    try:
        key = serialization.load_der_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # The cause is left out on purpose: it could quote the secret.
        raise Malformed("key.malformed", "This isn't a private RSA key.") from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise Malformed("key.malformed", "This isn't a private RSA key.")
    return key


def _rsa_numbers(jwk: Mapping[str, Any]) -> rsa.RSAPrivateKey:
    """RFC 7518 section 6.3.2, all of it but ``oth``: more than two primes aren't taken."""
    try:
        n, e, d = (number(jwk, name) for name in ("n", "e", "d"))
        p, q, dp, dq, qi = (number(jwk, name) for name in ("p", "q", "dp", "dq", "qi"))
        numbers = rsa.RSAPrivateNumbers(p, q, d, dp, dq, qi, rsa.RSAPublicNumbers(e, n))
        return numbers.private_key()
    except (ValueError, CredentialError):
        raise Malformed("key.malformed", "This isn't a private RSA key.") from None
