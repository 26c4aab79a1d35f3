"""The rooms: each check sees a verified credential only, and answers one question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from credentials.document import Verified
from credentials.verify.checks import (
    accreditation,
    compromise,
    inclusion,
    names,
    schema,
    status,
    validity,
)
from credentials.verify.report import Finding
from credentials.verify.sources import Sources

Run = Callable[[Verified, Sources, datetime], Finding]


@dataclass(frozen=True)
class Check:
    """A room: its name, its question, and every code it can answer with."""

    name: str
    run: Run
    codes: tuple[str, ...]


CHECKS: Mapping[str, Check] = {
    check.name: check
    for check in (
        Check("validity", validity.run, validity.CODES),
        Check("accreditation", accreditation.run, accreditation.CODES),
        Check("status", status.run, status.CODES),
        Check("schema", schema.run, schema.CODES),
        Check("names", names.run, names.CODES),
        Check("compromise", compromise.run, compromise.CODES),
        Check("inclusion", inclusion.run, inclusion.CODES),
    )
}
