"""Seals of European Digital Credentials: JAdES, a JWS over the JSON text (ETSI TS 119 182-1).

The signing input is ``protected . payload`` (RFC 7515 section 5.1; RFC 7797 section 3 for
``b64: false``): the payload's text as it came, never written anew. Whose seal it is, is said by
the certificate: its organization identifier equals the issuer's legal identifier. Time stamps are
shown, and what wasn't checked about them is said.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from credentials.encoding import Limits, b64url_decode, b64url_encode, parse_json
from credentials.envelopes.base import Envelope, Keys, Letter, Wire
from credentials.envelopes.timestamps import TimeStamp, read_token
from credentials.errors import InvalidProof, Malformed, Unsupported
from credentials.identifiers import VerificationMethod
from credentials.keys import CertificateChain, Use, read_x5c
from credentials.profiles.vcdm import check_credential, parse_moment, period_of
from schemas import catalogue

ORGANIZATION: Final = "urn:oid:2.5.4.97:"
"""In front of a legal identifier: whose seal it is (X.520 organizationIdentifier)."""
MAX_SEALS: Final = 4
MAX_UNSIGNED: Final = 64
_HEADER_LIMITS: Final = Limits(size=256 * 1024, depth=12, members=1_000)
_UNDERSTOOD: Final = frozenset({"b64", "sigT", "iat", "adoTst"})
_KNOWN: Final = _UNDERSTOOD | {
    "alg", "crit", "cty", "kid", "typ", "x5c", "x5t#S256", "x5t#o", "sigX5ts", "srCms", "srAts",
    "sigPl", "sigPId",
}  # fmt: skip
_ALGORITHMS: Final = ("RS256", "ES256", "ES384", "ES512")
_NOTATION: Final = re.compile(r"[\x21-\x7e]{1,100}")


@dataclass(frozen=True, slots=True)
class JadesSeal:
    """One signature of the envelope."""

    header: Mapping[str, Any]
    chain: CertificateChain
    author: str
    signature: bytes
    signed: bytes
    made_at: datetime
    expires_at: datetime | None = None
    challenge: str | None = None
    domains: tuple[str, ...] = ()

    def method(self, keys: Keys) -> VerificationMethod:
        """The certificate's key, if its chain is trusted and its holder is the issuer."""
        method = keys.certified(self.chain, self.author)
        method.public_key.require(Use.SEAL)
        return method

    def check(self, method: VerificationMethod, purpose: str) -> None:
        """The signature, by the algorithm of the certificate's key and of no other."""
        key = method.public_key
        if self.header["alg"] != key.jws:
            message = f"The header's algorithm isn't {key.jws}, that of the certificate's key."
            raise InvalidProof("proof.algorithm_mismatch", message)
        key.verify(self.signature, self.signed)


def _recognises(wire: Wire) -> bool:
    value = wire.value or {}
    return "payload" in value and ("signatures" in value or "signature" in value)


def _open(wire: Wire) -> Letter:
    payload, rows = _parts(wire.value or {})
    protected = [_header(row) for row in rows]
    documents = [_text(payload, header) for header in protected]
    if any(text != documents[0] for text in documents):
        raise _fault("The seals are over different texts.")
    document = _document(documents[0])
    author = _author(document)
    seals, stamps = [], []
    for row, header in zip(rows, protected, strict=True):
        unsigned = _unsigned(row)
        seals.append(_seal(row, header, payload, author, unsigned))
        stamps += _stamps(unsigned, row["signature"])
    start, end = period_of(document)
    return Letter(
        "jades",
        document,
        author,
        tuple(seals),
        start,
        end,
        provable_until=min(seal.chain.expires_at for seal in seals),
        remarks=_remarks(stamps),
    )


