"""What small awards add up to, and what is still missing towards the whole.

The rules, in the order in which they are applied:

1. what has ended, or is older than the whole accepts, doesn't count;
2. one activity counts once, and so do an activity and the one that superseded it;
3. what is a part of another thing that counts is already in it;
4. credits are summed within one credit system and never turned into another, hours apart;
5. the share at the whole's level is held against what the whole asks for, if it asks;
6. outcomes with the same ESCO skill are reported as overlap, and nothing is taken off for it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import combinations

from registry.pathways.offers import LangMap, Offer
from schemas.days import months_after
from schemas.rules.case import shown

MAX_OVERLAPS = 50


@dataclass(frozen=True)
class Held:
    """A part that somebody earned, or (without a date) would take."""

    offer: Offer
    awarded_on: date | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True)
class Ties:
    """How the parts hang together: what each superseded, and in what each is contained."""

    older: Mapping[uuid.UUID, AbstractSet[uuid.UUID]] = field(default_factory=dict)
    inside: Mapping[uuid.UUID, AbstractSet[uuid.UUID]] = field(default_factory=dict)


@dataclass(frozen=True)
class Statement:
    """Something said about a stack: a stable code, the values of its sentence, what it is about."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)
    activities: tuple[uuid.UUID, ...] = ()
    titles: tuple[LangMap, ...] = ()


@dataclass(frozen=True)
class Stack:
    """What counts and what doesn't; sums; what is missing. ``complete`` is ``None`` if unknown."""

    counted: tuple[Held, ...]
    left_out: tuple[tuple[Held, Statement], ...]
    credits: Mapping[str, Decimal]
    hours: Decimal
    without_hours: int
    at_level: Decimal
    not_comparable: int
    overlaps: tuple[Statement, ...]
    notes: tuple[Statement, ...]
    missing: tuple[Statement, ...]
    complete: bool | None


def stack(
    whole: Offer,
    parts: Sequence[Offer],
    held: Iterable[Held],
    *,
    ties: Ties,
    at: datetime,
    divisible: bool = True,
    requirements: Sequence[Offer] = (),
) -> Stack:
    """What ``held`` adds up to towards ``whole``, of which ``parts`` are open to choose from.

    ``requirements`` are activities the whole requires and the learner doesn't hold.
    """
    counted, left_out = _choose(whole, held, ties, at, divisible=divisible)
    sums: dict[str, Decimal] = {}
    for row in counted:
        if row.offer.size.credits is not None:
            system = row.offer.size.system
            sums[system] = sums.get(system, Decimal(0)) + row.offer.size.credits
    known = [row.offer.size.hours for row in counted if row.offer.size.hours is not None]
    comparable = [(row, row.offer.level.reaches(whole.level)) for row in counted]
    at_level = sum((_amount(row.offer, whole) for row, high in comparable if high), Decimal(0))
    hours = sum(known, Decimal(0))
    missing = _missing_amounts(whole, sums, hours, at_level)
    enough = not missing
    missing += _missing_parts(whole, parts, counted, ties, enough=enough, divisible=divisible)
    missing += [_about("requirement_missing", offer) for offer in requirements]
    return Stack(
        counted=tuple(counted),
        left_out=tuple(left_out),
        credits=sums,
        hours=hours,
        without_hours=len(counted) - len(known),
        at_level=at_level,
        not_comparable=sum(high is None for _, high in comparable),
        overlaps=tuple(_overlaps(counted)),
        notes=tuple(_notes(whole, sums, divisible=divisible)),
        missing=tuple(missing),
        complete=None if unit_of(whole) is None or not divisible else not missing,
    )


def unit_of(whole: Offer) -> str | None:
    """What the whole is measured in: its credit system, else ``hours``, else nothing is known."""
    if whole.size.credits is not None:
        return whole.size.system
    return "hours" if whole.size.hours is not None else None


def _amount(offer: Offer, whole: Offer) -> Decimal:
    unit = unit_of(whole)
    if unit == "hours":
        return offer.size.hours or Decimal(0)
    return (offer.size.credits or Decimal(0)) if offer.size.system == unit else Decimal(0)


def _about(code: str, *offers: Offer, **params: object) -> Statement:
    ids, titles = tuple(o.activity for o in offers), tuple(o.title for o in offers)
    return Statement(code, {name: str(value) for name, value in params.items()}, ids, titles)


