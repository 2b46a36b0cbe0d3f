"""The parts that both cards are made of."""

import platform
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

LIBRARIES = ("parity", "torch", "transformers", "sentence-transformers", "scikit-learn", "datasets")


def front_matter(**entries: Any) -> str:
    """The YAML that a hub reads; entries that are None are left out."""
    from huggingface_hub import CardData

    return f"---\n{CardData(**entries).to_yaml()}\n---\n\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; cells are shown as they are."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def listed(items: Iterable[str]) -> str:
    """A Markdown list."""
    return "\n".join(f"- {item}" for item in items)


def data_name(source: str) -> str:
    """What data is called: a hub id, or a file's name without where it lies on this machine."""
    if source == "sample":
        return "the sample that ships with Parity"
    return source if source.startswith("hf:") else Path(source).name


def model_name(model: str) -> str:
    """What a model or encoder is called: a hub id, or a folder's name without where it lies."""
    is_id = model.count("/") == 1 and model[0] not in "/.~" and not Path(model).exists()
    return model if is_id else Path(model).name


def versions() -> Iterator[tuple[str, str]]:
    """Python and the libraries that a model depends on, with their versions."""
    yield "python", platform.python_version()
    for name in LIBRARIES:
        yield name, version(name)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
