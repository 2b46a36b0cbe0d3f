"""The page that all reports are: style and script inside, and pieces that escape what they show."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from plotly.offline import get_plotlyjs

Cell = str | tuple[str, str]  # text, or text and a smaller remark beside it

# Nothing is fetched from anywhere, whatever a page holds; charts draw images of their own.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "img-src data: blob:; base-uri 'none'; form-action 'none'"
)
TEMPLATE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<style>{style}</style><script>{plotly}</script></head>
<body><main><h1>{heading}</h1>{body}</main><script>{script}</script></body></html>
"""


def page(title: str, body: str) -> str:
    """A whole page; `title` is text, `body` HTML."""
    folder = Path(__file__).parent
    return TEMPLATE.format(
        policy=POLICY,
        title=escape(title),
        heading=isolated(title),
        body=body,
        style=(folder / "page.css").read_text("utf-8"),
        script=(folder / "page.js").read_text("utf-8"),
        plotly=get_plotlyjs(),
    )


def isolated(text: str) -> str:
    """Text that somebody wrote, as HTML; its direction stays its own."""
    return f"<bdi>{escape(text)}</bdi>"


def shortened(text: str, most: int) -> str:
    """Text in one line, of at most `most` characters."""
    line = " ".join(text[: 10 * most].split())
    return line if len(line) <= most and len(text) <= 10 * most else f"{line[: most - 1]}…"


def section(name: str, heading: str, body: str, wide: bool = False) -> str:
    """A part of the page under its heading, which `contents` can point to by `name`."""
    kind = ' class="wide"' if wide else ""
    return (
        f'<section id="{name}" aria-labelledby="{name}-heading"{kind}>'
        f'<h2 id="{name}-heading">{escape(heading)}</h2>{body}</section>'
    )


def contents(parts: Sequence[tuple[str, str]]) -> str:
    """Links to sections: (name, heading) each."""
    links = "".join(f'<li><a href="#{name}">{escape(text)}</a></li>' for name, text in parts)
    return f'<nav aria-label="Contents"><ul>{links}</ul></nav>'


def paragraph(text: str) -> str:
    """A paragraph of plain text."""
    return f"<p>{escape(text)}</p>"


def folded(summary: str, body: str) -> str:
    """Something that is shown when asked for; `body` is HTML."""
    return f"<details><summary>{escape(summary)}</summary>{body}</details>"


def table(
    caption: str, head: Sequence[str], rows: Sequence[Sequence[Cell]], sortable: bool = False
) -> str:
    """A table whose first column names its rows. It scrolls in itself where it is too wide."""
    columns = "".join(
        f'<th scope="col">{f"<button>{escape(name)}</button>" if sortable else escape(name)}</th>'
        for name in head
    )
    body = "".join(
        f'<tr><th scope="row">{_cell(row[0])}</th>'
        + "".join(f"<td>{_cell(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    kind = ' class="sortable"' if sortable else ""
    return scrolling(
        caption,
        f"<table{kind}><caption><span>{escape(caption)}</span></caption><thead><tr>{columns}</tr></thead>"
        f"<tbody>{body}</tbody></table>",
    )


def scrolling(label: str, body: str) -> str:
    """A box that scrolls sideways by itself, also by keyboard."""
    return (
        f'<div class="scrolling" role="region" aria-label="{escape(label)}" tabindex="0">'
        f"{body}</div>"
    )


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return isolated(cell)
    return f"{isolated(cell[0])} <small>{isolated(cell[1])}</small>"
