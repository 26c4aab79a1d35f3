"""The whole register as dated files: made once, then served as they are.

A file a day, and not an answer made for each GET: at 200,000 activities the rows take minutes to
write, and whoever downloads wants a state that has a name, a digest and a cursor. The files lie in
``REGISTER_DIR``; a day's folder appears whole or not at all.

Lines are JSON, one for each registered version (``ndjson``: our own documents) or for each activity
as it stands (``elm``: JSON-LD). What changes while they are written may be in them or not; the
manifest's cursor was read before, so that the feed from there brings everything.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from registry.activities.changes import head
from registry.activities.facts import published_register
from registry.activities.publication import Published, render
from registry.activities.publication.values import moment
from registry.common.errors import NotFound

MEDIA_TYPE = "application/x-ndjson"
KINDS = {"json": "ndjson", "elm": "elm.ndjson"}
"""The kinds of a download by the format of its lines, with the end of its file's name."""
_NAME = re.compile(r"register-(\d{4}-\d{2}-\d{2})\.(?:ndjson|elm\.ndjson)")
_CHUNK = 64 * 1024
_LEFT_OVER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DownloadFile:
    """One file of a day. Sizes in bytes, digests in hexadecimal (SHA-256), plain and gzipped."""

    name: str
    format: str
    lines: int
    size: int
    sha256: str
    gzip_size: int
    gzip_sha256: str


@dataclass(frozen=True, slots=True)
class Download:
    """A day's state of the register. ``cursor`` is where its feed goes on."""

    day: date
    made_at: datetime
    cursor: int
    activities: int
    versions: int
    files: tuple[DownloadFile, ...]


@dataclass
class _Writer:
    """Lines into a gzip file, counted and digested on the way."""

    format: str
    name: str
    raw: IO[bytes]
    plain: Any = field(default_factory=hashlib.sha256)
    lines: int = 0
    size: int = 0

    def __post_init__(self) -> None:
        # No time and no name inside: the same lines give the same file.
        self.file = gzip.GzipFile(
            filename="", mode="wb", fileobj=self.raw, mtime=0, compresslevel=6
        )

    def write(self, line: bytes) -> None:
        """One line."""
        line += b"\n"
        self.file.write(line)
        self.plain.update(line)
        self.lines += 1
        self.size += len(line)

    def close(self) -> None:
        """Finish the file."""
        self.file.close()


def publish_register(*, at: datetime) -> Download:
    """Write the files of the day of ``at``, unless they are there. Safe to run twice at once."""
    day = at.astimezone(UTC).date()
    home = _home()
    home.mkdir(parents=True, exist_ok=True)
    _sweep(home, at)
    if (home / day.isoformat()).exists():
        return get_download(day)
    made = home / f".making-{uuid.uuid4().hex}"
    made.mkdir()
    try:
        manifest = _write(made, day, at)
        (made / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        made.rename(home / day.isoformat())
    except OSError:
        shutil.rmtree(made, ignore_errors=True)
        # Of two at once one was faster; anything else is a fault.
        if not (home / day.isoformat()).exists():
            raise
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return get_download(day)


def _write(folder: Path, day: date, at: datetime) -> dict[str, Any]:
    cursor, activities, versions = head(), 0, 0
    with ExitStack() as stack:
        writers = {}
        for name, end in KINDS.items():
            file = f"register-{day}.{end}"
            raw = stack.enter_context((folder / f"{file}.gz").open("wb"))
            writers[name] = _Writer(name, file, raw)
        for rows in published_register(at=at):
            activities += 1
            versions += len(rows)
            _lines(writers, rows)
        for writer in writers.values():
            writer.close()
    return {
        "date": day.isoformat(),
        "made_at": moment(at),
        "cursor": cursor,
        "activities": activities,
        "versions": versions,
        "files": [_file(folder, writer) for writer in writers.values()],
    }


def _lines(writers: dict[str, _Writer], rows: tuple[Published, ...]) -> None:
    for row in rows:
        writers["json"].write(render(row, "json"))
    writers["elm"].write(render(rows[-1], "elm"))


def _file(folder: Path, writer: _Writer) -> dict[str, Any]:
    path = folder / f"{writer.name}.gz"
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "name": writer.name,
        "format": writer.format,
        "lines": writer.lines,
        "size": writer.size,
        "sha256": writer.plain.hexdigest(),
        "gzip_size": path.stat().st_size,
        "gzip_sha256": digest,
    }


def _home() -> Path:
    return Path(settings.REGISTER_DIR)


def _sweep(home: Path, at: datetime) -> None:
    """Remove what a run that was killed left behind, and the days beyond those that are kept."""
    for path in home.glob(".making-*"):
        if datetime.fromtimestamp(path.stat().st_mtime, UTC) < at - _LEFT_OVER:
            shutil.rmtree(path, ignore_errors=True)
    for path in _days(home)[max(1, settings.REGISTER_KEEP_DAYS) :]:
        shutil.rmtree(path, ignore_errors=True)


def _days(home: Path) -> list[Path]:
    """The folders of days, the newest first."""
    if not home.exists():
        return []
    return sorted(home.glob("????-??-??"), reverse=True)


def list_downloads() -> tuple[Download, ...]:
    """All states that are kept, the newest first."""
    return tuple(_read(path) for path in _days(_home()))


def get_download(day: date) -> Download:
    """The state of a day. Raises ``NotFound``."""
    path = _home() / day.isoformat()
    if not (path / "manifest.json").exists():
        raise NotFound("There is no download of that day.")
    return _read(path)


def latest_download() -> Download:
    """The newest state. Raises ``NotFound``."""
    days = _days(_home())
    if not days:
        raise NotFound("No download of the register has been made yet.")
    return _read(days[0])


def _read(path: Path) -> Download:
    row = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
    return Download(
        day=date.fromisoformat(row["date"]),
        made_at=datetime.fromisoformat(row["made_at"]),
        cursor=row["cursor"],
        activities=row["activities"],
        versions=row["versions"],
        files=tuple(DownloadFile(**file) for file in row["files"]),
    )


def find_file(name: str) -> tuple[Download, DownloadFile]:
    """A file by its name without ``.gz``. Raises ``NotFound``."""
    found = _NAME.fullmatch(name)
    try:
        day = date.fromisoformat(found[1]) if found else None
    except ValueError:
        day = None
    if day is None:
        raise NotFound("There is no such file.")
    download = get_download(day)
    return download, next(file for file in download.files if file.name == name)


class Unpacked:
    """What is in a gzipped file, a piece at a time.

    Not the ``GzipFile`` itself: that has the number of the packed file, and a server that hands
    numbers to the system would send the packed bytes.
    """

    def __init__(self, path: Path) -> None:
        self._file = gzip.open(path, "rb")  # noqa: SIM115 - closed by ``close``

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._file.read(_CHUNK):
            yield piece

    def close(self) -> None:
        """Give the file back; a server does it after the answer, sent or not."""
        self._file.close()


def open_packed(download: Download, file: DownloadFile) -> IO[bytes]:
    """The gzipped bytes, as they lie there. Raises ``NotFound`` if the day isn't kept any more."""
    with _kept():
        return _path(download, file).open("rb")


def open_plain(download: Download, file: DownloadFile) -> Unpacked:
    """The lines themselves. Raises ``NotFound`` if the day isn't kept any more."""
    with _kept():
        return Unpacked(_path(download, file))


def _path(download: Download, file: DownloadFile) -> Path:
    return _home() / download.day.isoformat() / f"{file.name}.gz"


@contextmanager
def _kept() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise NotFound("This download isn't kept any more.") from error
