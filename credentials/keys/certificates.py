"""Certificates that come with a signature: ``x5c`` of JOSE (RFC 7515 section 4.1.6).

Only the leaf's key is read here. That a certificate says whose key it is proves nothing: the chain
has to lead to somebody who is trusted, and that question goes to ``Sources.certified``.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.utils import CryptographyDeprecationWarning

from credentials.errors import Malformed, Unsupported
from credentials.keys.algorithms import CURVES, KNOWN, Algorithm
from credentials.keys.jwk import rsa_bytes
from credentials.keys.public import PublicKey

MAX_CERTIFICATES: Final = 8
MAX_CERTIFICATE_BYTES: Final = 16 * 1024
_CURVE_NAMES: Final = {curve.curve.name: algorithm for algorithm, curve in CURVES.items()}


# What the library raises for parts of a certificate, some of them when they are first asked for.
_UNREADABLE: Final = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    CryptographyDeprecationWarning,  # what it will refuse one day, where warnings are errors
)


def load_certificate(der: bytes) -> x509.Certificate:
    """A certificate of which every part that is looked at can be read.

    Raises ``Malformed`` (``key.malformed_certificate``).
    """
    try:
        found = x509.load_der_x509_certificate(der)
        for part in ("subject", "issuer", "extensions", "signature_hash_algorithm"):
            getattr(found, part)
        in_order = found.not_valid_before_utc <= found.not_valid_after_utc
        numbered = found.serial_number > 0
    except _UNREADABLE as error:
        raise _malformed("A certificate can't be read.") from error
    if not in_order or not numbered:
        # RFC 5280, sections 4.1.2.2 and 4.1.2.5
        raise _malformed("A certificate has a number above zero, and ends after it begins.")
    return found


@dataclass(frozen=True, slots=True)
class CertificateChain:
    """Certificates in DER, the leaf first. Nothing about them was checked but that they parse."""

    certificates: tuple[bytes, ...]
    public_key: PublicKey
    """The leaf's key."""
    pool: tuple[bytes, ...] = ()
    """Further certificates in DER that may fill the chain, in no order."""
    at: datetime | None = None
    """When the signature was made, as far as it says so itself."""

    @property
    def expires_at(self) -> datetime:
        """The leaf's last moment. From then on its own word on the time proves nothing."""
        return load_certificate(self.certificates[0]).not_valid_after_utc


def read_x5c(value: Any) -> CertificateChain:
    """The chain in an ``x5c`` header: base64 (not base64url) of DER, leaf first.

    Raises ``Malformed`` (``key.malformed_certificate``), ``Unsupported`` for a leaf of another
    kind of key.
    """
    if not isinstance(value, list) or not 0 < len(value) <= MAX_CERTIFICATES:
        raise _malformed(f"x5c is a list of one to {MAX_CERTIFICATES} certificates.")
    chain = tuple(_decoded(text) for text in value)
    try:
        certificates = [load_certificate(der) for der in chain]
        key = certificates[0].public_key()
    except _UNREADABLE as error:
        raise _malformed("The key of a certificate of x5c can't be read.") from error
    return CertificateChain(chain, _public_key(key))


def _decoded(text: Any) -> bytes:
    if not isinstance(text, str) or len(text) > 4 * MAX_CERTIFICATE_BYTES // 3 + 4:
        raise _malformed("A certificate of x5c is a text of base64, 16 KiB at most.")
    try:
        der = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _malformed("A certificate of x5c isn't base64.") from error
    if base64.b64encode(der).decode("ascii") != text:
        raise _malformed("A certificate of x5c isn't base64 in its one form.")
    return der


def _public_key(key: Any) -> PublicKey:
    if isinstance(key, ed25519.Ed25519PublicKey):
        return PublicKey(Algorithm.ED25519, key.public_bytes_raw())
    if isinstance(key, rsa.RSAPublicKey):
        numbers = key.public_numbers()
        return PublicKey(Algorithm.RSA, rsa_bytes(numbers.n, numbers.e))
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVE_NAMES:
        point = key.public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
        )
        return PublicKey(_CURVE_NAMES[key.curve.name], point)
    raise Unsupported("key.unsupported", f"The certificate's key isn't {KNOWN}.")


def _malformed(message: str) -> Malformed:
    return Malformed("key.malformed_certificate", message)
