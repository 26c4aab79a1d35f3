"""Selective disclosure of JSON: what is hidden behind digests, and put back.

RFC 9901 (SD-JWT), sections 4.2 (disclosures) and 7.1, step 3 to 5 (processing). No signatures
here: an object goes in with a frame that says what to hide, and comes out with digests in it; an
object with digests goes in with disclosures, and comes out as what was signed and is shown.
A disclosure is its text: it is never written anew, or its digest would be another.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from credentials.encoding import LIMITS, b64url_decode, b64url_encode, canonicalize, parse_json
from credentials.errors import InvalidProof, Malformed, Unsupported

MAX_DISCLOSURES: Final = 256
DEFAULT_ALGORITHM: Final = "sha-256"
# Names of IANA's "Named Information Hash Algorithm Registry"; the truncated ones are left out.
ALGORITHMS: Final[Mapping[str, Callable[[bytes], Any]]] = {
    "sha-256": hashlib.sha256,
    "sha-384": hashlib.sha384,
    "sha-512": hashlib.sha512,
    "sha3-256": hashlib.sha3_256,
    "sha3-384": hashlib.sha3_384,
    "sha3-512": hashlib.sha3_512,
}
_SD, _SD_ALG, _ELEMENT = "_sd", "_sd_alg", "..."
_RESERVED: Final = frozenset({_SD, _SD_ALG, _ELEMENT})

Step = str | int
Path = tuple[Step, ...]
"""Where a value stands: names of members and numbers of elements."""


def digest(text: str, algorithm: str) -> str:
    """The digest of a disclosure or a presentation's text (section 4.2.3), in base64url."""
    return b64url_encode(ALGORITHMS[algorithm](text.encode("ascii")).digest())


def algorithm_of(payload: Mapping[str, Any]) -> str:
    """``_sd_alg`` of a payload (section 4.1.1). Raises ``Unsupported`` for one not allowed."""
    name = payload.get(_SD_ALG, DEFAULT_ALGORITHM)
    if not isinstance(name, str) or name not in ALGORITHMS:
        message = f"_sd_alg isn't one of {', '.join(ALGORITHMS)}."
        raise Unsupported("disclosure.unsupported_algorithm", message, pointer="/_sd_alg")
    return name


# --- Hiding -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Frame:
    """What of an object (by name) or an array (by number) is hidden.

    ``inside`` frames the contents, also those of what is hidden itself (section 4.2.6, recursive
    disclosures). ``decoys`` digests of nothing are mixed in.
    """

    hidden: Collection[Step] = ()
    inside: Mapping[Step, Frame] = field(default_factory=dict)
    decoys: int = 0


