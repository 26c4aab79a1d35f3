"""SD-JWT: a signed JWT whose holder shows what she chooses, and proves that it is she.

RFC 9901, sections 4 (format), 4.3 (key binding) and 7 (verification). An SD-JWT travels as text
and is never written anew: its digests, and the holder's signature, are over the very characters.
Whose key the issuer's is, and what the claims mean, is for the caller to ask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from credentials.encoding import LIMITS, canonicalize, parse_json
from credentials.errors import CredentialError, InvalidProof, Malformed, Unsupported
from credentials.keys import PublicKey, Use
from credentials.proofs.disclosures import (
    DEFAULT_ALGORITHM,
    MAX_DISCLOSURES,
    Frame,
    Path,
    Revealed,
    algorithm_of,
    chosen,
    conceal,
    digest,
    reveal,
)
from credentials.proofs.jose import Token, read_compact, sign_compact, verify_token
from credentials.signers import Signer

KB_TYP: Final = "kb+jwt"
BINDING_AGE: Final = timedelta(minutes=5)
"""How old a holder's signature may be when it is shown."""
CLOCK_SKEW: Final = timedelta(minutes=1)
_YEAR_10000: Final = 253402300800


@dataclass(frozen=True, slots=True)
class SdJwt:
    """An SD-JWT or SD-JWT+KB, taken apart. Nothing about it was verified."""

    token: Token
    """The issuer's JWT."""
    disclosures: tuple[str, ...]
    binding: str | None
    """The holder's JWT, as text."""
    presented: str
    """All up to the last tilde: what the holder's ``sd_hash`` is over."""

    def payload(self) -> dict[str, Any]:
        """The claims that the issuer signed, with digests in them. Raises ``Malformed``."""
        value = parse_json(self.token.payload)
        if not isinstance(value, dict):
            raise Malformed("disclosure.malformed", "The payload of an SD-JWT is an object.")
        return value


def read(text: str) -> SdJwt:
    """Section 4: ``<JWT>~<disclosure>~…~<KB-JWT>``, the last perhaps empty. Raises ``Malformed``.

    The two forms differ in the last part alone; nothing is guessed from a missing tilde.
    """
    if len(text) > 2 * LIMITS.size or not text.isascii():
        raise Malformed(
            "envelope.too_large", f"An SD-JWT is ASCII, {2 * LIMITS.size:,} bytes at most."
        )
    if text.count("~") > MAX_DISCLOSURES + 1:
        message = f"More than {MAX_DISCLOSURES} disclosures aren't read."
        raise Malformed("disclosure.too_many", message)
    presented, tilde, binding = text.rpartition("~")
    if not tilde:
        raise Malformed(
            "envelope.malformed_token", "An SD-JWT ends with a tilde, or a key binding."
        )
    first, *disclosures = presented.split("~")
    if not all(disclosures):
        raise Malformed("disclosure.malformed", "A disclosure is empty.")
    return SdJwt(read_compact(first), tuple(disclosures), binding or None, f"{presented}~")


def issue(
    claims: Mapping[str, Any],
    frame: Frame,
    *,
    signer: Signer,
    header: Mapping[str, Any],
    algorithm: str = DEFAULT_ALGORITHM,
    salt: Callable[[], str] | None = None,
) -> str:
    """The SD-JWT with all its disclosures, for the holder (section 4.1).

    ``header`` has at least ``typ`` and ``kid``; ``alg`` comes from the key. Raises ``ValueError``
    for a frame that doesn't fit, ``Malformed``, ``KeyNotUsable``, ``SigningFailed``.
    """
    options = {} if salt is None else {"salt": salt}
    payload, disclosures = conceal(claims, frame, algorithm=algorithm, **options)
    token = sign_compact(header, canonicalize(payload), signer, Use.JWT)
    return "".join(f"{part}~" for part in (token, *disclosures))


def places(text: str) -> dict[Path, Any]:
    """What the holder may show or not: each hidden place and its value. Nothing is verified.

    Raises ``Malformed``, ``InvalidProof``.
    """
    sd_jwt = read(text)
    revealed = reveal(sd_jwt.payload(), sd_jwt.disclosures)
    return {row.path: _at(revealed.claims, row.path) for row in revealed.disclosed}


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def present(text: str, disclose: Iterable[Path]) -> str:
    """The SD-JWT with what stands at those places and nothing more (section 7.2).

    Takes what the issuer gave; with a key binding it is refused (``Malformed``). Raises
    ``ValueError`` for a place where nothing is hidden, ``Malformed``, ``InvalidProof``.
    """
    sd_jwt = read(text)
    if sd_jwt.binding is not None:
        raise Malformed("disclosure.bound", "This was made for one verifier; take the original.")
    rows = chosen(reveal(sd_jwt.payload(), sd_jwt.disclosures), disclose)
    # The very characters of the token, up to its tilde; a disclosure is base64url: no tilde in it.
    token = text.partition("~")[0]
    return "".join(f"{part}~" for part in (token, *rows))


