"""Where the log's files lie: a folder by default. Nothing here is trusted by a reader.

Whoever can write here can withhold files, and can change nothing that a signed checkpoint covers
without being noticed. ``put`` is durable when it returns.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from credentials.merkle import Tile, TileHashes
from registry.common.errors import DomainError, Kind


class LedgerStorageUnavailable(DomainError):
    """The files of the log can't be read or written now; nothing is lost."""

    kind = Kind.UNAVAILABLE
    code = "ledger_storage_unavailable"


class Storage(Protocol):
    """Files by path, such as ``checkpoint`` and ``tile/0/000``."""

    def get(self, path: str) -> bytes | None:
        """A file's bytes, ``None`` if there is none. Raises ``LedgerStorageUnavailable``."""

    def put(self, path: str, data: bytes) -> None:
        """Write a file whole or not at all. Raises ``LedgerStorageUnavailable``."""


class FolderStorage:
    """Files in a folder: written beside their place, synced, then moved into it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def get(self, path: str) -> bytes | None:
        """A file's bytes, ``None`` if there is none."""
        try:
            return (self.root / path).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unavailable(error) from error

    def put(self, path: str, data: bytes) -> None:
        """Write a file whole or not at all; on disk when this returns."""
        place = self.root / path
        temporary = place.with_name(f".{place.name}.{secrets.token_hex(8)}")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                with temporary.open("wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                temporary.replace(place)
            finally:
                temporary.unlink(missing_ok=True)
            _sync_folder(place.parent)
        except OSError as error:
            raise _unavailable(error) from error


def _sync_folder(folder: Path) -> None:
    # Without this a power cut may take back the move that was acknowledged.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unavailable(error: OSError) -> LedgerStorageUnavailable:
    message = "The log's files can't be used: %(fault)s."
    return LedgerStorageUnavailable(message, params={"fault": str(error.strerror)})


def storage() -> Storage:
    """The storage that ``LEDGER_URL`` names. Raises ``ImproperlyConfigured``."""
    url = urlsplit(settings.LEDGER_URL)
    if url.scheme == "file" and not url.netloc and url.path.startswith("/"):
        return FolderStorage(Path(url.path))
    raise ImproperlyConfigured("LEDGER_URL is file:///folder.")


def fetch_tile(files: Storage, tile: Tile) -> bytes:
    """A tile's bytes. Raises ``LedgerStorageUnavailable`` where it is missing."""
    data = files.get(tile.path)
    if data is None:
        message = "The log's file %(path)s is missing."
        raise LedgerStorageUnavailable(message, params={"path": tile.path})
    return data


def hashes_of(size: int, files: Storage) -> TileHashes:
    """The hashes of the published tree of ``size`` leaves."""
    return TileHashes(size, lambda tile: fetch_tile(files, tile))
