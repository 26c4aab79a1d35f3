"""Public keys, refused when they are read if anybody could sign for them.

The library underneath accepts Ed25519 keys of small order and keys not in canonical form; for such
a key anybody can make signatures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from credentials.encoding import (
    b64url_encode,
    canonicalize,
    multibase_decode,
    multibase_encode,
    sha256,
)
from credentials.errors import InvalidProof, KeyNotUsable, Malformed, Unsupported
from credentials.keys.algorithms import (
    ALGORITHMS,
    CURVES,
    KNOWN,
    RSA_BITS,
    RSA_EXPONENTS,
    Algorithm,
    Use,
)
from credentials.keys.jwk import read_public, write_public

_ED25519_PRIME: Final = 2**255 - 19
# The y coordinates of the eight points of small order: y = 0 and 1, -1, and the order-8 pair.
_ORDER_8_Y: Final = 2707385501144840649318225287225658788936804267575313519463743609750303402022
_SMALL_ORDER_Y: Final = frozenset(
    {0, 1, _ED25519_PRIME - 1, _ORDER_8_Y, _ED25519_PRIME - _ORDER_8_Y},
)
HASHES: Final[Mapping[Algorithm, hashes.HashAlgorithm]] = {
    Algorithm.P256: hashes.SHA256(),
    Algorithm.P384: hashes.SHA384(),
    Algorithm.P521: hashes.SHA512(),
    Algorithm.RSA: hashes.SHA256(),
}


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key; two are equal when their bytes are.

    ``data`` is the raw key: 32 bytes for Ed25519, the compressed point for the NIST curves (33,
    49, 67), DER of RFC 8017 appendix A.1.1 for RSA.
    """

    algorithm: Algorithm
    data: bytes
    _loaded: Any = field(init=False, repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        loaded, data = _LOADERS[self.algorithm](self.algorithm, self.data)
        object.__setattr__(self, "_loaded", loaded)
        object.__setattr__(self, "data", data)

    @classmethod
    def from_multibase(cls, text: str) -> PublicKey:
        """The key of a ``publicKeyMultibase`` value. Raises ``Malformed``, ``Unsupported``."""
        if not text.startswith("z"):
            raise Malformed("key.malformed", "A public key is written in base58btc, with a z.")
        data = multibase_decode(text)
        for algorithm, kind in ALGORITHMS.items():
            if kind.prefix and data.startswith(kind.prefix):
                if len(data) != len(kind.prefix) + kind.public_bytes:
                    message = f"An {algorithm} key has {kind.public_bytes} bytes."
                    raise Malformed("key.malformed", message)
                return cls(algorithm, data[len(kind.prefix) :])
        raise Unsupported("key.unsupported", f"The key isn't {KNOWN}.")

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, Any]) -> PublicKey:
        """The key of a public JWK. Raises ``Malformed`` (also if private), ``Unsupported``."""
        return cls(*read_public(jwk))

    @property
    def multibase(self) -> str:
        """The Multikey form: ``z6Mk…``, ``zDn…``, ``z82…``, ``z2J…``; none for RSA."""
        prefix = ALGORITHMS[self.algorithm].prefix
        if not prefix:
            message = f"{self.algorithm} keys are published as JWK."
            raise Unsupported("key.no_multikey", message)
        return multibase_encode(prefix + self.data)

    @property
    def jws(self) -> str:
        """The one name of a JWS algorithm that this key verifies."""
        return ALGORITHMS[self.algorithm].jws

    @property
    def signature_bytes(self) -> int:
        """The length of this key's signatures."""
        size = ALGORITHMS[self.algorithm].signature_bytes
        return size or (self._loaded.key_size + 7) // 8

    def jwk(self) -> dict[str, str]:
        """The public JWK, required members only."""
        return write_public(self.algorithm, self._loaded, self.data)

    def thumbprint(self) -> str:
        """The JWK thumbprint with SHA-256 (RFC 7638), in base64url."""
        # RFC 7638 section 3.3 asks for members in code point order and nothing else: JCS.
        return b64url_encode(sha256(canonicalize(self.jwk())))

    def require(self, use: Use) -> None:
        """Return if a key of this kind may be used for that; else raise ``KeyNotUsable``."""
        if use not in ALGORITHMS[self.algorithm].uses:
            message = f"{self.algorithm} keys aren't taken there ({use})."
            raise KeyNotUsable("key.not_for_use", message)

    def verify(self, signature: bytes, data: bytes) -> None:
        """Return if ``signature`` is this key's over ``data``; else ``InvalidProof``.

        Ed25519: RFC 8032. ECDSA: the hash of the curve's strength, r and s each of the length of
        the order (IEEE P1363; RFC 7518 section 3.4). RSA: PKCS#1 v1.5 with SHA-256.
        """
        if len(signature) != self.signature_bytes:
            message = f"A signature has {self.signature_bytes} bytes."
            raise InvalidProof("proof.invalid_signature", message)
        try:
            if self.algorithm is Algorithm.ED25519:
                self._loaded.verify(signature, data)
            elif self.algorithm is Algorithm.RSA:
                self._loaded.verify(signature, data, padding.PKCS1v15(), HASHES[self.algorithm])
            else:
                der = _der(self.algorithm, signature)
                self._loaded.verify(der, data, _ECDSA[self.algorithm])
        except InvalidSignature as error:
            message = "The signature isn't this key's over these bytes."
            raise InvalidProof("proof.invalid_signature", message) from error


