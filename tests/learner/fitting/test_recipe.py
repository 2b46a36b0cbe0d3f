from pathlib import Path

import numpy as np
import pytest

from labeling.errors import InputError
from learner.fitting.recipe import choose_recipe, fit_model
from learner.models.protocol import Model


def test_auto_falls_back_to_the_packaged_encoder_and_says_so() -> None:
    recipe = choose_recipe("auto")
    assert recipe.kind == "transformer"
    assert recipe.is_slow
    assert recipe.base == "all-MiniLM-L6-v2"
    assert "the packaged encoder all-MiniLM-L6-v2 is fine-tuned instead" in recipe.notice


def test_a_folder_must_hold_a_model(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no model folder, for it lacks config\.json"):
        choose_recipe(str(tmp_path))
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(InputError, match=r"lacks config\.json or model\.safetensors or"):
        choose_recipe(str(tmp_path))
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    assert choose_recipe(str(tmp_path)).base == str(tmp_path)


def test_a_name_that_is_nothing_says_what_there_is() -> None:
    with pytest.raises(InputError, match="neither auto, head, setfit nor bow, nor a folder"):
        choose_recipe("no/such-model")


def test_the_key_changes_with_whatever_changes_the_predictions() -> None:
    head, bow = choose_recipe("head"), choose_recipe("bow")
    keys = {
        head.key(0, ["a"], ["b"]),
        head.key(1, ["a"], ["b"]),
        head.key(0, ["a", "b"], []),
        bow.key(0, ["a"], ["b"]),
    }
    assert len(keys) == 4
    assert head.key(0, ["a"], ["b"]) == choose_recipe("head").key(0, ["a"], ["b"])


def test_the_key_follows_what_a_folder_holds_not_where_it_lies(tmp_path: Path) -> None:
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text("{}")
        (tmp_path / name / "model.safetensors").write_bytes(b"weights")
    here, there = (choose_recipe(str(tmp_path / name)) for name in ("here", "there"))
    key = here.key(0, ["a"])
    assert key == there.key(0, ["a"])
    (tmp_path / "here" / "model.safetensors").write_bytes(b"others")
    assert here.key(0, ["a"]) != key


def test_what_is_fitted_in_one_go_is_shown_once_at_its_end() -> None:
    shown: list[Model] = []
    texts, labels = ["cancel it", "send it"], np.array([0, 1])
    fitted = fit_model(choose_recipe("bow"), texts, labels, ["a", "b"], 0, watch=shown.append)
    assert len(shown) == 1
    assert shown[0] is fitted
