"""The envelopes a credential or a presentation may come in: one row each, the first that fits.

To add one: a module with an ``Envelope``, a row below, vectors, its codes in ``docs/codes.md``.
"""

from __future__ import annotations

from collections.abc import Sequence

from credentials.envelopes.base import Envelope, Keys, Letter, Seal, Wire, speaks
from credentials.envelopes.embedded import EMBEDDED_CREDENTIAL, EMBEDDED_PRESENTATION
from credentials.envelopes.jwt import PLAIN_JWT, PLAIN_PRESENTATION, VC_JWT, VP_JWT
from credentials.envelopes.sd_jwt import BOUND_SD_JWT, DC_SD_JWT, VC_SD_JWT, VP_SD_JWT
from credentials.envelopes.wire import read_wire
from credentials.errors import Malformed

CREDENTIALS: Sequence[Envelope] = (EMBEDDED_CREDENTIAL, VC_JWT, PLAIN_JWT, DC_SD_JWT, VC_SD_JWT)
PRESENTATIONS: Sequence[Envelope] = (
    EMBEDDED_PRESENTATION,
    VP_JWT,
    PLAIN_PRESENTATION,
    VP_SD_JWT,
    BOUND_SD_JWT,
)


def pick(wire: Wire, rows: Sequence[Envelope]) -> Envelope:
    """The envelope of what came in. Raises ``Malformed`` (``envelope.unknown_format``)."""
    for envelope in rows:
        if speaks(wire, envelope):
            return envelope
    said = wire.typ or wire.media_type
    kind = f"; it calls itself {said[:40]}" if said else ""
    message = f"This isn't one in a form that is read here{kind}."
    raise Malformed("envelope.unknown_format", message)


__all__ = [
    "CREDENTIALS",
    "PRESENTATIONS",
    "Envelope",
    "Keys",
    "Letter",
    "Seal",
    "Wire",
    "pick",
    "read_wire",
]
