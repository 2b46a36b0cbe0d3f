"""Who is alike in a pool: a graph over its embeddings, made once, and smoothing over it."""

import numpy as np
from scipy.sparse import csr_matrix, diags_array

NEIGHBOURS = 10
POWER = 3  # of the similarity, so that the nearest weigh most
MOST = 20_000  # inquiries in the graph: it takes time by their square
CHUNK = 1000
SHARE = 0.5  # of a smoothed row, what its neighbours say
STEPS = 10


def neighbour_graph(embeddings: np.ndarray) -> csr_matrix:
    """Weights (N, N) of each row's nearest neighbours in `embeddings` (N, D); rows sum to one.

    Of a pool larger than `MOST` an even part is linked, the other rows are empty.
    """
    count = len(embeddings)
    linked = np.unique(np.linspace(0, count - 1, min(count, MOST)).astype(int))
    near = min(NEIGHBOURS, len(linked) - 1)
    if near < 1:
        return csr_matrix((count, count), dtype=np.float32)
    points = embeddings[linked]
    columns = np.empty((len(linked), near), dtype=int)
    weights = np.empty((len(linked), near), dtype=np.float32)
    for start in range(0, len(points), CHUNK):
        alike = points[start : start + CHUNK] @ points.T
        own = np.arange(len(alike))
        alike[own, start + own] = -np.inf
        nearest = np.argpartition(-alike, near - 1, axis=1)[:, :near]
        columns[start : start + CHUNK] = linked[nearest]
        weights[start : start + CHUNK] = np.take_along_axis(alike, nearest, axis=1)
    rows = np.repeat(linked, near)
    one_way = csr_matrix(
        (np.maximum(weights, 0).ravel() ** POWER, (rows, columns.ravel())), shape=(count, count)
    )
    graph = one_way.maximum(one_way.T)
    sums = np.asarray(graph.sum(axis=1)).ravel()
    return csr_matrix(diags_array(1 / np.maximum(sums, 1e-9)) @ graph, dtype=np.float32)


def smoothed(
    proba: np.ndarray,
    graph: csr_matrix,
    labelled: np.ndarray,
    labels: np.ndarray,
    wanted: np.ndarray,
) -> np.ndarray:
    """The `wanted` rows (M,) of `proba` (N, K), drawn towards what neighbours in the graph say.

    Zhou et al., "Learning with Local and Global Consistency" (2004), begun from a classifier's
    probabilities as in Huang et al., "Combining Label Propagation and Simple Models Out-performs
    Graph Neural Networks" (2021). Rows of `labelled` (L,) have the category numbers `labels` (L,)
    and stand firm; rows that the graph does not link stay as they are.
    """
    linked = np.flatnonzero(np.diff(graph.indptr))
    links = graph if len(linked) == len(proba) else graph[linked][:, linked]
    said = proba[linked].astype(np.float32)
    firm = np.isin(linked, labelled)
    numbers = np.full(len(proba), -1)
    numbers[labelled] = labels
    said[firm] = 0
    said[firm, numbers[linked[firm]]] = 1
    found = said
    for _ in range(STEPS):
        found = SHARE * (links @ found) + (1 - SHARE) * said
        found[firm] = said[firm]
    result = proba[wanted].astype(np.float32)
    place = np.full(len(proba), -1)
    place[linked] = np.arange(len(linked))
    there = place[wanted] >= 0
    result[there] = found[place[wanted[there]]]
    return result
