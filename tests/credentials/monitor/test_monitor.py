"""A dishonest registry, played over HTTP: whatever it rewrites, the monitor cries out."""

import json
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from credentials import cli, watching
from credentials.encoding import sha256
from credentials.errors import CredentialError, Malformed, SourceUnavailable
from credentials.http_sources import SiteFiles
from credentials.keys import PrivateKey
from credentials.merkle import Cosigner, Note
from credentials.merkle.notes import open_checkpoint
from credentials.merkle.tiles import pack_entries
from credentials.monitor import CODES, EXIT, Mirror, compare, look
from tests.conftest import ROOT
from tests.credentials.logs import Log
from tests.credentials.monitor.site import served
from tests.credentials.world import AT

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture(scope="module")
def site():
    with served() as (url, shown):
        yield url, shown


@pytest.fixture
def watch(site, tmp_path):
    """Look at what a log shows now; returns the codes cried out, and the look."""
    url, shown = site

    def act(log, *, at=AT, **more):
        log.publish()
        return see(log.files, log.verifier, at=at, **more)

    def see(files, verifier, *, at=AT, **more):
        shown.clear()
        shown.update(files)
        act.mirror = Mirror(tmp_path / "state", verifier)
        came = look(SiteFiles(url), act.mirror, at=at, **more)
        return [alarm.code for alarm in came.alarms], came

    act.see = see
    return act


def honest(count=5):
    log = Log()
    log.fill(count)
    return log


# --- An honest log gives no alarm ---------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_an_honest_log_is_followed_through_any_growth(watch, seed):
    chance, log = random.Random(seed), Log()
    for number in range(9):
        log.fill(chance.choice([0, 1, 2, 100, 255, 256, 257]))
        codes, came = watch(log, at=AT + number * MINUTE, recheck=chance.choice([0, 3, None]))
        assert (codes, came.checkpoint.size) == ([], len(log.leaves)), seed
    assert len(watch.mirror.checkpoints()) >= 2


def test_an_empty_log_and_one_that_stands_still(watch):
    log = Log()
    assert watch(log)[0] == []
    log.fill(3)
    assert [watch(log)[0], watch(log)[1].new_entries] == [[], 0]


def test_partial_tiles_may_be_cleared_away(watch):
    log = honest(250)
    assert watch(log)[0] == []
    log.fill(10)
    log.publish()
    old = dict(log.files)
    for path in [path for path in old if path.endswith(".p/250")]:
        del old[path]
    assert watch.see(old, log.verifier, recheck=None)[0] == []


# --- A dishonest one ------------------------------------------------------------------------------


def test_a_fork_of_the_same_size_is_a_split_view(watch):
    log = honest()
    other = log.copy()
    log.fill(1)
    other.fill(1)
    assert watch(log)[0] == []
    codes, _ = watch(other)
    assert codes == ["monitor.split_view"]
    assert watch(other)[0] == codes, "it cries out as long as it is shown"
    assert watch(log)[0] == []


@pytest.mark.parametrize("grown", [1, 300])
def test_a_fork_that_grew_is_caught(watch, grown):
    log = honest(300)
    assert watch(log)[0] == []
    log.leaves[7] = replace(log.leaves[7], digest=sha256(b"other"))
    log.fill(grown)
    assert watch(log)[0] == ["monitor.dropped"]


def test_a_dropped_entry_is_caught_and_named(watch):
    log = honest(300)
    assert watch(log)[0] == []
    gone = log.leaves.pop(41)
    log.fill(20)
    codes, came = watch(log)
    assert codes == ["monitor.dropped"]
    assert came.alarms[0].params == {"index": "41", "was": bytes(gone).decode()}


def test_entries_dropped_from_the_end_are_caught(watch):
    log = honest(300)
    assert watch(log)[0] == []
    del log.leaves[290:]
    assert watch(log)[0] == ["monitor.went_back"]


