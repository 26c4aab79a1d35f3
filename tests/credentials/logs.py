"""A registry's log in memory: what it enters, and the files that it publishes of it."""

import secrets
from datetime import timedelta

from credentials.encoding import sha256
from credentials.keys import PrivateKey
from credentials.merkle import (
    Checkpoint,
    Frontier,
    NoteSigner,
    ProofFile,
    Tile,
    TileHashes,
    inclusion_proof,
    new_tiles,
)
from credentials.merkle.leaves import Leaf, salted
from credentials.merkle.tiles import pack_entries
from tests.credentials.world import AT

NAME = "registry.example/ledger"


class Log:
    """Entries in order; ``publish`` makes the files of the tree as it stands."""

    def __init__(self, name=NAME, key=None):
        self.signer = NoteSigner(name, key or PrivateKey.generate())
        self.leaves, self.salts, self.files, self.published = [], [], {}, 0

    @property
    def verifier(self):
        return self.signer.verifier

    def copy(self):
        """The same log under the same key, to be continued in another way."""
        other = Log(self.signer.name, self.signer.key)
        other.leaves, other.salts = list(self.leaves), list(self.salts)
        other.files, other.published = dict(self.files), self.published
        return other

    def enter(self, digest, *, act="award", at=AT, entered=None):
        """Append an act; returns its place."""
        self.salts.append(secrets.token_bytes(32))
        leaf = Leaf(act, at, salted(self.salts[-1], digest), entered or at)
        self.leaves.append(leaf)
        return len(self.leaves) - 1

    def fill(self, count, *, at=AT):
        for _ in range(count):
            self.enter(secrets.token_bytes(32), at=at)

    def publish(self):
        """Sign the tree as it stands and write its files; returns the checkpoint."""
        nodes, frontier = {}, Frontier()
        for leaf in self.leaves:
            nodes |= {(lv, i): value for lv, i, value in frontier.append(leaf.hash)}
        for tile in new_tiles(0, len(self.leaves)):
            rows = (nodes[tile.level * 8, tile.index * 256 + n] for n in range(tile.width))
            self.files[tile.path] = b"".join(rows)
        for index in range(-(-len(self.leaves) // 256)):
            rows = self.leaves[index * 256 : (index + 1) * 256]
            self.files[Tile(None, index, len(rows)).path] = pack_entries([bytes(r) for r in rows])
        checkpoint = Checkpoint(self.signer.name, len(self.leaves), frontier.root)
        self.files["checkpoint"] = bytes(self.signer.sign(checkpoint.text))
        self.published = len(self.leaves)
        return checkpoint

    def proof(self, index):
        """The proof file of an entry, under what was published last."""
        read = TileHashes(self.published, lambda tile: self.files[tile.path]).read
        path = tuple(inclusion_proof(index, self.published, read))
        extra = self.leaves[index].proof_extra(self.salts[index])
        return ProofFile(index, path, self.files["checkpoint"], extra)


def entered(raw, *, before=3, after=4, late=timedelta(0), act="award"):
    """A log that holds a credential among others, and the credential's proof."""
    log = Log()
    log.fill(before)
    place = log.enter(sha256(raw), act=act, at=AT, entered=AT + late)
    log.fill(after)
    log.publish()
    return log, log.proof(place)
