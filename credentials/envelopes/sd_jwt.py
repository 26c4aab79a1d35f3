"""Credentials and presentations whose holder shows what she chooses: SD-JWT.

- ``dc+sd-jwt`` (IETF SD-JWT VC): flat JWT claims with a ``vct``; ``vc+sd-jwt`` is what its older
  drafts called it.
- ``vc+sd-jwt`` and ``vp+sd-jwt`` (VC-JOSE-COSE 1.0, section 3.2): the data model of W3C, parts of
  it behind digests.
- An SD-JWT+KB (RFC 9901, section 4.3) is a presentation of one credential, proven by its holder.

What decides whether and until when a credential counts can't be the holder's to show or not: where
such a claim is hidden, the credential is refused (RFC 9901, section 9.7; SD-JWT VC, section 2.2.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from credentials.envelopes.base import Envelope, Keys, Letter, Wire
from credentials.envelopes.claims import Claims, check_agreement, read_claims, without_claims
from credentials.envelopes.jwt import TokenSeal
from credentials.errors import CredentialError, InvalidProof, Malformed
from credentials.identifiers import VerificationMethod
from credentials.keys import PublicKey
from credentials.linked_data import to_quads
from credentials.profiles import sd_jwt_vc
from credentials.profiles.vcdm import (
    CONTEXT,
    check_credential,
    check_presentation,
    holder_of,
    issuer_of,
    period_of,
)
from credentials.proofs import sd_jwt
from credentials.proofs.disclosures import Revealed, has_digests, reveal
from credentials.proofs.sd_jwt import Binding, SdJwt

_CLAIMS: Final = frozenset({"iss", "aud", "exp", "nbf", "cnf", "status", "vct"})
_MODEL: Final = frozenset(
    {
        "@context",
        "type",
        "issuer",
        "validFrom",
        "validUntil",
        "issuanceDate",
        "expirationDate",
        "credentialStatus",
        "credentialSchema",
        "relatedResource",
    }
)
_DC, _VC, _VP = "dc+sd-jwt", "vc+sd-jwt", "vp+sd-jwt"


@dataclass(frozen=True, slots=True)
class SdSeal(TokenSeal):
    """The issuer's signature; and where a holder's is there as well, that it fits."""

    sd_jwt: SdJwt | None = None

    def method(self, keys: Keys) -> VerificationMethod:
        """The issuer's key; without any hint in the header, the one that there is."""
        if {"kid", "x5c", "jwk"} & self.token.header.keys():
            return TokenSeal.method(self, keys)
        rows = keys.of(self.author)
        if len(rows) != 1:
            message = "The token doesn't say which of the issuer's keys it was made with."
            raise Malformed("key.not_named", message)
        rows[0].public_key.require(self.use)
        return rows[0]

    def check(self, method: VerificationMethod, purpose: str) -> None:
        """The issuer's signature, then the holder's over these very disclosures.

        Nobody asked the holder to prove anything here: who does, opens it as a presentation. A
        proof that doesn't fit was cut from another showing, and nothing beside it is believed.
        """
        TokenSeal.check(self, method, purpose)
        assert self.sd_jwt is not None  # noqa: S101 - always given here
        if self.sd_jwt.binding is not None:
            binding = sd_jwt.read_binding(self.sd_jwt)
            sd_jwt.check_binding(self.sd_jwt, binding, sd_jwt.holder_key(self.sd_jwt.payload()))