def test_a_reordered_log_is_caught(watch):
    log = honest(300)
    assert watch(log)[0] == []
    log.leaves[3], log.leaves[200] = log.leaves[200], log.leaves[3]
    log.fill(5)
    assert watch(log)[0] == ["monitor.reordered"]


def test_an_entry_pushed_in_between_is_caught(watch):
    log = honest(300)
    assert watch(log)[0] == []
    log.enter(sha256(b"late"))
    log.leaves.insert(100, log.leaves.pop())
    assert watch(log)[0] == ["monitor.inserted"]


def test_a_root_that_no_entries_lead_to_is_caught(watch):
    log = honest(300)
    assert watch(log)[0] == []
    other = log.copy()
    other.leaves[7] = replace(other.leaves[7], digest=sha256(b"other"))
    other.fill(2)
    other.publish()
    log.fill(2)
    log.publish()
    assert watch.see(log.files | {"checkpoint": other.files["checkpoint"]}, log.verifier)[0] == [
        "monitor.forked"
    ]


def test_an_entry_dated_before_the_last_look_is_backdated(watch):
    log = honest()
    assert watch(log, at=AT + 3 * DAY)[0] == []
    log.enter(sha256(b"new"), at=AT + DAY, entered=AT + DAY)
    assert watch(log, at=AT + 4 * DAY)[0] == ["monitor.backdated"]


def test_an_act_long_before_its_entry_is_backdated(watch):
    log = honest()
    assert watch(log)[0] == []
    log.enter(sha256(b"new"), at=AT - 30 * DAY, entered=AT + MINUTE)
    codes, came = watch(log, at=AT + MINUTE)
    assert (codes, came.alarms[0].params["index"]) == (["monitor.backdated"], "5")
    log.enter(sha256(b"slow"), at=AT, entered=AT + 20 * MINUTE)
    assert watch(log, at=AT + 20 * MINUTE)[0] == []
    log.enter(sha256(b"slow"), at=AT, entered=AT + 30 * MINUTE)
    assert watch(log, at=AT + 30 * MINUTE, tolerance=10 * MINUTE)[0] == ["monitor.backdated"]


def test_what_stood_there_before_the_first_look_is_noted(watch):
    log = honest()
    log.enter(sha256(b"old"), at=AT - 30 * DAY, entered=AT)
    codes, came = watch(log)
    assert (codes, len(came.notes)) == ([], 1)
    assert "1 entries" in came.notes[0]


def test_the_future_and_a_time_that_goes_back_are_caught(watch):
    log = honest()
    assert watch(log)[0] == []
    log.enter(sha256(b"next year"), at=AT + 365 * DAY)
    log.enter(sha256(b"now"), at=AT + MINUTE)
    codes, _ = watch(log, at=AT + MINUTE)
    assert codes == ["monitor.postdated", "monitor.out_of_order"]


@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"])
def test_a_rewritten_tile_is_caught(watch, path):
    log = honest(300)
    assert watch(log)[0] == []
    files = dict(log.files)
    assert files[path]
    files[path] = bytes(32) + files[path][32:]
    codes, came = watch.see(files, log.verifier)
    assert (codes, came.alarms[0].params["tile"]) == (["monitor.tile_rewritten"], path)
    assert watch.see(files, log.verifier, recheck=None)[0] == codes


def test_rewritten_entries_are_caught(watch):
    log = honest(600)
    assert watch(log)[0] == []
    files, rows = dict(log.files), [bytes(leaf) for leaf in log.leaves[:256]]
    rows[9] = bytes(replace(log.leaves[9], at=AT - DAY))
    files["tile/entries/000"] = pack_entries(rows)
    assert watch.see(files, log.verifier)[0] == ["monitor.tile_rewritten"]
    files["tile/entries/000"] = b"\xff"
    assert watch.see(files, log.verifier)[0] == ["monitor.tile_rewritten"]


