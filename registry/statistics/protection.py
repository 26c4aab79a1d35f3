"""Small groups are left out everywhere, so that no subtraction brings them back. Pure.

Every published number of awards counts the same set of awards: the largest one in which each cell
of each published table, and each part of a cell that a published sum rests on, holds none or at
least ``threshold``. It is found by taking out the awards of every cell that holds fewer, from all
tables at once, until none is left. What is taken out enters no figure and no total; a cell with
nothing left is published as "under five, perhaps none".

Why nothing can be computed back: all published numbers are functions of the set that is left. Put
none, one, or up to ``threshold`` - 1 further awards into a hidden cell: the procedure takes them
out again, and publishes the very same numbers. So no reader can tell these cases apart, whatever
they know of totals, of other tables, or of the method. ``docs/statistics.md`` says it at length.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def without_small_groups(
    atoms: Mapping[Key, int], cells_of: Callable[[Key], Iterable[Hashable]], threshold: int
) -> set[Key]:
    """The atoms (groups of like awards, with their numbers) that may be counted.

    ``cells_of`` names the cells in which all awards of an atom lie. The largest such set is one:
    the union of two that hold is one that holds. Time and memory grow with atoms times cells.
    """
    keys = list(atoms)
    numbers: dict[Hashable, int] = {}
    members: list[array[int]] = []
    counts: list[int] = []
    places: list[array[int]] = []
    for index, key in enumerate(keys):
        mine = array("L")
        for cell in cells_of(key):
            number = numbers.setdefault(cell, len(counts))
            if number == len(counts):
                counts.append(0)
                members.append(array("L"))
            counts[number] += atoms[key]
            members[number].append(index)
            mine.append(number)
        places.append(mine)
    gone = bytearray(len(keys))
    small = deque(number for number, count in enumerate(counts) if 0 < count < threshold)
    while small:
        for index in members[small.popleft()]:
            if gone[index]:
                continue
            gone[index] = 1
            for number in places[index]:
                before = counts[number]
                counts[number] -= atoms[keys[index]]
                if before >= threshold > counts[number] > 0:
                    small.append(number)
    return {key for index, key in enumerate(keys) if not gone[index]}
