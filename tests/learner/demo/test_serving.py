"""What keeps the demo page from starting, said before anything is served."""

import socket
from pathlib import Path

import pytest
from tiny_encoders import CATEGORIES, LABELS, TEXTS

from labeling.errors import InputError
from labeling.server.listening import HOST
from learner.demo.serving import serve
from learner.models.bow import fit_bag_of_words


@pytest.fixture
def model(tmp_path: Path) -> Path:
    fit_bag_of_words(TEXTS, LABELS, CATEGORIES).save(tmp_path / "model")
    return tmp_path / "model"


def complaint(
    model: Path, rules: Path | None = None, home: Path | None = None, port: int | None = None
) -> str:
    said: list[str] = []
    with pytest.raises(InputError) as refused:
        serve(model, rules, home, HOST, port, said.append)
    assert said == []
    return str(refused.value)


@pytest.mark.parametrize("port", [-1, 0, 65_536])
def test_a_port_that_cannot_be_is_refused(model: Path, port: int) -> None:
    assert complaint(model, port=port) == f"--port {port}: a number from 1 to 65535"


def test_a_port_that_is_taken_is_refused(model: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = complaint(model, port=port)
    assert said == f"--port {port}: Address already in use; name another, or leave it out"


def test_a_wrong_model_file_of_rules_or_campaign_is_refused(model: Path, tmp_path: Path) -> None:
    assert complaint(tmp_path / "none").startswith(f"{tmp_path / 'none'}: no such folder")
    assert complaint(tmp_path).startswith(f"{tmp_path}: no model")
    rules = tmp_path / "rules.toml"
    assert complaint(model, rules=rules).startswith(f"{rules}: cannot be read: No such file")
    assert complaint(model, home=tmp_path).startswith(f"no campaign in {tmp_path}: ")