@dataclass(frozen=True, slots=True)
class BindingSeal:
    """The holder's signature under one showing: the KB-JWT."""

    sd_jwt: SdJwt
    binding: Binding
    key: PublicKey

    @property
    def made_at(self) -> datetime | None:
        """``iat``."""
        return self.binding.issued_at

    @property
    def expires_at(self) -> datetime | None:
        """Some minutes after ``iat``: it is made anew for each showing."""
        end = self.binding.issued_at + sd_jwt.BINDING_AGE
        own = self.binding.expires_at
        return end if own is None else min(end, own)

    @property
    def challenge(self) -> str | None:
        """``nonce``."""
        return self.binding.nonce

    @property
    def domains(self) -> tuple[str, ...]:
        """``aud``."""
        return (self.binding.audience,)

    def method(self, keys: Keys) -> VerificationMethod:
        """The key in ``cnf``; the issuer's signature, checked with the credential, is over it."""
        name = f"urn:ietf:params:oauth:jwk-thumbprint:sha-256:{self.key.thumbprint()}"
        return VerificationMethod(name, name, self.key, assertion=False, authentication=True)

    def check(self, method: VerificationMethod, purpose: str) -> None:
        """The holder's signature, over this token and these disclosures."""
        sd_jwt.check_binding(self.sd_jwt, self.binding, method.public_key)


def _read(wire: Wire) -> tuple[SdJwt, dict[str, Any], Revealed]:
    """The token, its payload as signed, and as shown. Raises ``CredentialError``."""
    try:
        parsed = sd_jwt.read(wire.raw.decode("ascii"))
        payload = parsed.payload()
        return parsed, payload, reveal(payload, parsed.disclosures)
    except UnicodeDecodeError as error:
        raise Malformed("envelope.malformed_token", "An SD-JWT is written in ASCII.") from error
    except CredentialError as error:
        if error.code.startswith("disclosure."):
            # Of the door's questions it is the one for the proof.
            signed = "not_signed" if isinstance(error, InvalidProof) else "malformed"
            error.code = f"proof.disclosure_{signed}"
        elif error.code.startswith("json."):
            error.code = "envelope.unreadable"
        raise


def _check_open(payload: Mapping[str, Any], revealed: Revealed, names: frozenset[str]) -> None:
    """Raise ``Malformed`` if one of ``names`` is hidden, or something inside it."""
    hidden = {str(row.path[0]) for row in revealed.disclosed} & names
    hidden |= {name for name in names & payload.keys() if has_digests(payload[name])}
    if hidden:
        name = min(hidden)
        message = f"{name} is the holder's to show or not; what decides whether it counts can't be."
        raise Malformed("structure.hidden_claim", message, pointer=f"/{name}")


def _shown(value: Any) -> Any:
    """What is left to understand where nothing was disclosed: no empty arrays and objects."""
    if isinstance(value, dict):
        rows = {name: _shown(item) for name, item in value.items()}
        return {name: item for name, item in rows.items() if item not in ({}, [])}
    if isinstance(value, list):
        return [item for item in map(_shown, value) if item not in ({}, [])]
    return value


# --- Credentials --------------------------------------------------------------------------------


def _open_dc(wire: Wire) -> Letter:
    parsed, payload, revealed = _read(wire)
    return _flat(parsed, payload, revealed)


def _open_vc(wire: Wire) -> Letter:
    parsed, payload, revealed = _read(wire)
    if "@context" not in payload and "vct" in payload:
        return _flat(parsed, payload, revealed)
    _check_cty(parsed, "vc")
    _check_open(payload, revealed, _CLAIMS | _MODEL)
    for name in ("vc", "vp"):
        if name in revealed.claims:
            message = f"The claim {name} must not stand in this kind of token."
            raise Malformed("structure.forbidden_claim", message, pointer=f"/{name}")
    claims, document = read_claims(revealed.claims), without_claims(revealed.claims)
    check_credential(document)
    if "proof" in document:
        message = "An embedded proof isn't read where parts of the document may be missing."
        raise Malformed("structure.forbidden_claim", message, pointer="/proof")
    to_quads(_shown(document))
    issuer = issuer_of(document)
    check_agreement(claims, document, issuer)
    start, end = period_of(document)
    begins = max((d for d in (start, claims.not_before) if d is not None), default=None)
    seal = SdSeal(parsed.token, issuer, claims, sd_jwt=parsed)
    return Letter(_VC, document, issuer, (seal,), begins, end, _confirmation(claims))


