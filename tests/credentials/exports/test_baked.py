"""Badges: baked and read back; of two credentials none is taken; a bomb ends alone."""

import base64
import json
import struct
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials.errors import CredentialError, Malformed, Unsupported
from credentials.exports import bake_png, bake_svg, extract, kind_of
from credentials.exports.baked import KEYWORD, NAMESPACE, PNG_SIGNATURE, read_png, read_svg

ROOT = Path(__file__).resolve().parents[3]
OFFICIAL = json.loads((ROOT / "fixtures/vectors/1edtech-baked/baked.json").read_text("utf-8"))


def chunk(kind, data):
    crc = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + crc


IHDR = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
IDAT = chunk(b"IDAT", zlib.compress(b"\0\0"))
IEND = chunk(b"IEND", b"")
PNG = PNG_SIGNATURE + IHDR + IDAT + IEND
SVG = b'<?xml version="1.0"?><!-- a badge -->\n<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>'
JSON = '{"name": "Łucja ]]> & <b>", "proof": []}'
JWS = "eyJh.eyJi.c2ln"


@pytest.mark.parametrize("name", OFFICIAL["png"])
def test_official_png(name):
    raw = base64.b64decode(OFFICIAL["png"][name])
    assert kind_of(raw) == "png"
    assert_a_credential(name, extract(raw, "png"))


@pytest.mark.parametrize("name", OFFICIAL["svg"])
def test_official_svg(name):
    raw = OFFICIAL["svg"][name].encode()
    assert kind_of(raw) == "svg"
    assert_a_credential(name, extract(raw, "svg"))


def assert_a_credential(name, found):
    if "json" in name:
        assert "OpenBadgeCredential" in json.loads(found)["type"]
    else:
        assert len(found.split(b".")) == 3


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_text_baked_into_a_png_is_read_back(text):
    assert read_png(bake_png(PNG, text)) == text


@pytest.mark.parametrize("text", [JSON, JWS])
@pytest.mark.parametrize(
    "svg",
    [SVG, SVG.replace(b"><g/>", b"\n width='1'\n><!-- x --><g/>"), SVG.replace(b"<g/>", b"text"),
     SVG.replace(b"<svg xmlns=", b"<x:svg xmlns:x=").replace(b"</svg", b"</x:svg"),
     b"\xef\xbb\xbf" + SVG],
)  # fmt: skip
def test_a_credential_baked_into_an_svg_is_read_back(svg, text):
    baked = bake_svg(svg, text)
    assert read_svg(svg) is None
    assert read_svg(baked) == text
    assert extract(baked, "svg").decode() == text
    assert baked.replace(b"<openbadges", b"").startswith(svg[:20])


@pytest.mark.parametrize(("bake", "picture"), [(bake_png, PNG), (bake_svg, SVG)])
def test_a_baked_picture_is_not_baked_again(bake, picture):
    with pytest.raises(Malformed) as caught:
        bake(bake(picture, JWS), JWS)
    assert caught.value.code == "envelope.baked"


def itxt(data):
    return chunk(b"iTXt", KEYWORD + b"\0" + data)


TEXT = b"\0\0\0\0" + JWS.encode()
BROKEN_PNG = {
    "two credentials": PNG_SIGNATURE + IHDR + itxt(TEXT) + itxt(TEXT) + IEND,
    "compressed": PNG_SIGNATURE + IHDR + itxt(b"\1\0\0\0" + zlib.compress(b"x")) + IEND,
    "cut text": PNG_SIGNATURE + IHDR + itxt(b"\0\0") + IEND,
    "not utf-8": PNG_SIGNATURE + IHDR + itxt(b"\0\0\0\0\xff") + IEND,
    "wrong chunk": PNG_SIGNATURE + IHDR + chunk(b"tEXt", KEYWORD + b"\0" + b"x") + IEND,
    "bomb": PNG_SIGNATURE
    + IHDR
    + chunk(b"zTXt", KEYWORD + b"\0\0" + zlib.compress(bytes(9**7)))
    + IEND,
    "no header": PNG_SIGNATURE + IDAT + IEND,
    "no end": PNG_SIGNATURE + IHDR,
    "two headers": PNG_SIGNATURE + IHDR + IHDR + IEND,
    "behind the end": PNG + b"x",
    "checksum": PNG_SIGNATURE + IHDR[:-1] + b"\0" + IEND,
    "length": PNG_SIGNATURE + b"\xff\xff\xff\xffIHDR" + IEND,
    "many chunks": PNG_SIGNATURE + IHDR + chunk(b"tEXt", b"a\0b") * 10_001 + IEND,
    "no png": b"GIF89a",
    "nothing": b"",
}