@pytest.mark.parametrize("path", ["tile/0/000", "tile/entries/000", "tile/entries/001.p/44"])
def test_a_missing_tile_is_caught(watch, path):
    log = honest(300)
    log.publish()
    cut = {name: data for name, data in log.files.items() if name != path}
    assert watch.see(cut, log.verifier)[0] == ["monitor.tile_missing"]
    assert watch(log)[0] == []
    assert watch.see(cut, log.verifier)[0] == ["monitor.tile_missing"]


def test_what_is_no_entry_is_caught(watch):
    log = honest()
    watch(log)

    class Odd:
        entered = AT

        def __bytes__(self):
            return b'{"act":"award"}'

        @property
        def hash(self):
            from credentials.merkle import leaf_hash

            return leaf_hash(bytes(self))

    log.leaves.append(Odd())
    assert watch(log)[0] == ["monitor.not_an_entry"]


def test_a_checkpoint_that_the_log_did_not_sign_is_caught(watch):
    log = honest()
    watch(log)
    other = honest()
    other.publish()
    assert watch.see(other.files, log.verifier)[0] == ["monitor.not_signed"]
    assert watch.see({"checkpoint": b"x"}, log.verifier)[0] == ["monitor.not_signed"]


def test_a_broken_tile_while_reading_is_caught(watch):
    log = honest(300)
    log.publish()
    for data in (b"\xff", pack_entries([b"x"])):
        files = log.files | {"tile/entries/000": data}
        assert watch.see(files, log.verifier)[0] == ["monitor.tile_missing"]


# --- Two views ------------------------------------------------------------------------------------


def test_views_of_others_are_compared(watch):
    """The learner's proof file is from the fork that was made for her."""
    log = honest()
    other = log.copy()
    place = other.enter(sha256(b"hers"))
    other.publish()
    log.fill(3)
    assert watch(log)[0] == []
    alarm = compare(bytes(other.proof(place)), watch.mirror)
    assert alarm.code == "monitor.split_view"
    assert compare(bytes(log.proof(0)), watch.mirror) is None
    assert compare(log.files["checkpoint"], watch.mirror) is None
    log.fill(1)
    log.publish()
    with pytest.raises(Malformed):
        compare(log.files["checkpoint"], watch.mirror)
    with pytest.raises(CredentialError):
        compare(b"x", watch.mirror)


def test_a_witness_cosigns_what_it_found_right_and_nothing_else(watch):
    witness, log = Cosigner("witness.example", PrivateKey.generate()), honest()
    _, came = watch(log, witness=witness)
    note = Note.parse(came.cosigned)
    assert note.cosigned_at(witness.verifier) == int(AT.timestamp())
    _, names = open_checkpoint(came.cosigned, log=log.verifier, witnesses=[witness.verifier])
    assert names == (witness.verifier,)
    log.leaves.pop(0)
    log.fill(4)
    assert watch(log, witness=witness)[1].cosigned is None


# --- The monitor's own folder ---------------------------------------------------------------------


def test_evidence_is_kept(watch, tmp_path):
    log = honest()
    watch(log)
    log.leaves.pop(0)
    log.fill(4)
    watch(log)
    (row,) = map(json.loads, (tmp_path / "state/alarms.jsonl").read_text().splitlines())
    assert row["code"] == "monitor.dropped"
    signed = (tmp_path / "state" / row["evidence"]).read_bytes()
    assert open_checkpoint(signed, log=log.verifier)[0].size == len(log.leaves)


def test_a_damaged_folder_is_no_alarm_and_no_all_clear(watch, tmp_path):
    log = honest(300)
    watch(log)
    (tmp_path / "state/tile/0/000").write_bytes(bytes(8192))
    with pytest.raises(Malformed) as refused:
        watch(log)
    assert refused.value.code == "monitor.state"


@pytest.mark.parametrize("name", ["last.json", "tile/entries/001"])
def test_other_damage(watch, tmp_path, name):
    log = honest(300)
    watch(log)
    (tmp_path / "state" / name).write_bytes(b"\xff")
    log.fill(1)
    with pytest.raises(Malformed):
        watch(log)


