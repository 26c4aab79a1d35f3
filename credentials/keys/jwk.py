"""JSON Web Keys, read strictly: RFC 7517, RFC 7518 section 6, RFC 8037 section 2, RFC 7638.

What comes in may be anybody's. A key has one JWK here: coordinates of their full length, numbers
without leading zeros, base64url in its one form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from credentials.encoding import b64url_decode, b64url_encode
from credentials.errors import Malformed, Unsupported
from credentials.keys.algorithms import ALGORITHMS, CURVES, KNOWN, Algorithm

PRIVATE_MEMBERS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
# RFC 9864 renames EdDSA of JOSE to the curve's own name; keys of both times say the same.
_NAMES: Final = {Algorithm.ED25519: ("EdDSA", "Ed25519")}


def read_public(jwk: Mapping[str, Any]) -> tuple[Algorithm, bytes]:
    """The algorithm and the raw key (see ``PublicKey.data``) of a JWK that verifies signatures.

    Raises ``Malformed``: ``key.private`` for one that holds a secret, ``key.malformed``; or
    ``Unsupported``. Whether the point is on the curve is for the key itself to find out.
    """
    if PRIVATE_MEMBERS & jwk.keys():
        raise Malformed("key.private", "This JWK holds a private key: never publish it.")
    algorithm = _algorithm(jwk)
    _intended(jwk, algorithm)
    if algorithm is Algorithm.ED25519:
        return algorithm, fixed(jwk, "x", 32)
    if algorithm is Algorithm.RSA:
        return algorithm, rsa_bytes(number(jwk, "n"), number(jwk, "e"))
    size = CURVES[algorithm].size
    x, y = fixed(jwk, "x", size), fixed(jwk, "y", size)
    # Uncompressed: decompressing would hide a y that isn't this point's.
    return algorithm, b"\x04" + x + y


def write_public(algorithm: Algorithm, loaded: Any, data: bytes) -> dict[str, str]:
    """The public JWK, required members only."""
    if algorithm is Algorithm.ED25519:
        return {"kty": "OKP", "crv": "Ed25519", "x": b64url_encode(data)}
    numbers = loaded.public_numbers()
    if algorithm is Algorithm.RSA:
        return {"kty": "RSA", "n": _minimal(numbers.n), "e": _minimal(numbers.e)}
    size = CURVES[algorithm].size
    x, y = (b64url_encode(n.to_bytes(size, "big")) for n in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": str(algorithm), "x": x, "y": y}


def rsa_bytes(modulus: int, exponent: int) -> bytes:
    """An RSA key as DER (RFC 8017, appendix A.1.1). Raises ``Malformed``."""
    try:
        key = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError as error:
        raise Malformed("key.malformed", "This isn't an RSA key.") from error
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)


def fixed(jwk: Mapping[str, Any], name: str, size: int) -> bytes:
    """A member of ``size`` bytes. Raises ``Malformed``."""
    value = jwk.get(name)
    data = b64url_decode(value) if isinstance(value, str) and len(value) <= 2 * size else b""
    if len(data) != size:
        raise Malformed("key.malformed", f"{name} is {size} bytes in base64url.")
    return data


def number(jwk: Mapping[str, Any], name: str) -> int:
    """A Base64urlUInt (RFC 7518 section 2): no leading zero byte. Raises ``Malformed``."""
    value = jwk.get(name)
    data = b64url_decode(value) if isinstance(value, str) and len(value) <= 4096 else b""
    if not data or data[0] == 0:
        raise Malformed("key.malformed", f"{name} is a number in base64url, no zero before it.")
    return int.from_bytes(data, "big")


def _minimal(value: int) -> str:
    return b64url_encode(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _algorithm(jwk: Mapping[str, Any]) -> Algorithm:
    kty, crv = jwk.get("kty"), jwk.get("crv")
    if kty == "RSA":
        return Algorithm.RSA
    if kty == "OKP" and crv == "Ed25519":
        return Algorithm.ED25519
    if kty == "EC" and crv in ("P-256", "P-384", "P-521"):
        return Algorithm(crv)
    raise Unsupported("key.unsupported", f"The key isn't {KNOWN}.")


def _intended(jwk: Mapping[str, Any], algorithm: Algorithm) -> None:
    """``use``, ``key_ops`` and ``alg`` (RFC 7517 sections 4.2 to 4.4) let it verify signatures."""
    names = _NAMES.get(algorithm, (ALGORITHMS[algorithm].jws,))
    operations = jwk.get("key_ops", ["verify"])
    if jwk.get("use", "sig") != "sig" or jwk.get("alg", names[0]) not in names:
        raise Malformed("key.malformed", "The key says that it isn't for such signatures.")
    if not isinstance(operations, list) or "verify" not in operations:
        raise Malformed("key.malformed", "The key says that it isn't for verifying.")
