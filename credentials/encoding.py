"""Bytes and text: strict JSON in, canonical JSON out, and the alphabets of the standards.

- RFC 8259 read strictly, with the interoperability limits of RFC 7493 (I-JSON) enforced:
  UTF-8 only, no duplicate names, no lone surrogates, numbers an IEEE 754 double can carry.
- RFC 8785 (JCS) written by the interpreter's C encoder wherever that is exactly right.
- RFC 4648 section 5 (base64url) without padding; base58btc and multibase as in W3C Controlled
  Identifiers 1.0, section 2.4.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Any, NoReturn

from credentials.errors import Malformed

JSON = Any
"""A JSON value: dict with str names, list, str, int, float, bool or None."""

MAX_SAFE_INTEGER = 2**53 - 1


@dataclass(frozen=True)
class Limits:
    """What is refused before any work is done on it."""

    size: int = 1024 * 1024
    """Bytes of a document."""
    depth: int = 64
    """Arrays and objects inside one another."""
    members: int = 10_000
    """Object members and array items in all."""


LIMITS = Limits()


def sha256(data: bytes) -> bytes:
    """SHA-256 of ``data``, 32 bytes."""
    return hashlib.sha256(data).digest()


# --- Strict JSON in -----------------------------------------------------------------------------

# Outside strings only structure counts. Possessive: an open quote can't make it backtrack.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"{}[]"))
_SURROGATE = re.compile("[\ud800-\udfff]")
# The longest number that can still be read exactly or as a double; 4,300 digits make int() raise.
_MAX_NUMBER = 64


def parse_json(raw: bytes, *, limits: Limits = LIMITS) -> JSON:
    """The value of a JSON text, read so that two readers can't understand it differently.

    Raises ``Malformed`` with a code ``json.*`` and where it is: too large, not UTF-8, too deep,
    too many members, a duplicate name, a number out of range, a lone surrogate, U+0000, or
    simply not JSON (RFC 8259; RFC 7493 sections 2.1-2.3).
    """
    if len(raw) > limits.size:
        raise Malformed("json.too_large", f"The document is larger than {limits.size:,} bytes.")
    _check_structure(raw, limits)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed("json.not_utf8", f"Byte {error.start} isn't UTF-8.") from error
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Malformed("json.syntax", f"This isn't JSON: {error.msg} at {where}.") from error
    if "\\u" in text:
        # Only an escape can bring in a lone surrogate or U+0000: UTF-8 decoding refuses the first,
        # the decoder (strict) the second.
        _check_escapes(value, "")
    return value


def _check_structure(raw: bytes, limits: Limits) -> None:
    """Depth and size of the tree, counted before it is built (so no recursion can run away)."""
    bare = _STRING.sub(b"", raw)
    opened = bare.count(b"{") + bare.count(b"[")
    if opened + bare.count(b",") > limits.members:
        message = f"The document has more than {limits.members:,} members."
        raise Malformed("json.too_many_members", message)
    if opened <= limits.depth:
        return
    depth = 0
    for bracket in bare.translate(None, _NOT_BRACKETS):
        depth += 1 if bracket in b"{[" else -1
        if depth > limits.depth:
            message = f"The document is nested deeper than {limits.depth} levels."
            raise Malformed("json.too_deep", message)


def _object(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    value = dict(pairs)
    if len(value) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        message = f'The name "{_shown(twice)}" stands twice in one object.'
        raise Malformed("json.duplicate_name", message)
    return value


def _integer(text: str) -> int:
    if len(text) > _MAX_NUMBER or not -MAX_SAFE_INTEGER <= (value := int(text)) <= MAX_SAFE_INTEGER:
        message = f"The number {text[:24]} is beyond 2^53 - 1; write it as text."
        raise Malformed("json.number_out_of_range", message)
    return value


def _float(text: str) -> float:
    value = float(text) if len(text) <= _MAX_NUMBER else float("inf")
    if value in (float("inf"), float("-inf")):
        message = f"The number {text[:24]} doesn't fit a double; write it as text."
        raise Malformed("json.number_out_of_range", message)
    return value


def _constant(text: str) -> NoReturn:
    raise Malformed("json.syntax", f"{text} isn't JSON.")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_float,
    parse_constant=_constant,
    strict=True,
)


def _check_escapes(value: JSON, pointer: str) -> None:
    if isinstance(value, str):
        if "\x00" in value:
            raise Malformed("json.nul", "U+0000 isn't text.", pointer=pointer)
        if _SURROGATE.search(value):
            message = "A surrogate stands alone; the text isn't Unicode."
            raise Malformed("json.lone_surrogate", message, pointer=pointer)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _check_escapes(item, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for name, item in value.items():
            _check_escapes(name, f"{pointer}/{_shown(name)}")
            _check_escapes(item, f"{pointer}/{pointer_token(name)}")


def _shown(name: str) -> str:
    return name.encode("ascii", "backslashreplace").decode("ascii")[:64]


def pointer_token(name: str) -> str:
    """``name`` as one reference token of a JSON pointer (RFC 6901 section 3)."""
    return name.replace("~", "~0").replace("/", "~1")


# --- Canonical JSON out -------------------------------------------------------------------------

# The C encoder writes strings, literals and safe integers just as RFC 8785 section 3.2 asks, and
# sorts names by code point, which is UTF-16 order as long as no name leaves the BMP. Doubles it
# writes as Python does, with the same shortest digits as ECMAScript: both write them without an
# exponent from 1e-4 up to 1e16, and differ for whole ones ("6.0" is "6" there).
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False, check_circular=False
)


def canonicalize(value: JSON) -> bytes:
    """The RFC 8785 form of a JSON value, in UTF-8.

    Raises ``Malformed`` for what JSON can't carry between systems: a name that isn't text, an
    integer beyond 2^53 - 1, a number that isn't finite, a lone surrogate, any other type.
    """
    text = _ENCODER.encode(value) if _is_simple(value) else _written(value)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        message = "A surrogate stands alone; the text isn't Unicode."
        raise Malformed("json.lone_surrogate", message) from error


def _is_simple(root: JSON) -> bool:
    """Whether the C encoder's answer is RFC 8785's; raises for what may not be written at all.

    One loop and no recursion: it sees every value of every document that is made or checked.
    """
    simple = True
    stack: list[tuple[JSON, int]] = [(root, 0)]
    while stack:
        value, depth = stack.pop()
        kind = type(value)
        if kind is dict or kind is list or kind is tuple:
            if depth > LIMITS.depth:
                raise Malformed("json.too_deep", "The value is nested too deep to be written.")
            if kind is dict:
                for name in value:
                    if type(name) is not str:
                        raise Malformed("json.name_not_text", f"The name {name!r} isn't text.")
                    if not name.isascii() and max(name) > "\uffff":
                        simple = False
            for item in value.values() if kind is dict else value:
                if type(item) is not str:
                    stack.append((item, depth + 1))
        elif kind is int:
            if not -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:
                raise Malformed("json.number_out_of_range", f"{value} is beyond 2^53 - 1.")
        elif kind is float:
            simple = simple and 1e-4 <= abs(value) < 1e16 and not value.is_integer()
        elif kind is not str and kind is not bool and value is not None:
            raise Malformed("json.not_json", f"A {kind.__name__} isn't a JSON value.")
    return simple


def _written(value: JSON) -> str:
    """The same, for values with other doubles or with names beyond the BMP."""
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, dict):
        # RFC 8785 section 3.2.3: by UTF-16 code units, which is code points for ASCII.
        names = sorted(value) if all(map(str.isascii, value)) else sorted(value, key=_utf16)
        return "{%s}" % ",".join([f"{encode_basestring(n)}:{_written(value[n])}" for n in names])
    if isinstance(value, list | tuple):
        return "[%s]" % ",".join([_written(item) for item in value])
    return _ENCODER.encode(value)


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")


def _number(value: float) -> str:
    """ECMAScript's Number::toString (ECMA-262 section 6.1.6.1.20), as RFC 8785 3.2.2.3 asks."""
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - NaN
        raise Malformed("json.number_out_of_range", "NaN and Infinity aren't JSON.")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    # n of the standard: the value is 0.digits x 10^n.
    point = int(exponent or 0) + len(whole) - (len(whole + fraction) - len(digits))
    if not whole.strip("0"):
        point = int(exponent or 0) - (len(fraction) - len(digits))
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return f"{sign}{digits}{'0' * (point - count)}"
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    tail = f"e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return f"{sign}{digits[0]}{'.' + digits[1:] if count > 1 else ''}{tail}"


