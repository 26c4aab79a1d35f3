"""W3C Bitstring Status List 1.0: a list of bits inside a credential.

Sections 2.1 (BitstringStatusListEntry), 2.2 (BitstringStatusListCredential) and 3 (algorithms).
Retrieving the list and checking its signature is the verifier's; what is here reads the entry,
and the list once it is known whose it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from credentials.encoding import multibase_decode, multibase_encode
from credentials.errors import Malformed
from credentials.status.bits import Container, Order, deflate, inflate, pack_set, pack_values, read
from credentials.status.entries import Entry, State, StatusList, index_of, malformed, url_of

NAME: Final = "BitstringStatusListEntry"
LIST_TYPE: Final = "BitstringStatusListCredential"
SUBJECT_TYPE: Final = "BitstringStatusList"
MIN_ENTRIES: Final = 131_072
"""Herd privacy: a shorter list tells too much about each of its entries (section 3.2, step 9)."""
MAX_SIZE: Final = 8
"""Bits of one entry. The standard sets no limit; 256 different messages are enough to read."""
_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
_1EDTECH: Final = "https://purl.imsglobal.org/spec/ob/"


def read_entry(entry: Mapping[str, Any], credential: Mapping[str, Any]) -> Entry:
    """Section 2.1. Raises ``Malformed`` (``status.entry_malformed``)."""
    purpose = entry.get("statusPurpose")
    if not isinstance(purpose, str) or not purpose:
        raise malformed("statusPurpose is text, such as revocation.")
    url = url_of(entry.get("statusListCredential"))
    if entry.get("id") == url:
        raise malformed("The id of an entry isn't the address of the list.")
    # 1EdTech's own samples write the index as a number; nobody else's do.
    number = purpose == "revocation" and _of_1edtech(credential)
    index = index_of(entry.get("statusListIndex"), number=number)
    size = entry.get("statusSize", 1)
    if type(size) is not int or not 1 <= size <= MAX_SIZE:
        raise malformed(f"statusSize is a number of bits from 1 to {MAX_SIZE}.")
    return Entry(NAME, url, purpose, index, size, _messages(entry, size))


def _of_1edtech(credential: Mapping[str, Any]) -> bool:
    contexts = credential.get("@context")
    return isinstance(contexts, list) and any(
        isinstance(item, str) and item.startswith(_1EDTECH) for item in contexts
    )


def _messages(entry: Mapping[str, Any], size: int) -> dict[int, str] | None:
    """``statusMessage``: one for each value there can be, and needed for more than one bit."""
    rows = entry.get("statusMessage")
    if rows is None:
        if size > 1:
            raise malformed("An entry of more than one bit says what its values mean.")
        return None
    messages: dict[int, str] = {}
    for row in rows if isinstance(rows, list) else [rows]:
        status = row.get("status") if isinstance(row, dict) else None
        message = row.get("message") if isinstance(row, dict) else None
        if not isinstance(message, str) or not isinstance(status, str):
            raise malformed("A status message has a status, such as 0x1, and a message.")
        digits = status.removeprefix("0x")
        if (
            digits == status
            or not 0 < len(digits) <= 2
            or set(digits) - set("0123456789abcdefABCDEF")
        ):
            raise malformed("The status of a message is hexadecimal, such as 0x1.")
        messages[int(digits, 16)] = message
    if len(messages) != 1 << size or max(messages) >= 1 << size:
        raise malformed(f"{1 << size} different values need as many messages.")
    return messages


def state_of(entry: Entry, status_list: StatusList) -> State:
    """Section 3.2, steps 6 to 15. Raises ``Malformed`` with the ``status.*`` code of the step."""
    subject = _subject(status_list.content)
    purposes = subject.get("statusPurpose")
    if entry.purpose not in (purposes if isinstance(purposes, list) else [purposes]):
        message = f"The list isn't kept for {entry.purpose}."
        raise Malformed("status.purpose_mismatch", message)
    bits = expand(subject.get("encodedList"))
    if len(bits) * 8 // entry.size < MIN_ENTRIES:
        message = f"The list has fewer than {MIN_ENTRIES:,} entries."
        raise Malformed("status.list_too_short", message)
    value = read(bits, entry.index, entry.size, Order.LEFT)
    return State(entry, value, entry.messages[value] if entry.messages is not None else None)


def _subject(content: Mapping[str, Any]) -> Mapping[str, Any]:
    types = content.get("type")
    subject = content.get("credentialSubject")
    kinds = subject.get("type") if isinstance(subject, dict) else None
    if (
        LIST_TYPE not in (types if isinstance(types, list) else [types])
        or not isinstance(subject, dict)
        or SUBJECT_TYPE not in (kinds if isinstance(kinds, list) else [kinds])
    ):
        raise Malformed("status.list_malformed", f"This isn't a {LIST_TYPE}.")
    return subject


def ttl_of(content: Mapping[str, Any]) -> float | None:
    """``ttl`` in seconds; the list has it in milliseconds. Raises ``Malformed``."""
    subject = content.get("credentialSubject")
    ttl = subject.get("ttl") if isinstance(subject, dict) else None
    if ttl is None:
        return None
    if type(ttl) not in (int, float) or ttl < 0:
        raise Malformed("status.list_malformed", "ttl is a number of milliseconds.")
    return float(ttl) / 1000


def expand(encoded: Any) -> bytes:
    """``encodedList`` as bytes (section 3.4). Raises ``Malformed`` (``status.list_malformed``)."""
    if not isinstance(encoded, str) or not encoded.startswith("u"):
        message = "encodedList is base64url in multibase: u and letters."
        raise Malformed("status.list_malformed", message)
    try:
        packed = multibase_decode(encoded)
    except Malformed as error:
        raise Malformed("status.list_malformed", error.message) from error
    return inflate(packed, Container.GZIP)


# --- Making one ----------------------------------------------------------------------------------


def encode(set_bits: Iterable[int], *, length: int = MIN_ENTRIES) -> str:
    """``encodedList`` of a list of one-bit entries (section 3.3), ``set_bits`` being 1.

    ``length`` is a multiple of 8, at least 131,072. Raises ``ValueError`` for an index outside.
    """
    return _encoded(pack_set(set_bits, _long_enough(length), Order.LEFT))


def encode_values(values: Mapping[int, int], *, size: int, length: int = MIN_ENTRIES) -> str:
    """``encodedList`` of entries of ``size`` bits (1, 2, 4 or 8), 0 but for ``values``."""
    return _encoded(pack_values(values, _long_enough(length), size, Order.LEFT))


def _encoded(bits: bytes) -> str:
    return multibase_encode(deflate(bits, Container.GZIP), base="u")


def _long_enough(length: int) -> int:
    if length < MIN_ENTRIES:
        raise ValueError(f"a list has at least {MIN_ENTRIES:,} entries")
    return length


def list_credential(
    url: str,
    *,
    issuer: str,
    purpose: str,
    encoded_list: str,
    valid_from: datetime,
    valid_until: datetime | None = None,
    ttl: int | None = None,
) -> dict[str, Any]:
    """The unsigned list credential (section 2.2); ``ttl`` in seconds, times aware."""
    subject: dict[str, Any] = {
        "id": f"{url}#list",
        "type": SUBJECT_TYPE,
        "statusPurpose": purpose,
        "encodedList": encoded_list,
    }
    if ttl is not None:
        subject["ttl"] = ttl * 1000
    document: dict[str, Any] = {
        "@context": [_CONTEXT],
        "id": url,
        "type": ["VerifiableCredential", LIST_TYPE],
        "issuer": issuer,
        "validFrom": _moment(valid_from),
        "credentialSubject": subject,
    }
    if valid_until is not None:
        document["validUntil"] = _moment(valid_until)
    return document


def entry_for(url: str, *, index: int, purpose: str) -> dict[str, str]:
    """The ``credentialStatus`` of a credential at ``index`` (section 2.1)."""
    return {
        "id": f"{url}#{index}",
        "type": NAME,
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": url,
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
