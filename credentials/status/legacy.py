"""Older kinds of status that others still issue: read, never made.

StatusList2021 (W3C CCG, the draft that became Bitstring Status List), and the 1EdTech
Revocation List 1.0, which names revoked credentials by their ids and isn't signed: it is as
trustworthy as the https connection it came through, and anybody can read who was revoked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from credentials.encoding import b64url_decode
from credentials.errors import Malformed
from credentials.status.bits import Container, Order, inflate, read
from credentials.status.bitstring import MIN_ENTRIES
from credentials.status.entries import Entry, State, StatusList, index_of, malformed, url_of

STATUS_LIST_2021: Final = "StatusList2021Entry"
REVOCATION_LIST: Final = "1EdTechRevocationList"
MAX_ROWS: Final = 10_000
_PURPOSES: Final = ("revocation", "suspension")
_TO_URL_ALPHABET: Final = str.maketrans("+/", "-_")


def read_2021_entry(entry: Mapping[str, Any], credential: Mapping[str, Any]) -> Entry:
    """StatusList2021, "StatusList2021Entry": two purposes, one bit. Raises ``Malformed``."""
    purpose = entry.get("statusPurpose")
    if purpose not in _PURPOSES:
        raise malformed("statusPurpose is revocation or suspension.")
    url = url_of(entry.get("statusListCredential"))
    index = index_of(entry.get("statusListIndex"), number=True)
    return Entry(STATUS_LIST_2021, url, purpose, index)


def state_2021_of(entry: Entry, status_list: StatusList) -> State:
    """StatusList2021, "Validate Algorithm". Raises ``Malformed`` with a code ``status.*``."""
    types, subject = status_list.content.get("type"), status_list.content.get("credentialSubject")
    if "StatusList2021Credential" not in (types if isinstance(types, list) else [types]) or (
        not isinstance(subject, dict) or subject.get("type") != "StatusList2021"
    ):
        raise Malformed("status.list_malformed", "This isn't a StatusList2021Credential.")
    if subject.get("statusPurpose") != entry.purpose:
        message = f"The list isn't kept for {entry.purpose}."
        raise Malformed("status.purpose_mismatch", message)
    bits = _expand_2021(subject.get("encodedList"))
    if len(bits) * 8 < MIN_ENTRIES:
        message = f"The list has fewer than {MIN_ENTRIES:,} entries."
        raise Malformed("status.list_too_short", message)
    return State(entry, read(bits, entry.index, 1, Order.LEFT))


def _expand_2021(encoded: Any) -> bytes:
    """The draft says "base64": libraries wrote both alphabets, with padding and without."""
    if not isinstance(encoded, str):
        raise Malformed("status.list_malformed", "encodedList is base64.")
    try:
        packed = b64url_decode(encoded.rstrip("=").translate(_TO_URL_ALPHABET))
    except Malformed as error:
        raise Malformed("status.list_malformed", error.message) from error
    return inflate(packed, Container.GZIP)


def read_1edtech_entry(entry: Mapping[str, Any], credential: Mapping[str, Any]) -> Entry:
    """1EdTech Revocation List: the entry's id is the list's address. Raises ``Malformed``."""
    identifier = credential.get("id")
    if not isinstance(identifier, str):
        raise malformed("A list that goes by ids says nothing of a credential without one.")
    url = url_of(entry.get("id"))
    return Entry(REVOCATION_LIST, url, "revocation", credential=identifier)


def state_1edtech_of(entry: Entry, status_list: StatusList) -> State:
    """Listed, and not taken back: ``revoked`` that isn't there counts as true.

    Raises ``Malformed`` (``status.list_malformed``).
    """
    rows = status_list.content.get("revokedCredential", [])
    rows = rows if isinstance(rows, list) else [rows]
    state = State(entry, 0)
    if len(rows) > MAX_ROWS:
        raise Malformed("status.list_malformed", f"A list is read up to {MAX_ROWS:,} rows.")
    for row in rows:
        revoked = row.get("revoked", True) if isinstance(row, dict) else None
        if not isinstance(revoked, bool) or not isinstance(row.get("id"), str):
            message = "A row of the list has an id, and revoked as true or false."
            raise Malformed("status.list_malformed", message)
        if row["id"] == entry.credential and revoked:
            reason = row.get("revocationReason")
            state = replace(state, value=1, message=reason if isinstance(reason, str) else None)
    return state