# --- Alphabets ----------------------------------------------------------------------------------

_BASE64URL = re.compile(r"[A-Za-z0-9_-]*\Z")
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE58_VALUE: Mapping[str, int] = {letter: value for value, letter in enumerate(_BASE58)}
# A signature is 64 bytes, a key 35: nothing in base58 is long, and decoding it is quadratic.
MAX_BASE58 = 1024


def b64url_encode(data: bytes) -> str:
    """Base64url without padding (RFC 4648 section 5; RFC 7515 section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def b64url_decode(text: str) -> bytes:
    """The bytes of a base64url text; raises ``Malformed`` for padding, white space, another
    alphabet, or trailing bits that aren't zero (two texts for the same bytes).
    """
    if _BASE64URL.match(text) is None or len(text) % 4 == 1:
        raise Malformed("encoding.base64url", "This isn't base64url without padding.")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise Malformed("encoding.base64url", "This isn't base64url.") from error
    if b64url_encode(data) != text:
        raise Malformed("encoding.base64url", "The last character has bits that say nothing.")
    return data


def base58btc_encode(data: bytes) -> str:
    """Base58 with Bitcoin's alphabet; each leading zero byte is a ``1``."""
    number = int.from_bytes(data, "big")
    letters = []
    while number:
        number, rest = divmod(number, 58)
        letters.append(_BASE58[rest])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * zeros + "".join(reversed(letters))


def base58btc_decode(text: str) -> bytes:
    """The bytes of a base58btc text; raises ``Malformed`` for another alphabet or length."""
    if len(text) > MAX_BASE58:
        raise Malformed("encoding.base58", f"Base58 is read up to {MAX_BASE58} characters.")
    number = 0
    try:
        for letter in text:
            number = number * 58 + _BASE58_VALUE[letter]
    except KeyError as error:
        message = f"{_shown(error.args[0])!r} isn't a base58btc character."
        raise Malformed("encoding.base58", message) from error
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def multibase_encode(data: bytes, *, base: str = "z") -> str:
    """``data`` with its multibase letter: ``z`` base58btc, ``u`` base64url without padding."""
    if base == "z":
        return "z" + base58btc_encode(data)
    if base == "u":
        return "u" + b64url_encode(data)
    raise ValueError(f"base {base!r} isn't one of z, u")


def multibase_decode(text: str) -> bytes:
    """The bytes of a multibase text with header ``z`` or ``u``; raises ``Malformed``."""
    if text[:1] == "z":
        return base58btc_decode(text[1:])
    if text[:1] == "u":
        return b64url_decode(text[1:])
    raise Malformed("encoding.multibase", "Multibase starts with z (base58btc) or u (base64url).")
