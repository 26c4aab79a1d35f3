"""The embedded default's three secrets, made on first run. Knows no Django: settings need them.

``python -m registry.ops.embedded`` writes ``secret.key``, ``master.key`` and ``ledger.key`` under
``var/`` (mode 0600) where neither the file nor the environment gives one. An existing file is never
touched: a new master key would make every signing key unreadable.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

NAMES = {
    "SECRET_KEY": "secret.key",
    "REGISTRY_MASTER_KEY": "master.key",
    "LEDGER_KEY": "ledger.key",
}


def ensure_secrets(directory: Path) -> list[Path]:
    """Write what is missing; returns the files written."""
    (directory / "static").mkdir(parents=True, exist_ok=True)
    written = []
    for name, filename in NAMES.items():
        path = directory / filename
        if os.environ.get(name) or os.environ.get(f"{name}_FILE") or path.exists():
            continue
        # O_EXCL: of two first runs at once, one writes and the other keeps its hands off.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32))
        written.append(path)
    return written


if __name__ == "__main__":
    root = Path(__file__).resolve().parents[2]
    for made in ensure_secrets(Path(os.environ.get("REGISTRY_VAR", root / "var"))):
        print(f"Made {made.name}: keep it, and keep it secret.")