_ECDSA: Final = {algorithm: ec.ECDSA(HASHES[algorithm]) for algorithm in CURVES}


def _load_ed25519(algorithm: Algorithm, data: bytes) -> tuple[Any, bytes]:
    if len(data) != 32:
        raise Malformed("key.malformed", "An Ed25519 key has 32 bytes.")
    y = int.from_bytes(data, "little") & (2**255 - 1)
    if y >= _ED25519_PRIME:
        raise Malformed("key.not_canonical", "The key isn't in canonical form.")
    if y in _SMALL_ORDER_Y:
        raise Malformed("key.small_order", "For this key anybody can make signatures.")
    return ed25519.Ed25519PublicKey.from_public_bytes(data), data


def _load_point(algorithm: Algorithm, data: bytes) -> tuple[Any, bytes]:
    curve = CURVES[algorithm]
    compressed = len(data) == curve.size + 1 and data[0] in (2, 3)
    if not compressed and not (len(data) == 2 * curve.size + 1 and data[0] == 4):
        message = f"A {algorithm} key is a compressed point of {curve.size + 1} bytes."
        raise Malformed("key.malformed", message)
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(curve.curve, data)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Malformed("key.malformed", "The point isn't on the curve.") from error
    if compressed:
        return key, data
    return key, bytes([2 + (data[-1] & 1)]) + data[1 : 1 + curve.size]


def _load_rsa(algorithm: Algorithm, data: bytes) -> tuple[Any, bytes]:
    try:
        key = serialization.load_der_public_key(data)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Malformed("key.malformed", "This isn't an RSA key.") from error
    if not isinstance(key, rsa.RSAPublicKey):
        raise Malformed("key.malformed", "This isn't an RSA key.")
    numbers, (low, high) = key.public_numbers(), RSA_BITS
    if not low <= key.key_size <= high:
        raise Malformed("key.weak", f"An RSA key has {low} to {high} bits.")
    if not numbers.n & 1 or not numbers.e & 1 or not _in(numbers.e, RSA_EXPONENTS):
        raise Malformed("key.weak", "The public exponent of an RSA key is odd, from 65537 on.")
    if _is_roca(numbers.n):
        raise Malformed("key.weak", "The key comes from a chip whose keys can be broken (ROCA).")
    form = serialization.PublicFormat.PKCS1
    if key.public_bytes(serialization.Encoding.DER, form) != data:
        raise Malformed("key.not_canonical", "The key isn't in canonical form.")
    return key, data


# ROCA (CVE-2017-15361): chips, in identity cards among others, made primes of the form
# k*M + (65537^a mod M). Modulo each small prime such a modulus is a power of 65537; of other keys
# about one in 2^27 looks so.
_SMALL_PRIMES: Final = tuple(
    n for n in range(3, 168, 2) if all(n % divisor for divisor in range(3, n, 2))
)


@cache
def _powers(prime: int) -> frozenset[int]:
    return frozenset(pow(65537, exponent, prime) for exponent in range(prime - 1))


def _is_roca(modulus: int) -> bool:
    return all(modulus % prime in _powers(prime) for prime in _SMALL_PRIMES)


def _in(value: int, bounds: tuple[int, int]) -> bool:
    return bounds[0] <= value < bounds[1]


_LOADERS: Final[Mapping[Algorithm, Callable[[Algorithm, bytes], tuple[Any, bytes]]]] = {
    Algorithm.ED25519: _load_ed25519,
    Algorithm.P256: _load_point,
    Algorithm.P384: _load_point,
    Algorithm.P521: _load_point,
    Algorithm.RSA: _load_rsa,
}


def _der(algorithm: Algorithm, signature: bytes) -> bytes:
    curve = CURVES[algorithm]
    r = int.from_bytes(signature[: curve.size], "big")
    s = int.from_bytes(signature[curve.size :], "big")
    if not (0 < r < curve.order and 0 < s < curve.order):
        raise InvalidProof("proof.invalid_signature", "r and s lie between 1 and the order.")
    return encode_dss_signature(r, s)
