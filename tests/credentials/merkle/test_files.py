"""Tiles, notes and proof files: written and read back, and refused in any other form."""

import base64
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials.errors import CredentialError, InvalidProof, Malformed, Unsupported
from credentials.keys import Algorithm, PrivateKey
from credentials.merkle import (
    Checkpoint,
    Cosigner,
    Frontier,
    Note,
    NoteSigner,
    NoteVerifier,
    ProofFile,
    Tile,
    TileHashes,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    new_tiles,
    root_hash,
    verify_consistency,
)
from credentials.merkle.notes import open_checkpoint
from credentials.merkle.tiles import pack_entries, unpack_entries

LOG = NoteSigner("registry.example/log", PrivateKey.generate())
WITNESS = Cosigner("witness.example", PrivateKey.generate())


class Published:
    """A log that publishes after each of the given sizes."""

    def __init__(self, *sizes):
        self.files, self.roots, nodes, frontier, before = {}, {}, {}, Frontier(), 0
        for size in sizes:
            for n in range(before, size):
                leaf = leaf_hash(b"%d" % n)
                nodes |= {(lv, i): value for lv, i, value in frontier.append(leaf)}
            for tile in new_tiles(before, size):
                row = [nodes[tile.level * 8, tile.index * 256 + i] for i in range(tile.width)]
                self.files[tile.path] = b"".join(row)
            self.roots[size], before = frontier.root, size

    def fetch(self, tile):
        return self.files[tile.path]


