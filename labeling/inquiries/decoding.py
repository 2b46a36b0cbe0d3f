"""Bytes of a text file to characters, and what had to be guessed on the way."""

import codecs

from labeling.errors import InputError

BINARY_SHARE = 0.01  # of control characters, above which a file is no text
BINARY = "binary data, not text; save it as CSV in UTF-8"
LOOKED_AT = 65_536  # bytes
CONTROLS = bytes(set(range(32)) - {*b"\t\n\v\f\r\x1b"})


def decode(data: bytes, name: str) -> tuple[str, list[str]]:
    """Decode UTF-8 (with or without BOM), UTF-16 with BOM, or else Windows-1252 or Latin-1.

    Returns the text without its BOM, and the notes that a person should read.
    Raises InputError for an empty file and for one that is not text.
    """
    text, notes = _decoded(data, name)
    if not text.strip():
        raise InputError(
            f"{name}: the file is empty; give a file with a header and one inquiry a row"
        )
    return text, notes


def is_encodable(text: str) -> bool:
    """Whether `text` can be written: half a surrogate pair, which JSON smuggles in, cannot."""
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)


def _decoded(data: bytes, name: str) -> tuple[str, list[str]]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError:
            raise InputError(f"{name}: starts as UTF-16 but is not; save it as UTF-8") from None
        if "\0" in text:  # UTF-32 begins as UTF-16 does
            raise InputError(f"{name}: {BINARY}")
        return text, []
    if b"\0" in data:
        raise InputError(f"{name}: {BINARY}")
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    if _share_of_controls(data[:LOOKED_AT]) > BINARY_SHARE:
        raise InputError(f"{name}: {BINARY}")
    try:
        text, spoken = data.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        text, spoken = data.decode("latin-1"), "Latin-1"
    return text, [f"not UTF-8 (line {line}), so read as {spoken}; check the accented letters"]


def _share_of_controls(data: bytes) -> float:
    return 1 - len(data.translate(None, CONTROLS)) / len(data)
