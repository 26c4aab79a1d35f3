"""Token Status List: a list of small numbers inside a signed JWT (for SD-JWT VC and JWTs).

IETF draft-ietf-oauth-status-list, sections "Compressed Byte Array", "Status List Token in JWT
Format", "Referenced Token in JOSE" and "Validation Rules". The JWT's signature and ``typ`` are
the verifier's to check; what is here reads the reference, and the claims once they are believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from credentials.encoding import b64url_decode, b64url_encode
from credentials.errors import Malformed
from credentials.status.bits import Container, Order, deflate, inflate, pack_set, pack_values, read
from credentials.status.entries import Entry, State, StatusList, malformed, url_of

NAME: Final = "status_list"
TYP: Final = "statuslist+jwt"
MEDIA_TYPE: Final = "application/statuslist+jwt"
VALID, INVALID, SUSPENDED = 0, 1, 2
_PURPOSES: Final[Mapping[int, str]] = {INVALID: "revocation", SUSPENDED: "suspension"}
_BITS: Final = (1, 2, 4, 8)


def read_entry(entry: Mapping[str, Any], credential: Mapping[str, Any]) -> Entry:
    """``status.status_list`` of a referenced token. Raises ``Malformed``."""
    index = entry.get("idx")
    if type(index) is not int or index < 0:
        raise malformed("idx is a whole number, not below 0.")
    return Entry(NAME, url_of(entry.get("uri")), "status", index)


def state_of(entry: Entry, status_list: StatusList) -> State:
    """The value at the entry's index; its purpose follows from the value ("Status Types").

    Raises ``Malformed`` with a code ``status.*``.
    """
    listed = status_list.content.get("status_list")
    if not isinstance(listed, dict):
        raise _malformed("A status list token has a status_list.")
    bits = listed.get("bits")
    if type(bits) is not int or bits not in _BITS:
        raise _malformed("bits is 1, 2, 4 or 8.")
    value = read(expand(listed.get("lst")), entry.index, bits, Order.RIGHT)
    purpose = _PURPOSES.get(value, "application" if value else "status")
    return State(Entry(NAME, entry.url, purpose, entry.index, bits), value)


def expand(lst: Any) -> bytes:
    """``lst`` as bytes. Raises ``Malformed`` (``status.list_malformed``)."""
    if not isinstance(lst, str):
        raise _malformed("lst is base64url.")
    try:
        packed = b64url_decode(lst)
    except Malformed as error:
        raise _malformed(error.message) from error
    return inflate(packed, Container.ZLIB)


def ttl_of(content: Mapping[str, Any]) -> float | None:
    """``ttl`` in seconds. Raises ``Malformed``."""
    ttl = content.get("ttl")
    if ttl is None:
        return None
    if type(ttl) not in (int, float) or ttl <= 0:
        raise _malformed("ttl is a number of seconds above 0.")
    return float(ttl)


def _malformed(message: str) -> Malformed:
    return Malformed("status.list_malformed", message)


# --- Making one ----------------------------------------------------------------------------------


def encode(set_bits: Iterable[int], *, length: int) -> str:
    """``lst`` of one-bit entries, ``set_bits`` being INVALID. ``length`` is a multiple of 8."""
    return b64url_encode(deflate(pack_set(set_bits, length, Order.RIGHT), Container.ZLIB))


def encode_values(values: Mapping[int, int], *, bits: int, length: int) -> str:
    """``lst`` of entries of ``bits`` (1, 2, 4 or 8), VALID but for ``values``."""
    return b64url_encode(deflate(pack_values(values, length, bits, Order.RIGHT), Container.ZLIB))


def list_claims(
    url: str,
    *,
    issuer: str,
    bits: int,
    lst: str,
    issued_at: datetime,
    expires_at: datetime | None = None,
    ttl: int | None = None,
) -> dict[str, Any]:
    """The claims of a status list token; ``ttl`` in seconds, times aware."""
    claims: dict[str, Any] = {
        "iss": issuer,
        "sub": url,
        "iat": int(issued_at.timestamp()),
        "status_list": {"bits": bits, "lst": lst},
    }
    if expires_at is not None:
        claims["exp"] = int(expires_at.timestamp())
    if ttl is not None:
        claims["ttl"] = ttl
    return claims


def entry_for(url: str, *, index: int) -> dict[str, Any]:
    """The ``status`` claim of a token at ``index``."""
    return {NAME: {"idx": index, "uri": url}}
