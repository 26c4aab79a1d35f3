"""Badges with the credential baked in: PNG and SVG (Open Badges 3.0, sections 5.3.1 and 5.3.2).

Pixels are never decoded. A picture that holds two credentials is refused: which one counts would
be the reader's guess.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from credentials.errors import Malformed, Unsupported

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"openbadgecredential"
NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
_SVG = "http://www.w3.org/2000/svg"
_MAX_CHUNKS = 10_000
_MAX_ELEMENTS = 100_000


def bake_png(png: bytes, credential: str) -> bytes:
    """The picture with the credential (compact JWS, or JSON with its proof) in an iTXt chunk.

    Raises ``Malformed`` for what isn't a PNG or is baked already.
    """
    if read_png(png) is not None:
        raise _fault("There is a credential in this picture already.")
    _kind, _start, end = next(_chunks(png))
    body = KEYWORD + b"\0" + b"\0\0" + b"\0" + b"\0" + credential.encode("utf-8")
    crc = zlib.crc32(b"iTXt" + body)
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", crc)
    return png[:end] + chunk + png[end:]


def read_png(png: bytes) -> str | None:
    """The baked credential, ``None`` if there is none. Raises ``Malformed``, ``Unsupported``."""
    found: list[bytes] = []
    for kind, start, end in _chunks(png):
        data = png[start + 8 : end - 4]
        if kind == b"iTXt" and data.split(b"\0", 1)[0] == KEYWORD:
            found.append(data[len(KEYWORD) + 1 :])
        elif kind in (b"tEXt", b"zTXt") and data.split(b"\0", 1)[0] == KEYWORD:
            raise Unsupported("envelope.baked", "A credential is baked into an iTXt chunk.")
    if len(found) > 1:
        raise _fault("There is more than one credential in this picture.")
    return _itxt(found[0]) if found else None


def _itxt(data: bytes) -> str:
    compressed, rest = data[:2], data[2:]
    parts = rest.split(b"\0", 2)
    if compressed[:1] != b"\0" or len(parts) != 3:
        raise Unsupported("envelope.baked", "A baked credential isn't compressed.")
    try:
        return parts[2].decode("utf-8")
    except UnicodeDecodeError as error:
        raise _fault("The baked credential isn't UTF-8.") from error


def _chunks(png: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, first byte and byte behind of each chunk (PNG, section 5.3)."""
    if not png.startswith(PNG_SIGNATURE):
        raise _fault("This isn't a PNG.")
    at, kind, number = len(PNG_SIGNATURE), b"", 0
    while at < len(png):
        number += 1
        head = png[at : at + 8]
        end = at + 12 + int.from_bytes(head[:4], "big")
        kind = head[4:]
        if number > _MAX_CHUNKS or len(head) < 8 or end > len(png) or not kind.isalpha():
            raise _fault("The PNG is cut off or changed.")
        if zlib.crc32(png[at + 4 : end - 4]) != int.from_bytes(png[end - 4 : end], "big"):
            raise _fault("A part of the PNG doesn't have its checksum.")
        if (number == 1) != (kind == b"IHDR"):
            raise _fault("A PNG begins with its header.")
        yield kind, at, end
        at = end
        if kind == b"IEND":
            break
    if kind != b"IEND" or at != len(png):
        raise _fault("A PNG ends with its end.")


def bake_svg(svg: bytes, credential: str) -> bytes:
    """The picture with the credential as the first child of ``svg``.

    A compact JWS goes into the attribute ``verify``, JSON into a CDATA section. Raises
    ``Malformed`` for what isn't an SVG in UTF-8, or is baked already.
    """
    if read_svg(svg) is not None:
        raise _fault("There is a credential in this picture already.")
    after_name, after_tag = _Reader().places(svg)
    if credential.lstrip().startswith("{"):
        body = credential.replace("]]>", "]]]]><![CDATA[>")
        element = f"<openbadges:credential><![CDATA[{body}]]></openbadges:credential>"
    else:
        element = f'<openbadges:credential verify="{credential}"></openbadges:credential>'
    declared = f' xmlns:openbadges="{NAMESPACE}"'.encode()
    tag = svg[:after_name] + declared + svg[after_name:after_tag]
    return tag + element.encode() + svg[after_tag:]