def bind(text: str, *, signer: Signer, audience: str, nonce: str, at: datetime) -> str:
    """The SD-JWT+KB: what is shown, signed by the holder for one verifier (section 4.3).

    Raises ``Malformed`` for what is bound already or isn't an SD-JWT.
    """
    sd_jwt = read(text)
    if sd_jwt.binding is not None:
        raise Malformed("disclosure.bound", "This was made for one verifier; take the original.")
    payload = {
        "iat": int(at.timestamp()),
        "aud": audience,
        "nonce": nonce,
        "sd_hash": digest(text, algorithm_of(sd_jwt.payload())),
    }
    return text + sign_compact({"typ": KB_TYP}, canonicalize(payload), signer, Use.JWT)


# --- Verification -------------------------------------------------------------------------------


def verify(sd_jwt: SdJwt, key: PublicKey, use: Use = Use.JWT) -> Revealed:
    """The claims that ``key`` signed and the holder shows (section 7.1, steps 2 to 5).

    Raises ``InvalidProof``, ``Malformed``, ``Unsupported``, ``KeyNotUsable``.
    """
    verify_token(sd_jwt.token, key, use)
    return reveal(sd_jwt.payload(), sd_jwt.disclosures)


@dataclass(frozen=True, slots=True)
class Binding:
    """A holder's JWT, read; its signature and digest not yet checked."""

    token: Token
    audience: str
    nonce: str
    issued_at: datetime
    sd_hash: str
    not_before: datetime | None = None
    expires_at: datetime | None = None

    def timely(self, at: datetime, age: timedelta) -> bool:
        """Whether it was made just now (step 5.5), and is to be used now (step 5.8)."""
        starts = max(self.issued_at, self.not_before or self.issued_at) - CLOCK_SKEW
        ends = self.issued_at + age
        return starts <= at <= (ends if self.expires_at is None else min(ends, self.expires_at))


def read_binding(sd_jwt: SdJwt) -> Binding:
    """Section 4.3: the form of the KB-JWT. Raises ``InvalidProof`` (``proof.binding_*``)."""
    if sd_jwt.binding is None:
        message = "The holder doesn't prove that it is hers."
        raise InvalidProof("proof.binding_missing", message)
    try:
        token = read_compact(sd_jwt.binding)
        if token.text("typ") != KB_TYP:
            raise _wrong(f"Its typ isn't {KB_TYP}.")
        claims = parse_json(token.payload)
    except (Malformed, Unsupported) as error:
        raise _wrong(str(error)) from error
    if not isinstance(claims, dict):
        raise _wrong("Its payload isn't an object.")
    issued_at = _moment(claims, "iat")
    if issued_at is None:
        raise _wrong("iat is missing.")
    return Binding(
        token,
        _text(claims, "aud"),
        _text(claims, "nonce"),
        issued_at,
        _text(claims, "sd_hash"),
        _moment(claims, "nbf"),
        _moment(claims, "exp"),
    )


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise _wrong(f"{name} is one text.")
    return value


def _moment(claims: Mapping[str, Any], name: str) -> datetime | None:
    if name not in claims:
        return None
    seconds = claims[name]
    number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not number or not 0 <= seconds < _YEAR_10000:
        raise _wrong(f"{name} is a number of seconds since 1970.")
    return datetime.fromtimestamp(seconds, UTC)


def holder_key(claims: Mapping[str, Any]) -> PublicKey:
    """The holder's key that the issuer signed: ``cnf.jwk`` (RFC 7800, section 3.2).

    Raises ``InvalidProof`` if there is none, or one that can't be used.
    """
    confirmation = claims.get("cnf")
    jwk = confirmation.get("jwk") if isinstance(confirmation, dict) else None
    if not isinstance(jwk, dict):
        message = "The issuer named no key of the holder (cnf with a jwk)."
        raise InvalidProof("proof.binding_missing", message)
    try:
        return PublicKey.from_jwk(jwk)
    except CredentialError as error:
        raise _wrong(f"The holder's key: {error}") from error


def check_binding(sd_jwt: SdJwt, binding: Binding, key: PublicKey) -> None:
    """Return if the holder signed this very text (section 7.3, steps 5.2, 5.3 and 5.7).

    Raises ``InvalidProof`` (``proof.binding_invalid``).
    """
    try:
        verify_token(binding.token, key, Use.JWT)
        expected = digest(sd_jwt.presented, algorithm_of(sd_jwt.payload()))
    except CredentialError as error:
        raise _wrong(str(error)) from error
    if binding.sd_hash != expected:
        raise _wrong("It was made for another selection of claims (sd_hash).")


def verify_binding(
    sd_jwt: SdJwt,
    claims: Mapping[str, Any],
    *,
    audience: str,
    nonce: str,
    at: datetime,
    age: timedelta = BINDING_AGE,
) -> None:
    """Return if the holder of ``claims`` shows this to us, now (section 7.3, step 5).

    ``claims`` come from ``verify``. Raises ``InvalidProof``: ``proof.binding_missing`` or
    ``proof.binding_invalid``.
    """
    binding = read_binding(sd_jwt)
    check_binding(sd_jwt, binding, holder_key(claims))
    if not binding.timely(at, age):
        raise _wrong("It wasn't made just now (iat).")
    if binding.audience != audience:
        raise _wrong("It was made for another verifier (aud).")
    if binding.nonce != nonce:
        raise _wrong("It was made for another occasion (nonce).")


def _wrong(message: str) -> InvalidProof:
    return InvalidProof("proof.binding_invalid", f"The key binding: {message}")
