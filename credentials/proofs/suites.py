"""The cryptosuites: how a document and a proof's configuration become the bytes that are signed.

W3C Data Integrity EdDSA Cryptosuites 1.0, sections 3.2 (eddsa-rdfc-2022) and 3.3 (eddsa-jcs-2022).
The ECDSA suites of 2019 differ in the key's algorithm and are rows here once their vectors stand
in ``fixtures/vectors/``; a suite without vectors fails the build.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from credentials.encoding import canonicalize, sha256
from credentials.keys import Algorithm
from credentials.linked_data import Quad, rdfc, rdfc_of


@dataclass(frozen=True, slots=True)
class Suite:
    """One cryptosuite."""

    name: str
    algorithm: Algorithm
    canonicalize: Callable[[Mapping[str, Any]], bytes]
    """A JSON object in the suite's canonical form. Raises ``Malformed``."""
    digest: Callable[[bytes], bytes]
    keeps_context: bool
    """Whether the proof carries a copy of the document's ``@context`` (section 3.3.1)."""
    canonicalize_quads: Callable[[Iterable[Quad]], bytes] | None = None
    """``canonicalize`` from the dataset of the object, for suites that sign the dataset."""

    def hash_data(self, document: Mapping[str, Any], configuration: Mapping[str, Any]) -> bytes:
        """The bytes to sign: digest of the proof configuration, then that of the document.

        Sections 3.2.4 and 3.3.4 (hashing): the configuration stands first.
        """
        return self.digest(self.canonicalize(configuration)) + self.digest(
            self.canonicalize(document)
        )


SUITES: dict[str, Suite] = {
    suite.name: suite
    for suite in (
        Suite(
            "eddsa-rdfc-2022",
            Algorithm.ED25519,
            rdfc,
            sha256,
            keeps_context=False,
            canonicalize_quads=rdfc_of,
        ),
        Suite("eddsa-jcs-2022", Algorithm.ED25519, canonicalize, sha256, keeps_context=True),
    )
}
