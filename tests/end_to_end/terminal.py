"""A command in a terminal of its own, and what is to be seen there."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable
from dataclasses import dataclass, field

SEQUENCE = re.compile(r"\x1b\[(\??)([0-9;]*)([A-Za-z])|\r|\n|\x08|[^\x1b\r\n\x08]+|\x1b")


@dataclass
class Terminal:
    """What a terminal without an end shows; it knows what `rich.live` writes, and no more.

    As in any, what is written beyond the last column goes on in the next row.
    """

    columns: int = 100
    lines: list[str] = field(default_factory=lambda: [""])
    row: int = 0
    column: int = 0
    shows_cursor: bool = True

    @property
    def text(self) -> str:
        """All that is to be seen."""
        return "\n".join(line.rstrip() for line in self.lines)

    def write(self, text: str) -> None:
        for found in SEQUENCE.finditer(text):
            private, number, command = found.groups()
            if command is None:
                self._put(found.group())
            elif private and number == "25":
                self.shows_cursor = command == "h"
            elif command == "A":
                self.row = max(0, self.row - int(number or 1))
            elif command == "K":
                assert number == "2", f"erases a part of a line: {found.group()!r}"
                self.lines[self.row] = ""
            else:
                assert command == "m", f"an unknown command: {found.group()!r}"

    def _put(self, text: str) -> None:
        if text == "\r":
            self.column = 0
        elif text == "\n":
            self._go_down()
        elif text:
            if self.column == self.columns:
                self._go_down()
                self.column = 0
            here, rest = text[: self.columns - self.column], text[self.columns - self.column :]
            before = self.lines[self.row].ljust(self.column)
            end = self.column + len(here)
            self.lines[self.row] = before[: self.column] + here + before[end:]
            self.column = end
            self._put(rest)

    def _go_down(self) -> None:
        self.row += 1
        if self.row == len(self.lines):
            self.lines.append("")


@dataclass
class Session:
    """A command that runs in a terminal."""

    process: int
    descriptor: int
    terminal: Terminal
    written: bytes = b""
    code: int | None = None

    def press(self, keys: bytes) -> None:
        os.write(self.descriptor, keys)

    def watch(self, until: Callable[[str], object], seconds: float = 120) -> None:
        """Read until what is to be seen is so; fail when it is not in time, or at the end."""
        deadline = time.monotonic() + seconds
        while not until(self.terminal.text):
            assert time.monotonic() < deadline, f"{seconds} s in vain:\n{self.terminal.text}"
            assert self._read(), f"it has ended:\n{self.terminal.text}"

    def wait(self, seconds: float = 120) -> int:
        """Read to the end, which is to come in time; the exit code."""
        deadline = time.monotonic() + seconds
        while self._read():
            assert time.monotonic() < deadline, f"{seconds} s in vain:\n{self.terminal.text}"
        if self.code is None:
            self.code = os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])
            os.close(self.descriptor)
        return self.code

    def _read(self) -> bool:
        """Whether the command goes on; waits a moment for what it writes."""
        if not select.select([self.descriptor], [], [], 0.2)[0]:
            return True
        try:
            news = os.read(self.descriptor, 65536)
        except OSError:  # Linux says so at the end
            return False
        self.written += news
        whole = self.written.decode(errors="ignore")
        self.terminal = Terminal(self.terminal.columns)
        self.terminal.write(whole)
        return bool(news)


def start_in_terminal(*arguments: object, columns: int = 100, **environment: str) -> Session:
    """Start a command in a new terminal of so many columns."""
    words = [str(argument) for argument in arguments]
    known = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    process, descriptor = pty.fork()
    if process == 0:
        size = struct.pack("HHHH", 40, columns, 0, 0)
        fcntl.ioctl(0, termios.TIOCSWINSZ, size)
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # whoever runs tests may ignore it
        os.execve(words[0], words, {**known, "TERM": "xterm-256color", **environment})
    return Session(process, descriptor, Terminal(columns))