def read_svg(svg: bytes) -> str | None:
    """The baked credential, ``None`` if there is none. Raises ``Malformed``.

    Entities and anything from outside are refused before they are looked at.
    """
    return _Reader().read(svg)


class _Reader:
    """Reads an SVG by events; no tree is built, no entity expanded, nothing fetched."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate("UTF-8", "}")
        self._parser.buffer_text = True
        self._path: list[str] = []
        self._children = self._elements = 0
        self._found: list[str] = []
        self._text: list[str] | None = None
        self._places: list[int] = []

    def read(self, svg: bytes) -> str | None:
        parser = self._parser
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        self._parse(svg)
        if len(self._found) > 1:
            raise _fault("There is more than one credential in this picture.")
        return self._found[0] if self._found else None

    def places(self, svg: bytes) -> tuple[int, int]:
        """The bytes behind the root's name and behind its start tag."""
        parser, places = self._parser, self._places

        def start(name: str, attributes: Any) -> None:
            del name, attributes
            if len(places) < 2:
                places.append(parser.CurrentByteIndex)

        def other(_data: str) -> None:
            if len(places) == 1:
                places.append(parser.CurrentByteIndex)

        def end(_name: str) -> None:
            if len(places) == 1:
                places.append(parser.CurrentByteIndex)

        parser.buffer_text = False
        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = parser.CommentHandler = other
        parser.ProcessingInstructionHandler = lambda _target, data: other(data)
        parser.StartCdataSectionHandler = lambda: other("")
        self._parse(svg)
        root, behind = places
        tag = svg[root + 1 : behind]
        if not tag or tag.endswith(b"/>"):
            raise _fault("The picture is empty.")
        name = tag.split(None, 1)[0].split(b">")[0]
        return root + 1 + len(name), behind

    def _parse(self, svg: bytes) -> None:
        parser = self._parser

        def refuse(*_args: Any) -> Any:
            raise _fault("The picture declares or uses entities; none belongs into a badge.")

        def doctype(_name: str, _system: str | None, _public: str | None, inner: int) -> None:
            # Drawing programs name SVG's DTD: that fetches nothing and declares nothing here.
            if inner:
                refuse()

        def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
            if encoding is not None and encoding.lower() != "utf-8":
                raise _fault("The SVG calls itself something else than UTF-8.")

        parser.XmlDeclHandler = declaration
        parser.StartDoctypeDeclHandler = doctype
        parser.EntityDeclHandler = refuse
        parser.ExternalEntityRefHandler = refuse
        parser.SkippedEntityHandler = refuse
        try:
            # By its first bytes the library would also read UTF-16, whatever it was told.
            svg.decode("utf-8")
            parser.Parse(svg, True)  # noqa: FBT003 - the library's signature
        except expat.ExpatError as error:
            raise _fault(f"This isn't an SVG: {error}.") from error
        except ValueError as error:
            raise _fault("The SVG isn't UTF-8.") from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > _MAX_ELEMENTS:
            raise _fault("The picture has too many parts.")
        depth = len(self._path)
        if depth == 0 and name != f"{_SVG}}}svg":
            raise _fault("This isn't an SVG.")
        if self._text is not None:
            raise _fault("The baked credential is text and has no parts.")
        if name == f"{NAMESPACE}}}credential":
            if depth != 1 or self._children:
                raise _fault("The baked credential is the picture's first part.")
            self._text = []
            if "verify" in attributes:
                self._found.append(attributes["verify"])
        self._children += depth == 1
        self._path.append(name)

    def _data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def _end(self, name: str) -> None:
        self._path.pop()
        if self._text is None or name != f"{NAMESPACE}}}credential":
            return
        body = "".join(self._text).strip()
        self._text = None
        if body and self._found:
            raise _fault("There is more than one credential in this picture.")
        if body:
            self._found.append(body)
        elif not self._found:
            raise _fault("The place of the credential is empty.")


def _fault(message: str) -> Malformed:
    return Malformed("envelope.baked", message)