def test_one_folder_watches_one_log(watch, tmp_path):
    watch(honest())
    with pytest.raises(Malformed):
        Mirror(tmp_path / "state", honest().verifier)


def test_two_looks_do_not_run_at_once(watch):
    log = honest()
    watch(log)
    with watch.mirror.held(), pytest.raises(Malformed):
        watch(log)


def test_a_log_out_of_reach_is_not_known(watch):
    log = honest()
    with pytest.raises(Malformed):
        watch.see({}, log.verifier)
    with pytest.raises(SourceUnavailable):
        watch.see({"checkpoint": 500}, log.verifier)


# --- The command ----------------------------------------------------------------------------------


@pytest.fixture
def run(site, tmp_path, capsys, monkeypatch):
    url, shown = site
    monkeypatch.setattr(watching, "look", lambda *a, **k: look(*a, **{**k, "at": AT}))

    def act(log, *words, address=url):
        shown.clear()
        shown.update(log.files)
        arguments = ["monitor", address, "--state", str(tmp_path / "state")]
        key = [] if "--trust" in words else ["--log-key", str(log.verifier)]
        code = cli.main([*arguments, *key, *words])
        said = capsys.readouterr()
        return code, said.out + said.err

    return act


def test_exit_codes(run, tmp_path):
    log = honest(300)
    log.publish()
    code, said = run(log)
    assert (code, "300 entries, 300 new" in said) == (0, True)
    good = dict(log.files)
    log.files = good | {"tile/0/000": bytes(8192)}
    assert run(log)[0] == 11
    log.files = dict(good)
    log.enter(sha256(b"x"), at=AT - 9 * DAY, entered=AT)
    log.publish()
    assert run(log)[0] == 12
    other = log.copy()
    other.leaves.pop(4)
    other.fill(1)
    other.publish()
    code, said = run(other)
    assert (code, "monitor.split_view" in said) == (10, True)
    (tmp_path / "theirs").write_bytes(bytes(other.proof(7)))
    assert run(log, "--seen", str(tmp_path / "theirs"))[0] == 10
    assert run(log, "--all")[0] == 0
    log.files = {"checkpoint": b"x"}
    assert run(log)[0] == 1
    log.files = {"checkpoint": 503}
    assert run(log)[0] == 2


def test_the_command_for_machines_and_witnesses(run, tmp_path, monkeypatch):
    log = honest()
    log.publish()
    monkeypatch.setenv("WITNESS", "Ed25519:" + "A" * 42 + "E")
    (tmp_path / "trust.json").write_text(json.dumps({"ledger": {"verifier": str(log.verifier)}}))
    words = ["--trust", str(tmp_path / "trust.json"), "--json"]
    words += ["--witness", "w.example", "--witness-key", "env:WITNESS"]
    code, said = run(log, *words)
    value = json.loads(said)
    assert (code, value["size"], value["new"], value["alarms"]) == (0, 5, 5, [])
    assert "w.example" in value["cosigned"]
    log.leaves.pop()
    log.publish()
    code, said = run(log, *words)
    assert (code, json.loads(said)["alarms"][0]["code"]) == (10, "monitor.went_back")


def test_called_wrongly(run, tmp_path):
    log = honest()
    log.publish()
    assert run(log, "--witness", "x")[0] == 64
    assert run(log, address="ftp://x")[0] == 64
    (tmp_path / "trust.json").write_text("{}")
    assert run(log, "--trust", str(tmp_path / "trust.json"))[0] == 64
    assert cli.main(["monitor", "http://x", "--state", str(tmp_path / "s")]) == 64


def test_every_code_has_an_exit_code_and_a_row():
    text = (ROOT / "docs/codes.md").read_text(encoding="utf-8")
    assert {code for code in CODES if f"`{code}`" not in text} == set()
    assert 0 not in EXIT.values()