def _flat(parsed: SdJwt, payload: Mapping[str, Any], revealed: Revealed) -> Letter:
    """IETF SD-JWT VC, section 2.2."""
    _check_open(payload, revealed, sd_jwt_vc.NEVER_HIDDEN)
    sd_jwt_vc.check_claims(revealed.claims)
    claims = read_claims(revealed.claims)
    issuer = claims.issuer
    if issuer is None:
        message = "iss says who issued it; who can't be named can't be believed."
        raise Malformed("structure.missing_claim", message, pointer="/iss")
    seal = SdSeal(parsed.token, issuer, claims, sd_jwt=parsed)
    extra = {**_confirmation(claims), **sd_jwt_vc.facts_of(revealed.claims)}
    start, end = claims.not_before, claims.expires_at
    return Letter(_DC, revealed.claims, issuer, (seal,), start, end, extra)


def _confirmation(claims: Claims) -> dict[str, Any]:
    return {} if claims.confirmation is None else {"cnf": claims.confirmation}


def _check_cty(parsed: SdJwt, wanted: str) -> None:
    found = parsed.token.text("cty")
    if found is not None and found.lower().removeprefix("application/") != wanted:
        raise Malformed("envelope.wrong_type", f"cty says {found[:40]}, and not {wanted}.")


# --- Presentations ------------------------------------------------------------------------------


def _open_vp(wire: Wire) -> Letter:
    """VC-JOSE-COSE, section 3.2.2: a presentation that the holder signed, parts of it hidden."""
    parsed, payload, revealed = _read(wire)
    _check_cty(parsed, "vp")
    _check_open(payload, revealed, _CLAIMS)
    claims, document = read_claims(revealed.claims), without_claims(revealed.claims)
    check_presentation(document)
    to_quads(_shown(document))
    holder = holder_of(document)
    if claims.issuer is not None and holder is not None and claims.issuer != holder:
        message = "iss isn't the holder."
        raise Malformed("structure.claims_disagree", message, pointer="/iss")
    author = claims.issuer or holder
    if author is None:
        message = "Neither iss nor holder says who shows this."
        raise Malformed("structure.missing_claim", message, pointer="/iss")
    seal = SdSeal(parsed.token, author, claims, sd_jwt=parsed)
    return Letter(_VP, document, author, (seal,), claims.not_before)


def _open_bound(wire: Wire) -> Letter:
    """RFC 9901, section 7.3, where key binding is required: by whoever opens a presentation."""
    parsed, payload, _ = _read(wire)
    typ = wire.typ or _DC
    binding = sd_jwt.read_binding(parsed)
    if has_digests(payload.get("cnf")):
        raise InvalidProof("proof.binding_invalid", "The holder's key is hidden.")
    seal = BindingSeal(parsed, binding, sd_jwt.holder_key(payload))
    enveloped = {
        "@context": CONTEXT,
        "type": "EnvelopedVerifiableCredential",
        "id": f"data:application/{typ},{parsed.presented}",
    }
    starts = max(binding.issued_at, binding.not_before or binding.issued_at) - sd_jwt.CLOCK_SKEW
    return Letter(f"{typ}+kb", {"verifiableCredential": [enveloped]}, None, (seal,), starts)


def _typed(wire: Wire, *types: str) -> bool:
    """A token whose ``typ``, or else media type, is one of those."""
    if wire.token is None:
        return False
    if wire.typ is None and wire.media_type is not None:
        return wire.media_type.removeprefix("application/") in types and wire.tail is not None
    return wire.typ in types


DC_SD_JWT: Final = Envelope(
    _DC, frozenset({f"application/{_DC}"}), lambda wire: _typed(wire, _DC), _open_dc
)
VC_SD_JWT: Final = Envelope(
    _VC, frozenset({f"application/{_VC}"}), lambda wire: _typed(wire, _VC), _open_vc
)
VP_SD_JWT: Final = Envelope(
    _VP, frozenset({f"application/{_VP}"}), lambda wire: _typed(wire, _VP), _open_vp
)
BOUND_SD_JWT: Final = Envelope(
    "sd-jwt+kb",
    frozenset({f"application/{_DC}", f"application/{_VC}"}),
    lambda wire: _typed(wire, _DC, _VC),
    _open_bound,
)
