"""What people wrote is shown in a terminal, and cannot steer it."""

import pytest

from labeling.visible import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain [bold]words[/bold]", "plain [bold]words[/bold]"),
        ("Grüße, 你好, שלום, مرحبا 👩‍🔧", "Grüße, 你好, שלום, مرحبا 👩‍🔧"),
        ("\x1b[2J\x1b]0;title\x07", r"\x1b[2J\x1b]0;title\x07"),
        ("one\r\ntwo\ttabs", r"one\r\ntwo\ttabs"),
        ("\x9b31m", r"\x9b31m"),
        ("invoice\u202efdp.exe", r"invoice\u202efdp.exe"),
        ("\u200f\u2066turned\u2069", r"\u200f\u2066turned\u2069"),
        ("line\u2028end", r"line\u2028end"),
        ("no utf-8: \udcff", r"no utf-8: \udcff"),
        ("", ""),
    ],
)
def test_what_would_steer_a_terminal_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown
    visible(text).encode()