def _parts(value: Mapping[str, Any]) -> tuple[str, list[Mapping[str, Any]]]:
    """Payload and signatures, of the general or the flattened form (RFC 7515, section 7.2)."""
    payload = value.get("payload")
    if "signatures" in value:
        rows, others = value["signatures"], value.keys() - {"payload", "signatures"}
    else:
        rows = [{n: v for n, v in value.items() if n != "payload"}]
        others = set()
    if not isinstance(payload, str) or not isinstance(rows, list) or others:
        raise _fault("A seal is a payload, a text, and its signatures.")
    # An empty list would be a seal that nobody made.
    if not 0 < len(rows) <= MAX_SEALS:
        raise _fault(f"A credential has 1 to {MAX_SEALS} seals.")
    for row in rows:
        known = isinstance(row, dict) and row.keys() <= {"protected", "header", "signature"}
        if not known or not all(isinstance(row.get(n), str) for n in ("protected", "signature")):
            raise _fault("A seal has a protected header and a signature, in base64url.")
    return payload, rows


def _header(row: Mapping[str, Any]) -> dict[str, Any]:
    header = _json(row["protected"], "protected header")
    if header.keys() - _KNOWN:
        names = ", ".join(sorted(header.keys() - _KNOWN))[:80]
        raise Malformed("envelope.unknown_header", f"A seal's header has no {names}.")
    critical = header.get("crit", [])
    if not isinstance(critical, list) or not all(isinstance(name, str) for name in critical):
        raise _fault("crit is a list of names.")
    # RFC 7515, section 4.1.11: each must be there and be understood; and none stands twice.
    if len(set(critical)) != len(critical) or not set(critical) <= header.keys() & _UNDERSTOOD:
        message = "The seal asks for an extension (crit) that isn't known here."
        raise Unsupported("proof.critical_header", message)
    if "b64" in header and (type(header["b64"]) is not bool or "b64" not in critical):
        raise _fault("b64 is true or false, and critical.")
    if header.get("alg") not in _ALGORITHMS:
        raise InvalidProof("proof.algorithm_mismatch", "The seal's algorithm isn't taken here.")
    return header


def _text(payload: str, header: Mapping[str, Any]) -> str:
    if header.get("b64", True) is False:
        return payload
    try:
        return b64url_decode(payload).decode("utf-8")
    except (Malformed, UnicodeDecodeError) as error:
        raise _fault("The payload isn't base64url of UTF-8.") from error


def _document(text: str) -> dict[str, Any]:
    try:
        value = parse_json(text.encode("utf-8", "surrogatepass"))
    except Malformed as error:
        raise Malformed("envelope.unreadable", f"The sealed text: {error}") from error
    if not isinstance(value, dict):
        raise Malformed("envelope.unknown_format", "The sealed text is one JSON object.")
    check_credential(value)
    # The seal is over the text, so nothing in it can be dropped unsigned; what its words mean is
    # said by the contexts, and those have to be known ones.
    contexts = value.get("@context")
    for url in contexts if isinstance(contexts, list) else [contexts]:
        if not isinstance(url, str) or url not in catalogue.context_urls():
            message = "Only contexts that are kept here are believed."
            raise Malformed("structure.unknown_context", message, pointer="/@context")
    return value


def _author(document: Mapping[str, Any]) -> str:
    """The issuer's legal identifier (``eIDASIdentifier.notation``)."""
    issuer = document.get("issuer")
    found = issuer.get("eIDASIdentifier") if isinstance(issuer, dict) else None
    notation = found.get("notation") if isinstance(found, dict) else None
    if not isinstance(notation, str) or not _NOTATION.fullmatch(notation):
        message = "A sealed credential names its issuer's legal identifier."
        raise Malformed("structure.missing_field", message, pointer="/issuer/eIDASIdentifier")
    return f"{ORGANIZATION}{notation}"


