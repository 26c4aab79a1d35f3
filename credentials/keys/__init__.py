"""Keys: as Multikey, as JWK, in a certificate; private ones in memory."""

from __future__ import annotations

from credentials.keys.algorithms import ALGORITHMS, Algorithm, Kind, Use
from credentials.keys.certificates import CertificateChain, read_x5c
from credentials.keys.private import PrivateKey
from credentials.keys.public import PublicKey

__all__ = [
    "ALGORITHMS",
    "Algorithm",
    "CertificateChain",
    "Kind",
    "PrivateKey",
    "PublicKey",
    "Use",
    "read_x5c",
]
