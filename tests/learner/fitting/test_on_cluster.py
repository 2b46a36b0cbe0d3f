"""Fits on a Ray cluster of two nodes on this machine: what comes back, what a lost node costs."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tiny_encoders import CATEGORIES, LABELS, TEXTS, tiny, without_dropout

from learner import cluster
from learner.fitting import fit, on_cluster
from learner.fitting.fit_process import FitProcess
from learner.fitting.recipe import Recipe
from learner.models.fine_tuning import Training, fine_tune
from scripts.ray_nodes import nodes

pytestmark = pytest.mark.slow

PATIENCE = 500  # seconds: a worker takes half a minute to begin where others keep the cores busy


@pytest.fixture
def two_nodes() -> Iterator[Any]:
    with nodes(2) as made:
        yield made


@pytest.fixture
def base(tmp_path: Path) -> str:
    return without_dropout(tiny("distilbert", tmp_path / "base"))


@pytest.fixture
def job(base: str, tmp_path: Path) -> Path:
    """A fit that takes some seconds once it has begun."""
    recipe = Recipe("transformer", "none", base, "tiny")
    texts, labels = TEXTS * 100, np.tile(LABELS, 100)
    folder = tmp_path / "job"
    fit.prepare(folder, recipe, texts, labels, CATEGORIES, TEXTS, 0, keep_model=True)
    return folder


def wait_for_step(process: FitProcess) -> None:
    deadline = time.monotonic() + PATIENCE
    while not process.progress().startswith("step "):
        assert time.monotonic() < deadline, "the fit did not begin"
        process.poll()
        time.sleep(0.05)


def test_two_workers_give_the_model_of_one_machine_and_tell_how_far_they_are(
    two_nodes: Any, base: str, tmp_path: Path
) -> None:
    def note(done: int, of: int) -> None:
        with (tmp_path / "told").open("a") as told:
            told.write(f"{done} of {of}\n")

    training = Training(probed_steps=20)
    given = (base, TEXTS, LABELS, CATEGORIES, 1)
    with cluster.joined(two_nodes.address):
        assert on_cluster.spoken() == "2 workers of the Ray cluster, one a machine"
        there = on_cluster.fine_tune(*given, progress=note, training=training).model.state_dict()
    here = fine_tune(*given, training=training).model.state_dict()
    for name, weight in here.items():
        assert torch.allclose(weight, there[name], atol=1e-4), name
    told = (tmp_path / "told").read_text().splitlines()
    assert told == [f"{step} of 20" for step in range(1, 21)]


def test_a_fit_whose_node_is_lost_is_said_and_begun_again_on_what_is_left(
    two_nodes: Any, job: Path
) -> None:
    said: list[str] = []
    process = FitProcess(said.append, ray_address=two_nodes.address)
    process.start(job)
    wait_for_step(process)
    two_nodes.remove_node(next(iter(two_nodes.worker_nodes)), allow_graceful=False)
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None:
        assert time.monotonic() < deadline, "the fit did not end"
        time.sleep(0.2)
    assert len(said) == 1
    assert "a worker on the Ray cluster was lost or failed: " in said[0]
    assert "it is begun again at once" in said[0]
    assert (fit.predictions(job) == LABELS).mean() > 0.9
    assert (job / "model" / "model.safetensors").exists()


def test_a_fit_that_is_stopped_leaves_the_cluster_to_others(two_nodes: Any, job: Path) -> None:
    process = FitProcess(print, ray_address=two_nodes.address)
    process.start(job)
    wait_for_step(process)
    process.stop()
    with cluster.joined(two_nodes.address):
        import ray

        deadline = time.monotonic() + 60
        while ray.available_resources().get("CPU") != 2:
            assert time.monotonic() < deadline, "its workers go on"
            time.sleep(0.2)
