"""A Ray cluster of two nodes on this machine: what it gives is what one machine gives."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from labeling.errors import InputError
from labeling.inquiries import read_inquiries
from learner import cluster
from learner.encoder import embed
from scripts.ray_nodes import nodes

pytestmark = pytest.mark.slow

TEXTS = [f"where is parcel {number}{' please' * (number % 7)}" for number in range(4_000)]


@pytest.fixture
def two_nodes() -> Iterator[Any]:
    with nodes(2) as made:
        yield made


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARITY_CACHE", str(tmp_path / "cache"))


@pytest.mark.usefixtures("own_cache")
def test_it_encodes_as_this_machine_does(
    two_nodes: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []
    texts = TEXTS[:2_500]
    with cluster.joined(two_nodes.address):
        there = embed(texts, progress=lambda *at: seen.append(at), encode_rows=cluster.encode_rows)
    assert seen[-1] == (2_500, 2_500)
    assert len(seen) == 3

    monkeypatch.setenv("PARITY_CACHE", str(tmp_path / "another"))
    here = embed(texts)
    assert np.abs(there - here).max() < 1e-5


@pytest.mark.usefixtures("own_cache")
def test_what_a_lost_node_was_at_is_encoded_by_another(two_nodes: Any) -> None:
    lost: list[Any] = []

    def lose(*_: int) -> None:
        if not lost:
            lost.extend(two_nodes.worker_nodes)
            two_nodes.remove_node(lost[0], allow_graceful=False)

    with cluster.joined(two_nodes.address):
        there = embed(TEXTS, progress=lose, encode_rows=cluster.encode_rows)
    assert len(lost) == 1
    assert np.abs(there[::500] - embed(TEXTS)[::500]).max() < 1e-5
    assert np.linalg.norm(there, axis=1) == pytest.approx(1, abs=1e-5)


def test_runs_are_played_on_every_node_and_again_when_one_is_lost(two_nodes: Any) -> None:
    def who(shared: str, number: int) -> tuple[str, int, str]:
        import ray

        time.sleep(0.5)
        return shared, number, ray.get_runtime_context().get_node_id()

    found: list[tuple[str, int, str]] = []
    with cluster.joined(two_nodes.address):
        for one in cluster.ended(who, [("same", number) for number in range(10)], uses_gpu=False):
            found.append(one)
            if len({node for *_, node in found}) == 2 and two_nodes.worker_nodes:
                two_nodes.remove_node(next(iter(two_nodes.worker_nodes)), allow_graceful=False)
    assert sorted((shared, number) for shared, number, _ in found) == [
        ("same", number) for number in range(10)
    ]
    assert len({node for *_, node in found}) == 2
    assert not two_nodes.worker_nodes


def test_what_a_task_refuses_is_said_as_it_would_be_here(two_nodes: Any) -> None:
    def refuse(path: str) -> None:
        raise InputError(f"{path}: no such file")

    with (
        pytest.raises(InputError, match=r"^a\.csv: no such file$"),
        cluster.joined(two_nodes.address),
    ):
        list(cluster.ended(refuse, [("a.csv",)], uses_gpu=False))


def test_a_simulation_on_it_is_the_one_of_this_machine(two_nodes: Any, tmp_path: Path) -> None:
    inquiries = read_inquiries("sample").table.sample(600, random_state=0)
    inquiries[["text", "category"]].to_csv(tmp_path / "some.csv", index=False)
    curves = []
    for name, more in (("there", ["--ray-address", two_nodes.address]), ("here", [])):
        command = [
            *(str(Path(sys.executable).with_name("parity")), "simulate"),
            *("--data", str(tmp_path / "some.csv")),
            *("--seeds", "2", "--budget", "60", "--out", str(tmp_path / name), *more),
        ]
        environment = os.environ | {"PARITY_CACHE": str(tmp_path / f"cache-{name}")}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        curves.append(pd.read_csv(tmp_path / name / "curve.csv").drop(columns="seconds"))
    pd.testing.assert_frame_equal(curves[0], curves[1], atol=1e-9)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("127.0.0.1:9", "nothing answers there"),
        ("auto", "not HOST:PORT"),
        ("ray://127.0.0.1:10001", "not HOST:PORT"),
        ("127.0.0.1:99999", "nothing answers there"),
    ],
)
def test_an_address_without_a_cluster_is_said(address: str, why: str) -> None:
    with pytest.raises(InputError, match=why), cluster.joined(address):
        pass
