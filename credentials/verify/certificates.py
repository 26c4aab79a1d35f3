"""Which certificates are trusted, and whether a chain leads to one of them (RFC 5280, section 6).

The list is configured: certificates of trust services with the period in which each counts, as the
European trusted lists name them. What isn't understood in a certificate is refused, never skipped.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtensionOID, NameOID

from credentials.errors import KeyNotUsable, Malformed, SourceUnavailable
from credentials.identifiers import VerificationMethod
from credentials.keys import CertificateChain
from credentials.keys.certificates import load_certificate
from credentials.profiles.vcdm import parse_moment

MAX_DEPTH: Final = 6
ORGANIZATION: Final = "urn:oid:2.5.4.97:"
_UNDERSTOOD: Final = frozenset(
    {ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.KEY_USAGE, ExtensionOID.EXTENDED_KEY_USAGE}
)
_HASHES: Final = (hashes.SHA256, hashes.SHA384, hashes.SHA512)


@dataclass(frozen=True, slots=True)
class TrustedCertificate:
    """A certificate in DER that is believed from ``valid_from`` to before ``valid_until``."""

    der: bytes
    name: str
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    def counts_at(self, at: datetime) -> bool:
        """Whether it is believed at that time."""
        begun = self.valid_from is None or self.valid_from <= at
        return begun and (self.valid_until is None or at < self.valid_until)


class TrustedCertificates:
    """A list of trusted certificates, and the question that the verifier asks of it."""

    def __init__(self, rows: Sequence[TrustedCertificate] = ()) -> None:
        self._rows = {hashlib.sha256(row.der).digest(): row for row in rows}

    def __bool__(self) -> bool:
        return bool(self._rows)

    def certified(self, chain: CertificateChain, controller: str) -> VerificationMethod:
        """The leaf's key as that of ``controller``, ``urn:oid:2.5.4.97:`` and its identifier.

        Raises ``KeyNotUsable`` (``key.not_certified``): the chain leads to nobody who is trusted,
        a certificate in it wasn't in force when the signature was made, or its holder is
        somebody else; ``SourceUnavailable`` where the signature doesn't say when it was made.
        """
        moment = chain.at
        if moment is None:
            message = "The signature doesn't say when it was made."
            raise SourceUnavailable("key.chain_not_checked", message)
        leaf, *others = map(_read, (*chain.certificates, *chain.pool))
        if leaf is None:
            raise _refused("The certificate can't be read whole.")
        rows = [_read(row.der) for row in self._rows.values()]
        pool = [one for one in (*others, *rows) if one is not None]
        if f"{ORGANIZATION}{_holder(leaf)}" != controller:
            raise _refused("The certificate's holder isn't the issuer that the credential names.")
        anchor = next(self._anchors(leaf, pool, moment, 0), None)
        if anchor is None:
            raise _refused("The certificate doesn't lead to one that is trusted here.")
        thumbprint = hashlib.sha256(chain.certificates[0]).hexdigest()
        return VerificationMethod(f"{controller}#{thumbprint}", controller, chain.public_key)

    def _anchors(
        self, certificate: x509.Certificate, pool: list[x509.Certificate], at: datetime, depth: int
    ) -> Iterator[TrustedCertificate]:
        """The trusted certificates that a path of certificates in force at ``at`` leads to."""
        if not _in_force(certificate, at) or not _understood(certificate):
            return
        row = self._rows.get(certificate.fingerprint(hashes.SHA256()))
        if row is not None and row.counts_at(at):
            yield row
        if depth == MAX_DEPTH or certificate.issuer == certificate.subject:
            return
        for issuer in pool:
            if _issued(certificate, issuer, depth):
                yield from self._anchors(issuer, pool, at, depth + 1)


def _read(der: bytes) -> x509.Certificate | None:
    try:
        return load_certificate(der)
    except Malformed:
        return None


def _issued(certificate: x509.Certificate, issuer: x509.Certificate, below: int) -> bool:
    """Whether ``issuer`` is an authority that issued it, with ``below`` authorities under it."""
    if issuer.subject != certificate.issuer or not _is_authority(issuer, below):
        return False
    if not isinstance(certificate.signature_hash_algorithm, _HASHES):
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _is_authority(certificate: x509.Certificate, below: int) -> bool:
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return False
    limit = constraints.path_length
    if not constraints.ca or (limit is not None and below > limit):
        return False
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        return True


def _in_force(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _understood(certificate: x509.Certificate) -> bool:
    return all(row.oid in _UNDERSTOOD for row in certificate.extensions if row.critical)


def _holder(certificate: x509.Certificate) -> str | None:
    rows = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)
    return str(rows[0].value) if len(rows) == 1 else None


def read_certificates(rows: Any) -> list[TrustedCertificate]:
    """The rows ``{"certificate": base64 DER, "name", "from", "until"}`` of a trust file.

    Raises ``Malformed`` (``trust_file.malformed``).
    """
    if not isinstance(rows, list):
        raise _malformed("certificates is a list.")
    return [_row(row) for row in rows]


def _row(row: Any) -> TrustedCertificate:
    if not isinstance(row, Mapping) or not isinstance(row.get("certificate"), str):
        raise _malformed("Each row has a certificate in base64.")
    try:
        der = base64.b64decode(row["certificate"], validate=True)
        load_certificate(der)
    except (ValueError, binascii.Error, Malformed) as error:
        raise _malformed("A trusted certificate can't be read.") from error
    times = []
    for name in ("from", "until"):
        stated = row.get(name)
        moment = parse_moment(stated)
        if stated is not None and moment is None:
            raise _malformed(f"{name} is a date, a time and a zone.")
        times.append(moment)
    return TrustedCertificate(der, str(row.get("name", "")), *times)


def _malformed(message: str) -> Malformed:
    return Malformed("trust_file.malformed", message)


def _refused(message: str) -> KeyNotUsable:
    return KeyNotUsable("key.not_certified", message)
