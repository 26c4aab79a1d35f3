"""From bytes to a ``Wire``: JSON, a token, a ``data:`` URL, an enveloped object.

VCDM 2.0 sections 4.13.1 and 4.13.2 (enveloped credentials and presentations); RFC 2397.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from credentials.encoding import LIMITS, parse_json
from credentials.envelopes.base import Wire
from credentials.errors import Malformed
from credentials.profiles.vcdm import CONTEXT, has_type
from credentials.proofs.cose import START
from credentials.proofs.jose import looks_compact, read_compact

_SPACE: Final = b" \t\r\n"
# '{"' in base64url: how every header begins that was written without white space.
_TOKEN_START: Final = b"eyJ"
_DATA: Final = re.compile(r"data:([a-z0-9.+-]+/[a-z0-9.+-]+)(;base64)?,([A-Za-z0-9_.~+/=-]*)\Z")
ENVELOPED: Final = ("EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation")


def read_wire(raw: bytes) -> Wire:
    """Take apart what came in. White space round it doesn't matter.

    Raises ``Malformed``: ``envelope.too_large``, ``envelope.unreadable``,
    ``envelope.malformed_token``, ``envelope.malformed_data_url``, ``structure.enveloped``.
    """
    if len(raw) > LIMITS.size:
        raise Malformed("envelope.too_large", f"The document is larger than {LIMITS.size:,} bytes.")
    if raw[:1] == START:
        return Wire(raw)
    stripped = raw.strip(_SPACE)
    if stripped[:1] != b"{":
        if stripped[:5].lower() == b"data:":
            return _from_data_url(_text(stripped))
        wire = _from_token(stripped)
        if wire is not None:
            return wire
        if stripped.startswith(_TOKEN_START):
            message = "The token isn't three parts in base64url; was all of it copied?"
            raise Malformed("envelope.malformed_token", message)
    try:
        value = parse_json(raw)
    except Malformed as error:
        raise Malformed("envelope.unreadable", str(error)) from error
    if isinstance(value, dict) and _enveloped(value):
        wire, (kind,) = _from_data_url(_url_of(value)), _kinds(value)
        return replace(wire, wrapped=kind)
    return Wire(raw, value=value if isinstance(value, dict) else None)


def _text(raw: bytes) -> str:
    try:
        return raw.decode("ascii")
    except UnicodeDecodeError as error:
        message = "A data: URL and a token are written in ASCII."
        raise Malformed("envelope.malformed_data_url", message) from error


def _from_token(raw: bytes, media_type: str | None = None) -> Wire | None:
    head, tilde, tail = raw.partition(b"~")
    try:
        text, rest = head.decode("ascii"), tail.decode("ascii")
    except UnicodeDecodeError:
        return None
    if not looks_compact(text):
        return None
    token = read_compact(text)
    return Wire(raw, token=token, tail=rest if tilde else None, media_type=media_type)


def _from_data_url(url: str) -> Wire:
    match = _DATA.match(url)
    if match is None:
        message = "The data: URL holds a media type and a token, without parameters."
        raise Malformed("envelope.malformed_data_url", message)
    media_type, encoded, data = match.groups()
    if encoded is None:
        wire = _from_token(data.encode("ascii"), media_type)
        if wire is not None:
            return wire
        raise Malformed("envelope.malformed_data_url", "The data: URL doesn't hold a token.")
    try:
        raw = base64.b64decode(data + "=" * (-len(data) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        message = "The data: URL isn't in base64."
        raise Malformed("envelope.malformed_data_url", message) from error
    full = base64.b64encode(raw).decode("ascii")
    if data not in (full, full.rstrip("=")):
        raise Malformed("envelope.malformed_data_url", "The base64 isn't in its one form.")
    return Wire(raw, media_type=media_type)


def _enveloped(value: Mapping[str, Any]) -> bool:
    return any(has_type(value, name) for name in ENVELOPED)


def _kinds(value: Mapping[str, Any]) -> list[str]:
    found = value["type"]
    return list(found) if isinstance(found, list) else [found]


def _url_of(value: Mapping[str, Any]) -> str:
    """The ``data:`` URL of an enveloped object, which says that and no more.

    Whatever else stood in it would be signed by nobody.
    """
    contexts, url = value.get("@context"), value.get("id")
    listed = contexts if isinstance(contexts, list) else [contexts]
    if listed[:1] != [CONTEXT]:
        message = f"@context begins with {CONTEXT}."
        raise Malformed("structure.enveloped", message, pointer="/@context")
    if len(_kinds(value)) != 1:
        message = "An enveloped object is of one type."
        raise Malformed("structure.enveloped", message, pointer="/type")
    if not isinstance(url, str) or not url.startswith("data:"):
        message = "The id of an enveloped object is a data: URL."
        raise Malformed("structure.enveloped", message, pointer="/id")
    if value.keys() - {"@context", "type", "id"}:
        message = "Beside the data: URL nothing is secured; nothing may stand there."
        raise Malformed("structure.enveloped", message)
    return url
