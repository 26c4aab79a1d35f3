"""A credential attached to a PDF is found; two, none, and hostile files are told apart."""

import io
import time
import zlib

import pytest
from pypdf import PdfWriter

from credentials.errors import CredentialError, Malformed, Unsupported
from credentials.exports import extract, isolation, kind_of

CREDENTIAL = b'{"type": ["VerifiableCredential"], "name": "\xc5\x81ucja"}'


def pdf(*attachments, password=None):
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    for name, content in attachments:
        writer.add_attachment(name, content)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def refused(raw):
    with pytest.raises(CredentialError) as caught:
        extract(raw, "pdf")
    return caught.value


def test_the_attached_credential_is_read_as_it_was_put_in():
    raw = pdf(("notes.txt", b"hello"), ("credential.json", CREDENTIAL))
    assert kind_of(raw) == "pdf"
    assert extract(raw, "pdf") == CREDENTIAL


def test_a_file_listed_twice_is_one_file():
    assert extract(pdf(("a.json", CREDENTIAL), ("b.jsonld", CREDENTIAL)), "pdf") == CREDENTIAL


def test_of_two_credentials_none_is_taken():
    assert refused(pdf(("a.json", CREDENTIAL), ("b.json", b"{}"))).code == "envelope.attached"


def test_a_pdf_without_one_says_so():
    error = refused(pdf(("notes.txt", b"hello")))
    assert isinstance(error, Unsupported)
    assert error.code == "envelope.unknown_format"


def test_an_encrypted_pdf_is_not_read():
    assert isinstance(refused(pdf(("a.json", CREDENTIAL), password="x")), Unsupported)


@pytest.mark.parametrize(
    "raw",
    [b"%PDF-1.7\n", b"%PDF-1.7\ntrailer<</Root 1 0 R/Prev 0>>startxref 0 %%EOF", b"",
     b"%PDF-1.4\n1 0 obj<</Type/Catalog/Names 1 0 R>>endobj trailer<</Root 1 0 R>>"],
)  # fmt: skip
def test_a_broken_pdf_is_refused_in_time(raw):
    start = time.monotonic()
    assert isinstance(refused(raw), Malformed | Unsupported)
    assert time.monotonic() - start < 2


def looping():
    body = b"%PDF-1.7\n"
    first = len(body)
    body += b"1 0 obj\n<</Type/Catalog/Names<</EmbeddedFiles 2 0 R>>>>\nendobj\n"
    second = len(body)
    body += b"2 0 obj\n<</Kids[2 0 R 2 0 R]>>\nendobj\n"
    table = len(body)
    body += b"xref\n0 3\n0000000000 65535 f \n%010d 00000 n \n%010d 00000 n \n" % (first, second)
    return body + b"trailer\n<</Size 3/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        table,
    )


def test_a_pdf_that_runs_in_circles_ends_in_time():
    start = time.monotonic()
    refused(looping())
    assert time.monotonic() - start < 2


def test_an_attachment_that_swells_is_stopped(monkeypatch):
    bomb = pdf(("a.json", b"%PLACE%"))
    packed = zlib.compress(bytes(200_000_000), 9)
    assert len(packed) < isolation.MAX_FILE
    start = bomb.index(b"stream\n") + 7
    end = bomb.index(b"\nendstream")
    swollen = bomb[:start] + packed + bomb[end:]
    swollen = swollen.replace(b"/Length 7", b"/Filter /FlateDecode /Length %d" % len(packed))
    begun = time.monotonic()
    assert isinstance(refused(swollen), Malformed)
    assert time.monotonic() - begun < 2


def test_a_slow_reader_is_ended(monkeypatch):
    monkeypatch.setattr(isolation, "SECONDS", 0.001)
    assert refused(pdf(("a.json", CREDENTIAL))).code == "envelope.too_costly"
