"""How the bytes of a text file are to be read: UTF-8, UTF-16 or what Windows calls 1252."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from app.intake.refusals import FileRefused

CHUNK = 262_144
_SAMPLE = 4_096
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def recognise(stream: BinaryIO) -> str:
    """Return the codec of a text file, by its mark, its zeros, or by reading it through once; it may still be wrong.

    Without a mark a file is UTF-8 if all of it is, else Windows-1252. One that begins as UTF-8 beyond ASCII and breaks
    later is damaged: reading it as Windows-1252 would garble every name.
    """
    stream.seek(0)
    sample = stream.read(_SAMPLE)
    for mark, codec in _MARKS:
        if sample.startswith(mark):
            return codec
    return _utf16_by_zeros(sample) or _utf8_or_windows(stream)


def texts(stream: BinaryIO, codec: str) -> Iterator[str]:
    """Yield the file as text, piece by piece; raise FileRefused where it is no text."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(codec)()
    while data := stream.read(CHUNK):
        yield _decoded(decoder, data)
    yield _decoded(decoder, b"", final=True)


def _decoded(decoder: codecs.IncrementalDecoder, data: bytes, final: bool = False) -> str:
    try:
        text = decoder.decode(data, final)
    except UnicodeDecodeError:
        raise FileRefused("encoding") from None
    if "\0" in text:
        raise FileRefused("nul")
    return text


def _utf16_by_zeros(sample: bytes) -> str | None:
    """Western text in UTF-16 has a zero in most pairs, always on the same side."""
    pairs = len(sample) // 2
    high, low = sample[0 : pairs * 2 : 2].count(0), sample[1 : pairs * 2 : 2].count(0)
    if low > 0.7 * pairs and high < 0.1 * pairs:
        return "utf-16-le"
    return "utf-16-be" if high > 0.7 * pairs and low < 0.1 * pairs else None


def _utf8_or_windows(stream: BinaryIO) -> str:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    only_ascii = True
    try:
        while data := stream.read(CHUNK):
            only_ascii = decoder.decode(data).isascii() and only_ascii
        decoder.decode(b"", True)
    except UnicodeDecodeError as error:
        if not (only_ascii and error.object[: error.start].isascii()):
            raise FileRefused("encoding") from None
        return "cp1252"
    return "utf-8"
