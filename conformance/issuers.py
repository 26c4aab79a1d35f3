"""Throw-away issuers: a fresh did:key for each suite, alive as long as the server.

What they sign is what they are given, if the core finds it sound: the same ``prepare`` and ``sign``
as everywhere else. But no clock is looked at: the data model lets a ``validUntil`` lie in the past,
and the suites send such; the registry's own issuing refuses it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from conformance import selective
from credentials.encoding import parse_json
from credentials.envelopes.securing import enveloped
from credentials.identifiers import did_key
from credentials.issue import prepare_document, sign
from credentials.keys import Algorithm, PrivateKey
from credentials.proofs import ecdsa_sd
from credentials.signers import MemorySigner
from credentials.status import bitstring

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Issuer:
    """One issuer: the name in its address, its suite and key."""

    name: str
    suite: str
    signer: MemorySigner

    @property
    def did(self) -> str:
        """Its did:key."""
        return self.signer.verification_method.partition("#")[0]

    def issue(
        self, document: Mapping[str, Any], *, pointers: Sequence[str] | None = None
    ) -> Mapping[str, Any]:
        """The secured credential, as JSON; ``pointers``: what a holder must always show.

        Raises ``CredentialError``.
        """
        at = datetime.now(UTC).replace(microsecond=0)
        if self.suite == ecdsa_sd.NAME:
            return selective.issue(document, signer=self.signer, at=at, pointers=pointers)
        prepared = prepare_document(document, at=_EPOCH)
        secured = sign(prepared, signer=self.signer, at=at, suite=self.suite)
        if secured.media_type == "application/vc":
            value: Mapping[str, Any] = parse_json(secured.raw)
            return value
        return enveloped(secured.raw, secured.media_type)


def _issuer(name: str, suite: str, algorithm: Algorithm = Algorithm.ED25519) -> Issuer:
    key = PrivateKey.generate(algorithm)
    did = did_key(key.public)
    return Issuer(name, suite, MemorySigner(key, f"{did}#{did.removeprefix('did:key:')}"))


def make_issuers() -> dict[str, Issuer]:
    """One for each suite and kind of key, with fresh keys."""
    ed = _issuer("eddsa-rdfc-2022", "eddsa-rdfc-2022")
    rows = [
        ed,
        Issuer("eddsa-jcs-2022", "eddsa-jcs-2022", ed.signer),
        Issuer("status", "eddsa-rdfc-2022", ed.signer),
        Issuer("enveloped", "vc+jwt", ed.signer),
    ]
    for curve, algorithm in (("p256", Algorithm.P256), ("p384", Algorithm.P384)):
        issuer = _issuer(f"ecdsa-rdfc-2019-{curve}", "ecdsa-rdfc-2019", algorithm)
        rows += [issuer, Issuer(f"ecdsa-jcs-2019-{curve}", "ecdsa-jcs-2019", issuer.signer)]
        if algorithm is Algorithm.P256:
            rows.append(Issuer(ecdsa_sd.NAME, ecdsa_sd.NAME, issuer.signer))
    return {issuer.name: issuer for issuer in rows}


class StatusIssuer:
    """Adds a status entry to what it issues, and publishes the signed list it points to."""

    def __init__(self, issuer: Issuer, base: str) -> None:
        self.issuer, self._base = issuer, base
        self._lists: dict[str, Mapping[str, Any]] = {}

    def issue(self, document: Mapping[str, Any]) -> Mapping[str, Any]:
        """The credential with a ``credentialStatus`` of its own. Raises ``CredentialError``."""
        url = f"{self._base}/status/lists/revocation"
        if url not in self._lists:
            self._lists[url] = self._list(url)
        index = secrets.randbelow(bitstring.MIN_ENTRIES)
        entry = bitstring.entry_for(url, index=index, purpose="revocation")
        return self.issuer.issue({**document, "credentialStatus": entry})

    def published(self, url: str) -> Mapping[str, Any] | None:
        """The list of that address, ``None`` if there is none."""
        return self._lists.get(url)

    def _list(self, url: str) -> Mapping[str, Any]:
        at = datetime.now(UTC).replace(microsecond=0)
        return self.issuer.issue(
            bitstring.list_credential(
                url,
                issuer=self.issuer.did,
                purpose="revocation",
                encoded_list=bitstring.encode(()),
                valid_from=at,
            )
        )
