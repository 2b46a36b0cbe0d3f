import fcntl
import json
import time
from pathlib import Path

import numpy as np
import pytest

from labeling.errors import ParityError
from learner.fitting import fit
from learner.fitting.fit_process import FitProcess, threads
from learner.fitting.full_data import full_data_predictions, prepare_full_data
from learner.fitting.recipe import Recipe

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
    process = FitProcess(print)
    process.start(job(tmp_path / "job"))
    assert process.is_busy
    assert finish(process) == tmp_path / "job"
    assert fit.predictions(tmp_path / "job").tolist() == [1, 0]
    assert not process.is_busy


@pytest.mark.slow
def test_a_fit_in_a_process_of_its_own_can_be_waited_for(tmp_path: Path) -> None:
    process = FitProcess(print)
    process.finish(job(tmp_path / "job"))
    assert fit.predictions(tmp_path / "job").tolist() == [1, 0]
    assert not process.is_busy


@pytest.mark.slow
def test_a_killed_fit_is_said_and_begun_again(tmp_path: Path) -> None:
    said: list[str] = []
    process = FitProcess(said.append)
    process.start(job(tmp_path / "job"))
    assert process._child is not None
    process._child.kill()
    finish(process)
    assert fit.is_done(tmp_path / "job")
    assert said == [
        "the fit in the background was killed by SIGKILL (a system short of memory does that); "
        "it is begun again at once, answers go on"
    ]


@pytest.mark.slow
def test_a_fit_that_fails_is_tried_after_ever_longer_waits_and_then_says_where_its_log_is(
    tmp_path: Path,
) -> None:
    folder = job(tmp_path / "job")
    (folder / "train.parquet").write_bytes(b"damaged")
    said: list[str] = []
    process = FitProcess(said.append, waits=(0, 0.5))
    process.start(folder)
    with pytest.raises(ParityError, match=f"once too often; its log is {folder / 'log'}"):
        finish(process)
    assert [line.split(";")[1] for line in said] == [
        " it is begun again at once, answers go on",
        " it is begun again in 0.5 s, answers go on",
    ]
    assert "failed (pyarrow.lib.ArrowInvalid: " in said[0]
    process.stop()


@pytest.mark.slow
def test_a_fit_that_waits_for_another_try_is_busy_and_succeeds_once_the_trouble_is_over(
    tmp_path: Path,
) -> None:
    folder = job(tmp_path / "job")
    whole = (folder / "train.parquet").read_bytes()
    (folder / "train.parquet").write_bytes(b"damaged")
    said: list[str] = []
    process = FitProcess(said.append, waits=(3,))
    process.start(folder)
    while not said:
        process.poll()
        time.sleep(0.05)
    assert process.is_busy
    assert process.progress() == "it failed, try 2 is to come"
    (folder / "train.parquet").write_bytes(whole)
    assert finish(process) == folder


def test_a_fit_leaves_a_core_to_the_server_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    for cores, expected in ((1, "1"), (2, "1"), (8, "7")):
        monkeypatch.setattr("learner.fitting.fit_process.cpu_count", lambda cores=cores: cores)
        assert threads() == expected
    monkeypatch.setenv("OMP_NUM_THREADS", "4")
    assert threads() == "4"


def test_what_was_finished_before_is_not_run_again(tmp_path: Path) -> None:
    folder = job(tmp_path / "job")
    fit.run_job(folder)
    process = FitProcess(print)
    process.start(folder)
    assert process.poll() == folder
    assert process._child is None


@pytest.mark.slow
def test_a_job_that_another_process_has_in_hand_is_waited_for_and_run_once(tmp_path: Path) -> None:
    folder = job(tmp_path / "job")
    first, second = FitProcess(print), FitProcess(print)
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


@pytest.mark.parametrize("file", ["probabilities.npy", "train.parquet", "model/weights"])
def test_a_fit_that_was_damaged_is_never_taken_for_a_whole_one(file: str, tmp_path: Path) -> None:
    folder = job(tmp_path / "job")
    (folder / "model").mkdir()
    (folder / "model" / "weights").write_bytes(b"as they were saved")
    fit.run_job(folder)
    assert fit.is_done(folder)
    (folder / file).write_bytes(b"something else")
    assert not fit.is_done(folder)


@pytest.mark.slow
def test_a_fit_under_way_tells_how_far_it_is_and_can_be_stopped(tmp_path: Path) -> None:
    process = FitProcess(print)
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