@pytest.mark.parametrize("sizes", [(1,), (255, 256, 257), (3, 700, 70_000), (65_536, 65_537)])
def test_roots_and_proofs_come_from_the_published_tiles(sizes):
    log = Published(*sizes)
    for size in sizes:
        hashes = TileHashes(size, log.fetch)
        assert root_hash(size, hashes.read) == log.roots[size]
        proof = inclusion_proof(size // 2, size, hashes.read)
        checkpoint = Checkpoint(LOG.name, size, log.roots[size])
        note = bytes(LOG.sign(checkpoint.text))
        file = ProofFile(size // 2, tuple(proof), note, extra=b"salt")
        read = ProofFile.parse(bytes(file))
        assert read == file
        assert read.verify(leaf_hash(b"%d" % (size // 2)), log=LOG.verifier) == checkpoint
        with pytest.raises(InvalidProof):
            read.verify(leaf_hash(b"other"), log=LOG.verifier)
    for first, second in pairwise(sizes):
        proof = consistency_proof(first, second, TileHashes(second, log.fetch).read)
        verify_consistency(
            first=first,
            first_root=log.roots[first],
            second=second,
            second_root=log.roots[second],
            proof=proof,
        )


def test_a_tile_of_another_length_is_refused():
    log = Published(300)
    log.files["tile/0/001.p/44"] = log.files["tile/0/001.p/44"][:-1]
    with pytest.raises(Malformed) as caught:
        root_hash(300, TileHashes(300, log.fetch).read)
    assert caught.value.code == "ledger.tile"


@given(st.integers(0, 10**15 - 1), st.sampled_from([None, *range(7)]), st.integers(1, 256))
def test_a_tile_is_read_from_its_own_path(index, level, width):
    tile = Tile(level, index, width)
    assert Tile.parse(tile.path) == tile
    assert tile.full.width == 256


@pytest.mark.parametrize(
    "path",
    ["", "tile/0/0", "tile/0/x000/001", "tile/7/000", "tile/0/000.p/256", "tile/0/000.p/0",
     "tile/00/000", "tile/0/000.p/01", "tile/0/000\n", "/tile/0/000", "tile/0/x1/000",
     "tile/-1/000", "tile/0/٠٠٠"],
)  # fmt: skip
def test_any_other_path_is_refused(path):
    with pytest.raises(Malformed):
        Tile.parse(path)


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_entries_are_packed_and_unpacked(entries):
    assert unpack_entries(pack_entries(entries)) == entries


def test_entries_have_a_limit_and_an_end():
    with pytest.raises(ValueError, match="65,535"):
        pack_entries([bytes(65_536)])
    for cut in (b"\0", b"\0\2a"):
        with pytest.raises(Malformed):
            unpack_entries(cut)


def test_a_checkpoint_is_opened_with_the_logs_key_and_its_witnesses():
    checkpoint = Checkpoint(LOG.name, 7, bytes(32))
    note = WITNESS.cosign(LOG.sign(checkpoint.text), 1_800_000_000)
    opened = open_checkpoint(bytes(note), log=LOG.verifier, witnesses=[WITNESS.verifier])
    assert opened == (checkpoint, (WITNESS.verifier,))
    assert note.cosigned_at(WITNESS.verifier) == 1_800_000_000
    assert note.cosigned_at(Cosigner("other", WITNESS.key).verifier) is None


def test_a_checkpoint_of_another_log_is_refused():
    note = LOG.sign(Checkpoint("other.example/log", 7, bytes(32)).text)
    with pytest.raises(InvalidProof) as caught:
        open_checkpoint(bytes(note), log=LOG.verifier)
    assert caught.value.code == "inclusion.other_log"


def test_a_cosignature_alone_is_no_checkpoint():
    text = Checkpoint(LOG.name, 7, bytes(32)).text
    note = WITNESS.cosign(Note(text, ()), 1)
    with pytest.raises(InvalidProof):
        open_checkpoint(bytes(note), log=LOG.verifier, witnesses=[WITNESS.verifier])


def test_unknown_signatures_are_ignored_and_a_wrong_known_one_refuses():
    text = Checkpoint(LOG.name, 7, bytes(32)).text
    other = NoteSigner(LOG.name, PrivateKey.generate())
    both = LOG.sign(text).with_signature(other.sign(text).signatures[0])
    assert both.verify([LOG.verifier]) == (LOG.verifier,)
    forged = Note(text, (other.sign(text).signatures[0],))
    with pytest.raises(InvalidProof):
        forged.verify([LOG.verifier])
    changed = Note(text.replace("7", "8"), both.signatures)
    with pytest.raises(InvalidProof):
        changed.verify([LOG.verifier])
    cosigned = WITNESS.cosign(LOG.sign(text), 5)
    late = cosigned.signatures[-1]
    moved = type(late)(late.name, late.key_id, (6).to_bytes(8, "big") + late.data[8:])
    for bad in (moved, type(late)(late.name, late.key_id, late.data[:-1])):
        with pytest.raises(InvalidProof):
            LOG.sign(text).with_signature(bad).verify([WITNESS.verifier])


NOTE = bytes(LOG.sign(Checkpoint(LOG.name, 7, bytes(32)).text))


@given(st.integers(0, len(NOTE) - 1), st.integers(1, 255))
def test_any_changed_byte_of_a_checkpoint_is_noticed(place, mask):
    changed = bytearray(NOTE)
    changed[place] ^= mask
    with pytest.raises(CredentialError):
        open_checkpoint(bytes(changed), log=LOG.verifier)


@given(st.binary(max_size=200))
def test_no_bytes_make_a_reader_fall_over(raw):
    for parse in (Note.parse, ProofFile.parse):
        with pytest.raises(Malformed):
            parse(raw)
        with pytest.raises(Malformed):
            parse(b"c2sp.org/tlog-proof@v1\n" + raw)


@pytest.mark.parametrize(
    "text",
    ["", "a\n1\n", f"a\n01\n{base64.b64encode(bytes(32)).decode()}\n",
     f"a\n-1\n{base64.b64encode(bytes(32)).decode()}\n", "a\n1\nAA==\n",
     f"a\n9999999999999999999\n{base64.b64encode(bytes(32)).decode()}\n",
     f"\n1\n{base64.b64encode(bytes(32)).decode()}\n",
     f"a\n1\n{base64.b64encode(bytes(32)).decode()}"],
)  # fmt: skip
def test_a_checkpoint_in_any_other_form_is_refused(text):
    with pytest.raises(Malformed):
        Checkpoint.parse(text)


def test_a_verifier_key_says_what_it_is():
    key = str(LOG.verifier)
    assert NoteVerifier.parse(key) == LOG.verifier
    assert NoteVerifier.parse(str(WITNESS.verifier)) == WITNESS.verifier
    name, stated, encoded = key.split("+", 2)
    other = base64.b64encode(b"\x05" + LOG.key.public.data).decode()
    for bad, error in (
        (f"{name}+00000000+{encoded}", Malformed),
        (f"{name}+{stated}", Malformed),
        (f"+{stated}+{encoded}", Malformed),
        (f"{name}+{stated}+{other}", Unsupported),
    ):
        with pytest.raises(error):
            NoteVerifier.parse(bad)


def test_a_signer_has_a_name_and_an_ed25519_key():
    with pytest.raises(ValueError, match="no space"):
        NoteSigner("two words", LOG.key)
    with pytest.raises(ValueError, match="Ed25519"):
        NoteSigner("name", PrivateKey.generate(Algorithm.P256))
    for text in ("no newline", "tab\tbed\n"):
        with pytest.raises(ValueError, match="newline"):
            LOG.sign(text)
