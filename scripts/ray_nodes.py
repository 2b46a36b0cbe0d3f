"""Ray clusters whose nodes are on this machine, as `ray start` would make them on several."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Ray reads these when it is imported. The first keeps its nodes to 127.0.0.1, which on other
# systems than Linux they do anyway.
os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"


@contextmanager
def nodes(count: int) -> Iterator[Any]:
    """A cluster of so many nodes, one core each; it has an `address`, and `worker_nodes`."""
    from ray.cluster_utils import Cluster

    logging.getLogger("ray").setLevel(logging.ERROR)
    made = Cluster(
        initialize_head=True,
        head_node_args={"num_cpus": 1, "include_dashboard": False, "object_store_memory": 2**28},
    )
    try:
        for _ in range(count - 1):
            made.add_node(num_cpus=1, object_store_memory=2**28)
        yield made
    finally:
        made.shutdown()
