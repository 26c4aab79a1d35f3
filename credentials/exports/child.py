"""The readers' own process: ``child.py KIND MEMORY SECONDS``, file in, credential out.

Exit 0 with the credential, 1 with a refusal (class, code, message, a line each), anything else
when a limit ended it. It sets its limits before it reads a byte.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from types import ModuleType


def main(kind: str, memory: int, seconds: int) -> int:
    """Read the file from standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # The package's face would load the whole verifier, ten times what a reader needs.
    package = ModuleType("credentials")
    package.__path__ = [str(Path(__file__).resolve().parents[1])]
    sys.modules["credentials"] = package
    # Half of what the PDF library loads is for encryption, and no encrypted file is read here.
    for name in ("cryptography", "Crypto"):
        sys.modules[name] = None  # type: ignore[assignment]
    from credentials.errors import CredentialError, Unsupported  # noqa: PLC0415
    from credentials.exports.isolation import KINDS  # noqa: PLC0415

    try:
        found = KINDS[kind](sys.stdin.buffer.read())
        if found is None:
            raise Unsupported("envelope.unknown_format", "There is no credential in this file.")
    except CredentialError as error:
        answer = f"{type(error).__name__}\n{error.code}\n{error.message}"
        sys.stdout.buffer.write(answer.encode())
        return 1
    except MemoryError:
        return 3
    sys.stdout.buffer.write(found.encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
