import fcntl
import json
import time
from pathlib import Path

import numpy as np
import pytest

from labeling.errors import ParityError
from learner import fit
from learner.fit_process import FitProcess
from learner.full_data import full_data_predictions, prepare_full_data
from learner.recipe import Recipe

BOW = Recipe("bow", "none", name="bag of words")
TEXTS = ["cancel it", "stop it", "cancel that", "send it", "deliver it", "send that"]
LABELS = np.array([0, 0, 0, 1, 1, 1])


def job(folder: Path) -> Path:
    fit.prepare(folder, BOW, TEXTS, LABELS, ["a", "b"], ["send", "stop"], 0, keep_model=False)
    return folder


def finish(process: FitProcess) -> Path:
    for _ in range(600):
        done = process.poll()
        if done is not None:
            return done
        time.sleep(0.1)
    raise AssertionError("the fit did not end")


@pytest.mark.slow
def test_a_fit_in_the_background_leaves_its_predictions(tmp_path: Path) -> None:
    process = FitProcess()
    process.start(job(tmp_path / "job"))
    assert process.is_busy
    assert finish(process) == tmp_path / "job"
    assert fit.predictions(tmp_path / "job").tolist() == [1, 0]
    assert not process.is_busy


@pytest.mark.slow
def test_a_killed_fit_is_begun_once_more(tmp_path: Path) -> None:
    process = FitProcess()
    process.start(job(tmp_path / "job"))
    assert process._child is not None
    process._child.kill()
    finish(process)
    assert fit.is_done(tmp_path / "job")


@pytest.mark.slow
def test_a_fit_that_fails_twice_says_where_its_log_is(tmp_path: Path) -> None:
    folder = job(tmp_path / "job")
    (folder / "train.parquet").write_bytes(b"damaged")
    process = FitProcess()
    process.start(folder)
    with pytest.raises(ParityError, match=f"failed 2 times; its log is {folder / 'log'}"):
        finish(process)
    process.stop()


def test_what_was_finished_before_is_not_run_again(tmp_path: Path) -> None:
    folder = job(tmp_path / "job")
    fit.run_job(folder)
    process = FitProcess()
    process.start(folder)
    assert process.poll() == folder
    assert process._child is None


@pytest.mark.slow
def test_a_job_that_another_process_has_in_hand_is_waited_for_and_run_once(tmp_path: Path) -> None:
    folder = job(tmp_path / "job")
    first, second = FitProcess(), FitProcess()
    with (folder / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        first.start(folder)
        second.start(folder)
        time.sleep(3)
        assert not fit.is_done(folder)
    assert finish(first) == finish(second) == folder
    assert fit.predictions(folder).tolist() == [1, 0]


def test_a_fit_that_was_cut_short_is_never_taken_for_a_whole_one(tmp_path: Path) -> None:
    folder = job(tmp_path / "job")
    np.save(folder / "probabilities.npy", np.full((2, 2), 0.5))
    (folder / "model.part").mkdir()
    assert not fit.is_done(folder)
    fit.run_job(folder)
    assert fit.is_done(folder)
    assert fit.predictions(folder).tolist() == [1, 0]
    assert not (folder / "model.part").exists()


@pytest.mark.slow
def test_a_fit_under_way_tells_how_far_it_is_and_can_be_stopped(tmp_path: Path) -> None:
    process = FitProcess()
    assert process.progress() == ""
    process.stop()
    process.start(job(tmp_path / "job"))
    child = process._child
    assert child is not None
    assert process.progress() == ""
    (tmp_path / "job" / "progress").write_text("3 10")
    assert process.progress() == "step 3 of 10"
    process.stop()
    assert child.poll() is not None
    assert not process.is_busy
    assert process.poll() is None


def test_the_full_data_model_is_fitted_once_for_the_same_data_and_recipe() -> None:
    arguments = (TEXTS, LABELS, ["a", "b"], ["send", "stop"])
    first = full_data_predictions(BOW, *arguments, seed=0)
    folder = prepare_full_data(BOW, *arguments, seed=0)
    stamp = (folder / "done.json").stat().st_mtime_ns
    assert json.loads((folder / "done.json").read_text())["labels"] == 6
    assert (full_data_predictions(BOW, *arguments, seed=0) == first).all()
    assert (folder / "done.json").stat().st_mtime_ns == stamp
    assert prepare_full_data(BOW, *arguments, seed=1) != folder