@pytest.mark.parametrize("name", BROKEN_PNG)
def test_a_png_in_any_other_form_is_refused(name):
    with pytest.raises((Malformed, Unsupported)) as caught:
        read_png(BROKEN_PNG[name])
    assert caught.value.code == "envelope.baked"


def svg(inner, head=b""):
    return (
        head
        + b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:o="'
        + NAMESPACE.encode()
        + (b'">' + inner + b"</svg>")
    )


ONE = b'<o:credential verify="a.b.c"/>'
BROKEN_SVG = {
    "two credentials": svg(ONE + ONE),
    "attribute and text": svg(b'<o:credential verify="a.b.c">{}</o:credential>'),
    "not first": svg(b"<g/>" + ONE),
    "deeper": svg(b"<g>" + ONE + b"</g>"),
    "empty": svg(b"<o:credential/>"),
    "with parts": svg(b"<o:credential><g/></o:credential>"),
    "entities": svg(b"&a;", b'<!DOCTYPE svg [<!ENTITY a "x">]>'),
    "laughs": svg(b"&b;", b'<!DOCTYPE svg [<!ENTITY a "xxxx"><!ENTITY b "&a;&a;&a;">]>'),
    "from outside": svg(b"&x;", b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "undeclared entity": svg(b"&x;", b'<!DOCTYPE svg PUBLIC "-//W3C" "http://a.example/x.dtd">'),
    "other root": b"<html/>",
    "no svg": b"<svg/>",
    "broken": svg(b"<g>"),
    "utf-16": svg(ONE).decode().encode("utf-16"),
    "too many parts": svg(b"<g/>" * 100_001),
    "nothing": b"",
}


@pytest.mark.parametrize("name", BROKEN_SVG)
def test_an_svg_in_any_other_form_is_refused(name):
    with pytest.raises(Malformed) as caught:
        read_svg(BROKEN_SVG[name])
    assert caught.value.code == "envelope.baked"


def test_a_picture_without_a_credential_has_none():
    for raw, kind in ((PNG, "png"), (SVG, "svg")):
        with pytest.raises(Unsupported) as caught:
            extract(raw, kind)
        assert caught.value.code == "envelope.unknown_format"


def test_an_empty_picture_is_not_baked():
    with pytest.raises(Malformed):
        bake_svg(b'<svg xmlns="http://www.w3.org/2000/svg"/>', JWS)


@given(st.binary(max_size=400), st.integers(0, len(PNG) - 1), st.integers(1, 255))
def test_no_bytes_make_a_reader_fall_over(raw, place, mask):
    changed = bytearray(bake_png(PNG, JWS))
    changed[place] ^= mask
    for read, data in ((read_png, raw), (read_svg, raw), (read_png, bytes(changed)),
                       (read_svg, svg(raw))):  # fmt: skip
        try:
            found = read(data)
        except (Malformed, Unsupported):
            continue
        assert found in (None, JWS)


def test_a_file_beyond_the_limit_is_refused_unread():
    with pytest.raises(Malformed) as caught:
        extract(bytes(5 * 1024 * 1024), "png")
    assert caught.value.code == "envelope.too_large"


def test_a_reader_that_takes_too_long_or_too_much_ends_alone():
    deep = svg(b"<g>" * 90_000)
    start = time.monotonic()
    with pytest.raises(CredentialError):
        extract(deep, "svg")
    assert time.monotonic() - start < 2
