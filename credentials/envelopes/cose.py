"""Credentials and presentations in a COSE_Sign1: VC-JOSE-COSE 1.0, section 3.3.

The payload is the credential itself, ``typ`` says ``application/vc+cose``. It comes as bytes, or in
base64 in a ``data:`` URL.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from credentials.envelopes.base import Envelope, Letter, Wire
from credentials.envelopes.claims import read_claims
from credentials.envelopes.jwt import (
    PRESENTATION_WRAPPER,
    check_cty,
    credential_in,
    presentation_in,
)
from credentials.envelopes.jwt import payload_of as _payload_of
from credentials.errors import Malformed
from credentials.keys import Use
from credentials.proofs.cose import START, read_sign1


def _open(wire: Wire, typ: str, cty: str) -> Letter:
    token = read_sign1(wire.raw)
    said = replace(wire, token=token)
    if said.typ != typ:
        raise Malformed("envelope.wrong_type", f"typ isn't application/{typ}.")
    check_cty(token, cty)
    value = _payload_of(token)
    if cty == "vc":
        return credential_in(typ, token, value, read_claims({}), Use.JWT)
    return presentation_in(typ, token, value, read_claims({}))


def _is(wire: Wire) -> bool:
    return wire.token is None and wire.raw[:1] == START


VC_COSE: Final = Envelope(
    "vc+cose",
    frozenset({"application/vc+cose"}),
    _is,
    lambda wire: _open(wire, "vc+cose", "vc"),
)
VP_COSE: Final = Envelope(
    "vp+cose",
    frozenset({"application/vp+cose"}),
    _is,
    lambda wire: _open(wire, "vp+cose", "vp"),
    PRESENTATION_WRAPPER,
)
