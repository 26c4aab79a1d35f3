"""The cryptosuites: one row each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Suite:
    """One cryptosuite."""

    name: str


SUITES: dict[str, Suite] = {
    "eddsa-rdfc-2022": Suite("eddsa-rdfc-2022"),
    "eddsa-jcs-2022": Suite("eddsa-jcs-2022"),
}
