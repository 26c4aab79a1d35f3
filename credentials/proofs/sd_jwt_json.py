"""SD-JWT in JSON: taken to the compact form that everything here reads.

RFC 9901, section 8, on RFC 7515, section 7.2. The verifier's door reads compact tokens alone; this
is for who has to do with peers that send JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from credentials.errors import Malformed

MAX_SIGNATURES: Final = 8
_FLATTENED: Final = frozenset({"protected", "header", "signature"})


def compact_forms(value: Any) -> tuple[str, ...]:
    """The compact text for each signature, flattened or general; every one is to be verified.

    Disclosures and key binding stand in the first unprotected header and count for all; the key
    binding is over the first form, and stands there alone. Never empty: no signatures at all are
    no signature. Raises ``Malformed``.
    """
    if not isinstance(value, dict):
        raise _malformed("It is an object.")
    rows = value.get("signatures") if "signatures" in value else [value]
    if "signatures" in value and _FLATTENED & value.keys():
        raise _malformed("It is flattened or general, and not both.")
    if not isinstance(rows, list) or not 0 < len(rows) <= MAX_SIGNATURES:
        raise _malformed(f"It has from one to {MAX_SIGNATURES} signatures.")
    headers = [_header(row) for row in rows]
    for header in headers[1:]:
        if {"disclosures", "kb_jwt"} & header.keys():
            raise _malformed("Only the first header has disclosures and kb_jwt.")
    disclosures = headers[0].get("disclosures", [])
    if not isinstance(disclosures, list):
        raise _malformed("disclosures is an array.")
    shown = [_piece(one, "A disclosure") for one in disclosures]
    binding = _piece(headers[0].get("kb_jwt", ""), "kb_jwt")
    tokens = [_token(row, value.get("payload")) for row in rows]
    return tuple(
        "~".join([token, *shown, "" if number else binding]) for number, token in enumerate(tokens)
    )


def _header(row: Any) -> Mapping[str, Any]:
    header = row.get("header", {}) if isinstance(row, dict) else None
    if not isinstance(header, dict):
        raise _malformed("A signature is an object, its header too.")
    return header


def _token(row: Mapping[str, Any], payload: Any) -> str:
    parts = (row.get("protected"), payload, row.get("signature"))
    return ".".join(_piece(part, "Each of protected, payload and signature") for part in parts)


def _piece(value: Any, what: str) -> str:
    if not isinstance(value, str) or "~" in value:
        raise _malformed(f"{what} is text.")
    return value


def _malformed(message: str) -> Malformed:
    return Malformed("envelope.malformed_token", f"An SD-JWT in JSON: {message}")
