"""Merkle tree hashes, inclusion and consistency proofs (RFC 6962 2.1; RFC 9162 2.1).

A node is named by ``(level, index)``: level 0 are the leaf hashes, and node ``(l, i)`` is the root
of the 2^l leaves from ``i * 2^l`` on. Only such complete subtrees are ever stored; everything else
is put together from them, so that an append costs one hash on average and a proof log2(n) reads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from credentials.errors import InvalidProof

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
MAX_SIZE = 2**63

Read = Callable[[int, int], bytes]
"""``read(level, index)``: the hash of a complete subtree, 32 bytes."""


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 ‖ data): RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right): RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_hash(size: int, read: Read) -> bytes:
    """The root of the first ``size`` leaves."""
    return _range(0, size, read) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, read: Read) -> list[bytes]:
    """The audit path of leaf ``index`` in the tree of ``size`` leaves, from its sibling up.

    RFC 6962 section 2.1.1. Raises ``ValueError`` unless ``0 <= index < size``.
    """
    if not 0 <= index < size:
        raise ValueError(f"Leaf {index} isn't in a tree of {size}.")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range(middle, end, read))
            end = middle
        else:
            path.append(_range(start, middle, read))
            start = middle
    return path[::-1]


def consistency_proof(first: int, second: int, read: Read) -> list[bytes]:
    """The proof that the tree of ``second`` leaves begins with that of ``first``.

    RFC 6962 section 2.1.2. Empty where the sizes are equal or ``first`` is 0. Raises
    ``ValueError`` unless ``0 <= first <= second``.
    """
    if not 0 <= first <= second:
        raise ValueError(f"A tree of {second} can't continue one of {first}.")
    if first in (0, second):
        return []
    start, end, path, whole = 0, second, [], True
    while end != first:
        middle = start + _split(end - start)
        if first <= middle:
            path.append(_range(middle, end, read))
            end = middle
        else:
            path.append(_range(start, middle, read))
            start, whole = middle, False
    # The old root itself is known to whoever asks; any other subtree isn't.
    if not whole:
        path.append(_range(start, end, read))
    return path[::-1]


def verify_inclusion(
    *, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """Return if ``leaf`` (a leaf hash) stands at ``index`` under ``root``; else ``InvalidProof``.

    RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size <= MAX_SIZE:
        raise _refused("The entry's number lies outside the tree.")
    _lengths(proof)
    fn, sn, found = index, size - 1, leaf
    for step in proof:
        if sn == 0:
            raise _refused("The proof is longer than the tree is high.")
        if fn & 1 or fn == sn:
            found = node_hash(step, found)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node_hash(found, step)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0 or found != root:
        raise _refused("The proof doesn't lead from this entry to this root.")


def verify_consistency(
    *, first: int, first_root: bytes, second: int, second_root: bytes, proof: Sequence[bytes]
) -> None:
    """Return if the second tree begins with the first; else ``InvalidProof``.

    RFC 9162 section 2.1.4.2.
    """
    if not 0 <= first <= second <= MAX_SIZE:
        raise _refused("A later tree isn't smaller.")
    _lengths(proof)
    if first in (0, second):
        roots_agree = first_root == (second_root if first else EMPTY_ROOT)
        if proof or not roots_agree:
            raise _refused("The two trees aren't the same.")
        return
    path = list(proof)
    if first & (first - 1) == 0:
        path.insert(0, first_root)
    if not path:
        raise _refused("The proof is empty.")
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old = new = path[0]
    for step in path[1:]:
        if sn == 0:
            raise _refused("The proof is longer than the tree is high.")
        if fn & 1 or fn == sn:
            old, new = node_hash(step, old), node_hash(step, new)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            new = node_hash(new, step)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0 or old != first_root or new != second_root:
        raise _refused("The later tree doesn't continue the earlier one.")


@dataclass
class Frontier:
    """The right edge of a tree: what is needed to append, and nothing else.

    ``peaks`` are the roots of the complete subtrees that the size's bits stand for, largest
    first.
    """

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    @classmethod
    def at(cls, size: int, read: Read) -> Frontier:
        """The frontier of a stored tree; log2(size) reads."""
        peaks, start = [], 0
        for level in reversed(range(size.bit_length())):
            if size >> level & 1:
                peaks.append(read(level, start >> level))
                start += 1 << level
        return cls(size, peaks)

    def append(self, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Add a leaf hash; yields each subtree it completes, as ``(level, index, hash)``."""
        level, index, current = 0, self.size, leaf
        yield level, index, current
        while index & 1:
            current = node_hash(self.peaks.pop(), current)
            level, index = level + 1, index >> 1
            yield level, index, current
        self.peaks.append(current)
        self.size += 1

    @property
    def root(self) -> bytes:
        """The root of the tree as it stands."""
        if not self.peaks:
            return EMPTY_ROOT
        found = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            found = node_hash(peak, found)
        return found


def _split(size: int) -> int:
    """The largest power of two below ``size`` (which is at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def _range(start: int, end: int, read: Read) -> bytes:
    """The hash over leaves ``start`` to ``end``, as RFC 6962 splits them.

    ``start`` is a multiple of the largest power of two in the length, as in all proofs here.
    """
    peaks = []
    while start < end:
        level = (end - start).bit_length() - 1
        peaks.append(read(level, start >> level))
        start += 1 << level
    found = peaks.pop()
    while peaks:
        found = node_hash(peaks.pop(), found)
    return found


def _lengths(proof: Sequence[bytes]) -> None:
    if any(len(step) != HASH_BYTES for step in proof):
        raise _refused("Every step of a proof has 32 bytes.")


def _refused(message: str) -> InvalidProof:
    return InvalidProof("inclusion.invalid_proof", message)
