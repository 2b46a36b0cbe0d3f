"""Files as no program should write them, and what is right to make of one."""

from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st

from labeling.errors import InputError

Made = TypeVar("Made")

tried: Counter[str] = Counter()  # how many were "made" and "refused"

few = settings(max_examples=settings().max_examples // 3)  # where one is a file

# What decides where a cell, a row, a text or a file ends, or in which letters it is written.
MARKS = [
    *(b'"', b"'", b",", b";", b"\t", b"|", b"\n", b"\r", b"\r\n", b"\\", b"\0", b"\x1a", b"\x1f"),
    *(b"{", b"}", b"[", b"]", b":", b"null", b"NaN", b"1e999", b"-0", b"9" * 5_000, b"[" * 5_000),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\x81", b"\xc3", b"\xe4"),
    *(b"\xed\xa0\x80", b"\\ud800", b"\xe2\x80\xa8", b"\xc2\x85", b"\x0b", b"\x0c", b"\x1c"),
    *(b"text", b"category", b"definition", b"x" * 140_000, b"{{Order Number}}", b"{{}}", b"="),
]
ANY_TEXT = st.text(max_size=40)  # no half surrogate pairs
HALVES = st.sampled_from(["\ud800", "parcel \udfff", "\udc00\ud800"])


def any_bytes(*words: bytes) -> st.SearchStrategy[bytes]:
    """Any bytes, mostly of what readers stumble over; `words` come often."""
    pieces = st.one_of(st.sampled_from([*words, *MARKS]), st.binary(max_size=12))
    return st.lists(pieces, max_size=30).map(b"".join)


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """`content` with a few places overwritten, cut out or filled in, perhaps cut short."""
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content)))
        gone = draw(st.sampled_from([0, 0, 1, 1, 4, 64, 4_096]))
        put = draw(st.one_of(st.binary(max_size=8), st.sampled_from(MARKS)))
        content = content[:at] + put + content[at + gone :]
    return content[: draw(st.integers(0, len(content)))] if draw(st.booleans()) else content


def made_or_refused(make: Callable[[], Made]) -> Made | None:
    """What `make` returns; None where it refuses to, in one line."""
    try:
        made = make()
    except InputError as error:
        lines = str(error).splitlines()
        assert len(lines) == 1, lines
        tried["refused"] += 1
        return None
    tried["made"] += 1
    return made