def _choose(
    whole: Offer, held: Iterable[Held], ties: Ties, at: datetime, *, divisible: bool
) -> tuple[list[Held], list[tuple[Held, Statement]]]:
    rows = sorted(held, key=lambda row: (row.awarded_on or date.max, row.offer.version))[::-1]
    kept: list[Held] = []
    out: list[tuple[Held, Statement]] = []
    seen: set[uuid.UUID] = set()
    for row in rows:
        why = None if divisible else _about("whole_indivisible", row.offer)
        why = why or _by_age(row, whole, at)
        if why is None and row.offer.activity in seen:
            why = _about("counted_once", row.offer)
        if why is not None:
            out.append((row, why))
            continue
        seen.add(row.offer.activity)
        kept.append(row)
    newest = _apart(kept, out, "superseded", ties.older, turned=True)
    return _apart(newest, out, "contained", ties.inside, turned=False), out


def _apart(
    rows: list[Held],
    out: list[tuple[Held, Statement]],
    code: str,
    ties: Mapping[uuid.UUID, AbstractSet[uuid.UUID]],
    *,
    turned: bool,
) -> list[Held]:
    """Those that no other stands for; a tie leads to what stands for it, or (turned) from it."""
    kept = []
    for row in rows:
        mine = row.offer.activity
        for other in rows:
            theirs = other.offer.activity
            if (mine in ties.get(theirs, ())) if turned else (theirs in ties.get(mine, ())):
                out.append((row, _about(code, row.offer, other.offer)))
                break
        else:
            kept.append(row)
    return kept


def _by_age(row: Held, whole: Offer, at: datetime) -> Statement | None:
    if row.valid_until is not None and row.valid_until < at:
        return _about("ended", row.offer, day=row.valid_until.date())
    cap = whole.max_age_months
    if cap is not None and row.awarded_on is not None:
        last = months_after(row.awarded_on, cap)
        if last < at.astimezone(UTC).date():
            return _about("too_old", row.offer, months=cap, day=last)
    return None


def _missing_amounts(
    whole: Offer, sums: Mapping[str, Decimal], hours: Decimal, at_level: Decimal
) -> list[Statement]:
    unit, found = unit_of(whole), []
    if unit is None:
        return []
    needed = whole.size.hours if unit == "hours" else whole.size.credits
    got = hours if unit == "hours" else sums.get(unit, Decimal(0))
    needed = needed or Decimal(0)
    if got < needed:
        params = {"amount": shown(needed - got), "of": shown(needed), "unit": unit}
        code = "hours_missing" if unit == "hours" else "credits_missing"
        found.append(Statement(code, params))
    percent = whole.min_percent_at_level
    if percent is not None and at_level * 100 < needed * percent:
        lacking = needed * percent / 100 - at_level
        params = {"amount": shown(lacking), "unit": unit, "percent": str(percent)}
        found.append(Statement("level_share_missing", params))
    return found


def _missing_parts(
    whole: Offer,
    parts: Sequence[Offer],
    counted: Sequence[Held],
    ties: Ties,
    *,
    enough: bool,
    divisible: bool,
) -> list[Statement]:
    """The parts still to take: all of them where only all together make up the whole."""
    unit, size = unit_of(whole), whole.size
    if not divisible or (enough and unit is not None):
        return []
    have = {row.offer.activity for row in counted}
    have |= {old for one in have for old in ties.older.get(one, ())}
    rest = [
        part
        for part in parts
        if part.activity not in have
        and not ties.older.get(part.activity, frozenset()) & have
        and (unit is None or _amount(part, whole))
    ]
    if not rest:
        return [] if unit is None else [Statement("no_part_left")]
    needed = (size.hours if unit == "hours" else size.credits) or Decimal(0)
    total = sum((_amount(part, whole) for part in parts), Decimal(0))
    return [_about("parts_choose" if total > needed or unit is None else "parts_all", *rest)]


def _overlaps(counted: Sequence[Held]) -> list[Statement]:
    found = []
    for one, other in combinations(counted, 2):
        shared = one.offer.skills & other.offer.skills
        if shared:
            skills = " ".join(sorted(shared))
            found.append(
                _about("overlap", one.offer, other.offer, skills=skills, count=len(shared))
            )
    return found[:MAX_OVERLAPS]


def _notes(whole: Offer, sums: Mapping[str, Decimal], *, divisible: bool) -> list[Statement]:
    unit, found = unit_of(whole), []
    if not divisible:
        found.append(Statement("indivisible"))
    if unit is None:
        found.append(Statement("size_unknown"))
    for system, amount in sorted(sums.items()):
        if unit is not None and system != unit:
            params = {"amount": shown(amount), "unit": system, "whole": unit}
            found.append(Statement("credits_apart", params))
    return found