def conceal(
    claims: Mapping[str, Any],
    frame: Frame,
    *,
    algorithm: str = DEFAULT_ALGORITHM,
    salt: Callable[[], str] = lambda: secrets.token_urlsafe(16),
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The payload with digests in it, and the disclosures, for the holder (section 4.2).

    Raises ``ValueError`` for a frame that names what isn't there, ``Malformed`` for claims that
    carry a reserved name. ``salt`` gives 128 random bits as text; a constant one is for tests.
    """
    if algorithm not in ALGORITHMS:
        raise ValueError(f"{algorithm} isn't one of {', '.join(ALGORITHMS)}")
    work = _Concealing(algorithm, salt)
    payload = work.value(dict(claims), frame)
    if work.used:
        payload[_SD_ALG] = algorithm
    if len(work.disclosures) > MAX_DISCLOSURES:
        raise ValueError(f"a credential has at most {MAX_DISCLOSURES} disclosures")
    return payload, tuple(work.disclosures)


_NOTHING: Final = Frame()


class _Concealing:
    def __init__(self, algorithm: str, salt: Callable[[], str]) -> None:
        self._algorithm = algorithm
        self._salt = salt
        self.disclosures: list[str] = []
        self.used = False

    def value(self, value: Any, frame: Frame) -> Any:
        steps = {*frame.hidden, *frame.inside}
        if isinstance(value, Mapping):
            if not steps <= value.keys():
                raise ValueError(f"the frame names {sorted(map(str, steps - value.keys()))}")
            return self._object(value, frame)
        if isinstance(value, list | tuple):
            if not steps <= set(range(len(value))):
                raise ValueError("the frame names elements that aren't there")
            return self._array(value, frame)
        if steps or frame.decoys:
            raise ValueError("only objects and arrays have parts to hide")
        return value

    def _object(self, value: Mapping[str, Any], frame: Frame) -> dict[str, Any]:
        if _RESERVED & value.keys():
            raise Malformed("disclosure.reserved_name", f"{_SD}, {_SD_ALG}, {_ELEMENT} are taken.")
        shown: dict[str, Any] = {}
        digests = []
        for name, item in value.items():
            item = self.value(item, frame.inside.get(name, _NOTHING))
            if name in frame.hidden:
                digests.append(self._disclosure([name, item]))
            else:
                shown[name] = item
        digests += [self._decoy() for _ in range(frame.decoys)]
        if digests:
            # Sorted, so that their order says nothing of the claims' (section 4.2.4.1).
            shown[_SD] = sorted(digests)
        return shown

    def _array(self, value: Sequence[Any], frame: Frame) -> list[Any]:
        shown: list[Any] = []
        for number, item in enumerate(value):
            item = self.value(item, frame.inside.get(number, _NOTHING))
            hide = number in frame.hidden
            shown.append({_ELEMENT: self._disclosure([item])} if hide else item)
        for _ in range(frame.decoys):
            shown.insert(secrets.randbelow(len(shown) + 1), {_ELEMENT: self._decoy()})
        return shown

    def _disclosure(self, content: list[Any]) -> str:
        text = b64url_encode(canonicalize([self._salt(), *content]))
        self.disclosures.append(text)
        self.used = True
        return digest(text, self._algorithm)

    def _decoy(self) -> str:
        self.used = True
        return digest(b64url_encode(secrets.token_bytes(32)), self._algorithm)


# --- Putting back -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Disclosed:
    """One disclosure, and the place its value has once everything given is put back."""

    text: str
    path: Path
    parents: tuple[str, ...]
    """The disclosures it stands inside of, outermost first."""


@dataclass(frozen=True, slots=True)
class Revealed:
    """The processed payload (section 7.1, step 3), and where each disclosure went."""

    claims: dict[str, Any]
    disclosed: tuple[Disclosed, ...]


def reveal(payload: Mapping[str, Any], disclosures: Sequence[str]) -> Revealed:
    """Put the disclosures back where their digests stand; the numbers below are section 7.1's.

    Raises ``Malformed``, ``Unsupported`` (the hash) or ``InvalidProof`` (``disclosure.*``).
    """
    if len(disclosures) > MAX_DISCLOSURES:
        message = f"More than {MAX_DISCLOSURES} disclosures aren't read."
        raise Malformed("disclosure.too_many", message)
    algorithm = algorithm_of(payload)  # 2.4
    by_digest = {digest(text, algorithm): text for text in map(_text, disclosures)}  # 3.1
    if len(by_digest) != len(disclosures):
        raise InvalidProof("disclosure.repeated", "A disclosure stands there twice.")
    work = _Revealing(by_digest)
    top = {name: value for name, value in payload.items() if name != _SD_ALG}  # 3.6
    claims = work.object(top, (), ())
    if len(work.disclosed) != len(disclosures):  # 5
        message = "A disclosure belongs to nothing that was signed."
        raise InvalidProof("disclosure.unreferenced", message)
    return Revealed(claims, tuple(work.disclosed))


def _text(disclosure: str) -> str:
    if not isinstance(disclosure, str) or not disclosure.isascii():
        raise Malformed("disclosure.malformed", "A disclosure is base64url.")
    return disclosure


def content_of(disclosure: str) -> list[Any]:
    """``[salt, name, value]`` or ``[salt, value]``. Raises ``Malformed``."""
    try:
        content = parse_json(b64url_decode(disclosure))
    except Malformed as error:
        raise Malformed("disclosure.malformed", f"A disclosure: {error}") from error
    if not isinstance(content, list) or not isinstance(content[:1] and content[0], str):
        raise Malformed("disclosure.malformed", "A disclosure is an array that begins with a salt.")
    return content


class _Revealing:
    """Steps 3.2 to 3.5 and 4. ``parents`` are the disclosures that the value stands inside of."""

    def __init__(self, by_digest: Mapping[str, str]) -> None:
        self._by_digest = by_digest
        self._seen: set[str] = set()
        self.disclosed: list[Disclosed] = []

    def _value(self, value: Any, path: Path, parents: tuple[str, ...]) -> Any:
        # Each disclosure is bounded; stacked inside one another they could still nest for ever.
        if len(path) > LIMITS.depth:
            raise Malformed("disclosure.too_deep", "The disclosed claims nest too deep.")
        if isinstance(value, dict):
            return self.object(value, path, parents)
        if isinstance(value, list):
            return self._array(value, path, parents)
        return value

    def object(
        self, value: Mapping[str, Any], path: Path, parents: tuple[str, ...]
    ) -> dict[str, Any]:
        """An object, with its ``_sd`` resolved and gone (3.3.2, 3.5)."""
        if _SD_ALG in value or _ELEMENT in value:
            message = f"{_SD_ALG} and {_ELEMENT} have no place there."
            raise Malformed("disclosure.reserved_name", message)
        digests = value.get(_SD, [])
        if not isinstance(digests, list) or not all(isinstance(one, str) for one in digests):
            raise Malformed("disclosure.malformed", "_sd is an array of digests.")
        result = {
            name: self._value(item, (*path, name), parents)
            for name, item in value.items()
            if name != _SD
        }
        for one in digests:
            text = self._found(one)
            if text is None:
                continue
            content = content_of(text)
            if len(content) != 3 or not isinstance(content[1], str):  # 3.3.2.1
                message = "A disclosed member is [salt, name, value]."
                raise Malformed("disclosure.malformed", message)
            _, name, item = content
            if name in _RESERVED:  # 3.3.2.2
                raise Malformed("disclosure.reserved_name", f"A claim can't be called {name}.")
            if name in value or name in result:  # 3.3.2.3
                message = "A disclosed claim is there already, under the same name."
                raise InvalidProof("disclosure.clash", message)
            place = (*path, name)
            self.disclosed.append(Disclosed(text, place, parents))
            result[name] = self._value(item, place, (*parents, text))
        return result

    def _array(self, value: list[Any], path: Path, parents: tuple[str, ...]) -> list[Any]:
        """An array, with its hidden elements resolved, or gone (3.3.3, 3.4)."""
        result: list[Any] = []
        for item in value:
            place = (*path, len(result))
            if not (isinstance(item, dict) and _ELEMENT in item):
                result.append(self._value(item, place, parents))
                continue
            one = item[_ELEMENT]
            if len(item) != 1 or not isinstance(one, str):
                message = f'A hidden element is {{"{_ELEMENT}": digest}} and nothing else.'
                raise Malformed("disclosure.malformed", message)
            text = self._found(one)
            if text is None:
                continue
            content = content_of(text)
            if len(content) != 2:  # 3.3.3.1
                raise Malformed("disclosure.malformed", "A disclosed element is [salt, value].")
            self.disclosed.append(Disclosed(text, place, parents))
            result.append(self._value(content[1], place, (*parents, text)))
        return result

    def _found(self, one: str) -> str | None:
        """The disclosure of a digest. Step 4: no digest may stand anywhere twice."""
        if one in self._seen:
            raise InvalidProof("disclosure.repeated", "A digest stands there twice.")
        self._seen.add(one)
        return self._by_digest.get(one)


def has_digests(value: Any) -> bool:
    """Whether something inside ``value`` is hidden, or was."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            if _SD in item or _ELEMENT in item:
                return True
            stack += item.values()
        elif isinstance(item, list):
            stack += item
    return False


def chosen(revealed: Revealed, disclose: Iterable[Path]) -> tuple[str, ...]:
    """The disclosures that show what stands at the given places, in the order they came.

    A place shows what it takes to reach it; what is hidden below it stays so unless it is named
    too. Raises ``ValueError`` for a place where nothing is hidden.
    """
    rows = {row.path: row for row in revealed.disclosed}
    wanted: set[str] = set()
    for place in disclose:
        row = rows.get(tuple(place))
        if row is None:
            raise ValueError(f"nothing is hidden at {'/'.join(map(str, place))}")
        wanted |= {row.text, *row.parents}
    return tuple(row.text for row in revealed.disclosed if row.text in wanted)