def _seal(
    row: Mapping[str, Any],
    header: Mapping[str, Any],
    payload: str,
    author: str,
    unsigned: list[Mapping[str, Any]],
) -> JadesSeal:
    made_at = _signing_time(header)
    chain = read_x5c(header.get("x5c"))
    thumbprint = b64url_encode(hashlib.sha256(chain.certificates[0]).digest())
    if header.get("x5t#S256", thumbprint) != thumbprint:
        raise _fault("x5t#S256 isn't the hash of the certificate.")
    pool = _certificates(unsigned)
    signed = f"{row['protected']}.{payload}".encode("utf-8", "surrogatepass")
    chain = CertificateChain(chain.certificates, chain.public_key, pool, made_at)
    return JadesSeal(header, chain, author, _bytes(row["signature"]), signed, made_at)


def _signing_time(header: Mapping[str, Any]) -> datetime:
    """``sigT`` until July 2025, ``iat`` since: exactly one of the two."""
    if ("sigT" in header) == ("iat" in header):
        raise _fault("A seal says once when it was made: sigT, or iat.")
    if "iat" in header:
        value = header["iat"]
        if type(value) is not int or not 0 < value < 253_402_300_800:
            raise _fault("iat is a number of seconds.")
        return datetime.fromtimestamp(value, UTC)
    moment = parse_moment(header["sigT"])
    if moment is None:
        raise _fault("sigT is a date, a time and Z.")
    return moment


def _unsigned(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The properties added to a seal later (``etsiU``); nobody signed them."""
    header = row.get("header", {})
    rows = header.get("etsiU", []) if isinstance(header, dict) else None
    if not isinstance(rows, list) or len(rows) > MAX_UNSIGNED:
        raise _fault(f"etsiU is a list of at most {MAX_UNSIGNED} properties.")
    return [item if isinstance(item, dict) else _json(item, "etsiU") for item in rows]


def _certificates(unsigned: list[Mapping[str, Any]]) -> tuple[bytes, ...]:
    """Certificates of ``xVals``: they may fill the chain, and prove nothing by being there."""
    texts = []
    for item in unsigned:
        rows = item.get("xVals", [])
        for row in rows if isinstance(rows, list) else []:
            found = row.get("x509Cert") if isinstance(row, dict) else None
            if isinstance(found, dict) and isinstance(found.get("val"), str):
                texts.append(found["val"])
    return tuple(der for text in texts[:8] for der in read_x5c([text]).certificates)


def _stamps(unsigned: list[Mapping[str, Any]], signature: str) -> list[tuple[TimeStamp, bool]]:
    """The time stamps over this seal's signature value (``sigTst``), and whether they cover it."""
    found = []
    for item in unsigned:
        stamp = item.get("sigTst")
        tokens = stamp.get("tstTokens") if isinstance(stamp, dict) else None
        for token in tokens[:4] if isinstance(tokens, list) else []:
            read = read_token(token.get("val") if isinstance(token, dict) else None)
            found.append((read, read.covers(signature.encode("ascii"))))
    return found


def _remarks(stamps: list[tuple[TimeStamp, bool]]) -> tuple[str, ...]:
    words = []
    for stamp, covers in stamps:
        over = "over this seal" if covers else "over something else"
        words.append(f"Time stamp of {stamp.at:%Y-%m-%d %H:%M:%S} UTC, {over}; not checked whose.")
    if not stamps:
        words.append("No time stamp: the time is the one that the seal itself states.")
    words.append("Not checked: whether the certificate was revoked.")
    return tuple(words)


def _json(text: Any, what: str) -> dict[str, Any]:
    try:
        value = parse_json(_bytes(text), limits=_HEADER_LIMITS)
    except Malformed as error:
        raise _fault(f"The {what} isn't JSON in base64url: {error}") from error
    if not isinstance(value, dict):
        raise _fault(f"The {what} is one JSON object.")
    return value


def _bytes(text: Any) -> bytes:
    if not isinstance(text, str):
        raise _fault("Here stands a text in base64url.")
    try:
        return b64url_decode(text)
    except Malformed as error:
        raise _fault(f"{error}") from error


def _fault(message: str) -> Malformed:
    return Malformed("envelope.malformed_token", message)


JADES: Final = Envelope("jades", frozenset(), _recognises, _open)
