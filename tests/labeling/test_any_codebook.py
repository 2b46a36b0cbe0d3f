"""Whatever a codebook file holds: categories that every part can work with, or one line."""

import json
from pathlib import Path
from typing import Any

import pytest
from damage import ANY_TEXT, HALVES, any_bytes, damaged, few, made_or_refused
from hypothesis import given
from hypothesis import strategies as st

from labeling.codebook import LONGEST_GUIDELINES, guidelines, read_codebook

pytestmark = pytest.mark.generated

CELLS = st.one_of(
    st.none(),
    ANY_TEXT,
    HALVES,
    st.booleans(),
    st.floats(),
    st.integers(),
    st.sampled_from(["x" * 201, "a\nb", "par\0cel", "<script>"]),
    st.lists(ANY_TEXT | HALVES | st.none(), max_size=3),
    st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=2),
)
GOOD = b"category,definition,example 1\nfirst,what comes first,one\nsecond,the next,two\n"


def read(folder: Path, name: str, content: bytes) -> None:
    path = folder / name
    path.write_bytes(content)
    try:
        codebook = made_or_refused(lambda: read_codebook(path))
        assert [each.name for each in folder.iterdir()] == [name]
    finally:
        path.unlink()
    if codebook is None:
        return
    assert len(set(codebook.names)) == len(codebook.names) >= 2
    for category in codebook.categories:
        assert len(category.name.splitlines()) == 1
        assert category.name == category.name.strip() != ""
        for text in (category.name, category.definition, *category.examples):
            assert "\0" not in text  # which PostgreSQL cannot keep
            text.encode()
    assert len(guidelines(codebook)) <= LONGEST_GUIDELINES


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("codebooks")


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
@few
@given(st.data())
def test_any_bytes(folder: Path, name: str, data: st.DataObject) -> None:
    read(folder, name, data.draw(any_bytes(b"category,definition\n", b'{"category": "a"}\n')))


@few
@given(damaged(GOOD))
def test_a_damaged_file(folder: Path, content: bytes) -> None:
    read(folder, "a.csv", content)


@few
@given(
    st.lists(
        st.fixed_dictionaries(
            {"category": CELLS, "definition": CELLS}, optional={"examples": CELLS}
        ),
        min_size=1,
        max_size=6,
    )
)
def test_any_values(folder: Path, items: list[Any]) -> None:
    read(folder, "a.json", json.dumps(items).encode())
