"""One fit by several workers of a Ray cluster: one a GPU or, where there is none, one a machine.

    labels and texts ─► Ray Train: `fine_tune` in each worker ─► the first worker's model, back here

Ray Train begins the workers and makes them processes of `torch.distributed`; how they share a fit
stands in `learner.models.workers`. A worker that is lost fails the fit, and whoever asked for it
asks again (`learner.fitting.fit_process`): then those take part that are left.
"""

import math
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from labeling.errors import ParityError
from learner.models.protocol import Watch
from learner.progress import Progress

if TYPE_CHECKING:
    from learner.models.fine_tuning import Training
    from learner.models.transformer import Transformer


def fine_tune(
    base: str,
    texts: Sequence[str],
    labels: np.ndarray,
    categories: Sequence[str],
    seed: int,
    features: np.ndarray | None = None,
    progress: Progress | None = None,
    training: "Training | None" = None,
    watch: Watch | None = None,
) -> "Transformer":
    """As `learner.models.fine_tuning.fine_tune`, by the cluster that this process has joined.

    `base` is at the same place on every machine. `progress` is called on this one, in another
    process. There is no `watch`: ValueError.
    Raises ParityError when the workers could not finish, such as when one was lost.
    """
    import ray.train.torch

    train: Any = ray.train  # whose types are of its first version
    if watch is not None:
        raise ValueError("a fit on a cluster cannot be watched")
    count, resources = workers()
    folder = Path(base)  # workers begin in a folder of their own
    given = {
        "base": str(folder.absolute()) if folder.is_dir() else base,
        "texts": list(texts),
        "labels": labels,
        "categories": list(categories),
        "seed": seed,
        "features": features,
        "training": training,
    }
    with TemporaryDirectory() as unused:  # Ray Train wants a folder for checkpoints
        trainer = train.torch.TorchTrainer(
            partial(_work, given, progress and _teller(progress)),
            scaling_config=train.ScalingConfig(
                num_workers=(1, count),  # fewer where one has been lost that still counts
                use_gpu="GPU" in resources,
                resources_per_worker=resources,
                placement_strategy="PACK" if "GPU" in resources else "SPREAD",
                elastic_resize_monitor_interval_s=math.inf,  # for it would begin the fit again
            ),
            run_config=train.RunConfig(storage_path=unused),
        )
        try:
            model: Transformer = trainer.fit().return_value
        except train.TrainingFailedError as error:
            raise ParityError(
                f"a worker on the Ray cluster was lost or failed: {_reason(error)}"
            ) from error
    return model


def workers() -> tuple[int, dict[str, float]]:
    """How many workers the cluster has, and what each of them gets.

    Of a machine without a GPU a worker leaves a core to others. Raises ParityError where there are
    none.
    """
    import ray

    machines = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    gpus = sum(int(machine.get("GPU", 0)) for machine in machines)
    if gpus:
        return gpus, {"CPU": 1, "GPU": 1}
    cores = [int(machine["CPU"]) for machine in machines if machine.get("CPU", 0) >= 1]
    if not cores:
        raise ParityError("the Ray cluster has neither a GPU nor a core to fine-tune on")
    return len(cores), {"CPU": max(1, min(cores) - 1)}


def spoken() -> str:
    """Who fine-tunes, in words."""
    count, resources = workers()
    each = "one a GPU" if "GPU" in resources else "one a machine"
    return f"{count} worker{'s' if count > 1 else ''} of the Ray cluster, {each}"


def _work(given: dict[str, Any], teller: Any) -> "Transformer":
    """What each worker does."""
    from learner.models import fine_tuning
    from learner.models.workers import number

    tells = teller is not None and number() == 0
    return fine_tuning.fine_tune(
        **given, progress=(lambda done, of: teller.tell.remote(done, of)) if tells else None
    )


class _Teller:
    """Calls `progress` on the machine that it is begun on, for workers on others."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def tell(self, done: int, of: int) -> None:
        self._progress(done, of)


def _teller(progress: Progress) -> Any:
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    remote: Any = ray.remote(_Teller)
    return remote.options(num_cpus=0, scheduling_strategy=here).remote(progress)


def _reason(error: Exception) -> str:
    """What the workers said last, which is what was raised."""
    said = getattr(error, "worker_failures", {0: error}).values()
    lines = [str(one).strip().splitlines() for one in said]
    return "; ".join(dict.fromkeys(line[-1].strip() for line in lines if line))
