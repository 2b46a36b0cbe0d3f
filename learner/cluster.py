"""A Ray cluster in the place of this machine's cores: encoding inquiries, playing runs.

Ray gives what a lost worker was at to another one. Every machine needs the same version of Parity;
what is worked out comes back here and is kept here, as it would be without a cluster.
"""

import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from typing import Any

import numpy as np
import pandas as pd

from labeling.errors import InputError, ParityError
from learner.encoder import CHUNK, encode, load_encoder

SECONDS = 10  # for a cluster to take up a connection
TRIES = 3  # of a task again, when its worker is lost


@contextmanager
def joined(address: str) -> Iterator[None]:
    """Be connected to the cluster at HOST:PORT. Raises InputError if there is none."""
    _check(address)
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing leaves these machines
    import ray
    from ray.exceptions import RayError, RayTaskError

    on_term = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise InputError(f"--ray-address {address}: {str(error).splitlines()[0]}") from error
    signal.signal(signal.SIGTERM, on_term)  # for which Ray has put its own
    try:
        yield
    except RayTaskError as error:  # what a task itself raised
        raise (error.cause if isinstance(error.cause, ParityError) else error) from None
    except RayError as error:
        raise ParityError(
            f"the Ray cluster at {address} could not go on: {str(error).splitlines()[0]}; what is "
            "finished is kept, and the same command goes on"
        ) from error
    finally:
        ray.shutdown()


def encode_rows(texts: Sequence[str], encoder: str) -> Iterator[tuple[Sequence[int], np.ndarray]]:
    """As `learner.encoder.encode_here`, on the cluster, in the order in which chunks are done."""
    from ray.data import DataContext, from_pandas

    logging.getLogger("ray.data").setLevel(logging.ERROR)
    DataContext.get_current().enable_progress_bars = False
    table = pd.DataFrame({"row": np.arange(len(texts)), "text": list(texts)})
    chunks = [table[start : start + CHUNK] for start in range(0, len(table), CHUNK)]
    encoded = from_pandas(chunks).map_batches(
        partial(_encode_chunk, encoder),
        batch_size=None,
        num_cpus=1,
        num_gpus=_gpus(),
    )
    for chunk in encoded.iter_batches(batch_size=None):
        yield chunk["row"].tolist(), chunk["vector"]


def ended(
    do: Callable[..., Any], arguments: Sequence[tuple[Any, ...]], uses_gpu: bool
) -> Iterator[Any]:
    """The results of `do` for each tuple of arguments, in the order in which they end.

    The first argument, which calls may share, is sent to the cluster once.
    """
    import ray

    remote = ray.remote(do).options(
        num_cpus=1, num_gpus=_gpus() if uses_gpu else 0, max_retries=TRIES
    )
    shared: dict[int, Any] = {}
    under_way = []
    for first, *rest in arguments:
        if id(first) not in shared:
            shared[id(first)] = ray.put(first)
        under_way.append(remote.remote(shared[id(first)], *rest))
    while under_way:
        (done,), under_way = ray.wait(under_way)
        yield ray.get(done)


def _check(address: str) -> None:
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or "/" in host:
        raise InputError(f"--ray-address {address}: not HOST:PORT, as `ray start --head` says it")
    try:
        socket.create_connection((host, int(port)), SECONDS).close()
    except (OSError, OverflowError) as error:
        raise InputError(
            f"--ray-address {address}: nothing answers there ({error}); start a cluster with "
            "`ray start --head`"
        ) from error


def _gpus() -> int:
    import ray

    return 1 if ray.cluster_resources().get("GPU", 0) >= 1 else 0


def _encode_chunk(encoder: str, chunk: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {"row": chunk["row"], "vector": encode(_loaded(encoder), chunk["text"].tolist())}


_loaded = cache(load_encoder)  # once in a worker's process
