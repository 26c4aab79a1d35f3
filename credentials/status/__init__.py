"""Status: whether a credential still counts. One row for each kind of list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from credentials.status import bitstring, legacy, token
from credentials.status.entries import Entry, State, StatusList


class Form(Enum):
    """In what a list comes, and so how it is known whose it is."""

    CREDENTIAL = "a verifiable credential"
    TOKEN = "a signed JWT"
    PLAIN = "unsigned JSON"


@dataclass(frozen=True, slots=True)
class StatusType:
    """One kind of status: how its entry is read, and what a list says to an entry."""

    name: str
    form: Form
    media_type: str
    """What to ask a server for."""
    read_entry: Callable[[Mapping[str, Any], Mapping[str, Any]], Entry]
    """The entry, and the credential it stands in → where its status is kept."""
    state_of: Callable[[Entry, StatusList], State]
    ttl_of: Callable[[Mapping[str, Any]], float | None] = lambda _content: None


_CREDENTIAL_MEDIA = "application/vc, application/vc+jwt, application/json;q=0.9"

STATUS_TYPES: Mapping[str, StatusType] = {
    row.name: row
    for row in (
        StatusType(
            bitstring.NAME,
            Form.CREDENTIAL,
            _CREDENTIAL_MEDIA,
            bitstring.read_entry,
            bitstring.state_of,
            bitstring.ttl_of,
        ),
        StatusType(
            token.NAME, Form.TOKEN, token.MEDIA_TYPE, token.read_entry, token.state_of, token.ttl_of
        ),
        StatusType(
            legacy.STATUS_LIST_2021,
            Form.CREDENTIAL,
            _CREDENTIAL_MEDIA,
            legacy.read_2021_entry,
            legacy.state_2021_of,
        ),
        StatusType(
            legacy.REVOCATION_LIST,
            Form.PLAIN,
            "application/json",
            legacy.read_1edtech_entry,
            legacy.state_1edtech_of,
        ),
    )
}

__all__ = ["STATUS_TYPES", "Entry", "Form", "State", "StatusList", "StatusType"]
