"""Secrets by value or by file."""

from pathlib import Path

import pytest

from labeling.errors import InputError
from labeling.secret import from_environment


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("A_SECRET", "A_SECRET_FILE"):
        monkeypatch.delenv(name, raising=False)


def test_neither_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert from_environment("A_SECRET") is None
    monkeypatch.setenv("A_SECRET", "")
    assert from_environment("A_SECRET") is None


def test_a_value_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET", " s3cret ")
    assert from_environment("A_SECRET") == " s3cret "


def test_a_file_is_read_without_the_line_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("s3cret\n")
    monkeypatch.setenv("A_SECRET_FILE", str(tmp_path / "secret"))
    assert from_environment("A_SECRET") == "s3cret"


def test_what_is_wrong_is_said_without_the_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("A_SECRET_FILE", str(tmp_path / "none"))
    with pytest.raises(InputError, match=r"A_SECRET_FILE: .*none cannot be read \(No such file"):
        from_environment("A_SECRET")
    (tmp_path / "none").write_text("\n")
    with pytest.raises(InputError, match="none is empty"):
        from_environment("A_SECRET")
    (tmp_path / "none").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="no text"):
        from_environment("A_SECRET")
    monkeypatch.setenv("A_SECRET", "s3cret")
    with pytest.raises(InputError, match="both set") as error:
        from_environment("A_SECRET")
    assert "s3cret" not in str(error.value)
