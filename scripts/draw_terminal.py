"""Draw what `parity up` shows in a terminal, for the README.

    .venv/bin/parity up --data sample --annotators simulated --model head --until 120 --json > LINES
    .venv/bin/python scripts/draw_terminal.py LINES docs/terminal.svg

The picture is of the last moment at which somebody was asked. It loads nothing from elsewhere.
"""

import io
import json
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from labeling.visible import visible
from learner.live.view import view

WIDTH = 100
LINES = 3  # that were said before
THEME = TerminalTheme(
    (24, 27, 32),
    (214, 218, 224),
    [(24, 27, 32), (229, 115, 115), (129, 199, 132), (255, 213, 79)],
    [(100, 181, 246), (206, 147, 216), (77, 208, 225), (214, 218, 224)],
)
FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def draw(lines: Path, picture: Path) -> None:
    """The lines said last, and the view below them."""
    events = [json.loads(line) for line in lines.read_text().splitlines()]
    at = max(number for number, event in enumerate(events) if _is_asking(event["status"]))
    console = Console(width=WIDTH, record=True, file=io.StringIO(), force_terminal=True)
    for event in events[at - LINES + 1 : at + 1]:
        console.print(Text(visible(event["line"])), highlight=False)
    began, then = (datetime.fromisoformat(event["time"]) for event in (events[0], events[at]))
    console.print(view(events[at]["status"], (then - began).total_seconds(), WIDTH))
    svg = console.export_svg(title="parity up", theme=THEME, unique_id="terminal")
    picture.write_text(self_contained(svg))


def _is_asking(status: dict[str, Any] | None) -> bool:
    return status is not None and status["phase"] == "asking" and status["waiting"] > 0


def self_contained(svg: str) -> str:
    """The picture without the fonts that it would load, in whatever the reader's machine has."""
    svg = re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = svg.replace("font-family: Fira Code, monospace", f"font-family: {FONTS}")
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


if __name__ == "__main__":
    draw(Path(sys.argv[1]), Path(sys.argv[2]))
