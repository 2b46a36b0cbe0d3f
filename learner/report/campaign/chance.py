"""Models on labels drawn at random, to set the campaign's beside, where all labels are known."""

import numpy as np
import pandas as pd

from learner.asking.rounds import fit_on_pool
from learner.fitting.recipe import fit_model
from learner.live.campaign import Campaign
from learner.live.record import Record
from learner.progress import Say

SIZES, SEEDS = 8, 3  # numbers of labels at most, and draws of each


def at_random(record: Record, campaign: Campaign, say: Say) -> pd.DataFrame | None:
    """Accuracy on the test inquiries with as many random labels as the evaluations had.

    Columns labels, seed, accuracy. None where the pool's categories are not known, or each fit
    would take minutes.
    """
    is_known = campaign.pool["category"].notna().all() and campaign.has_reference
    if not (record.is_quick and is_known and len(record.evaluations)):
        return None
    sizes = _sizes(record.evaluations["labels"].to_numpy())
    say(f"fitting {len(sizes) * SEEDS} models on random labels, to compare with")
    rows = [
        (size, seed, _accuracy(campaign, size, seed)) for size in sizes for seed in range(SEEDS)
    ]
    return pd.DataFrame(rows, columns=["labels", "seed", "accuracy"])


def _sizes(labels: np.ndarray) -> list[int]:
    """At most `SIZES` of the numbers of labels, evenly, with the first and the last."""
    counts = np.unique(labels)
    picked = np.linspace(0, len(counts) - 1, min(SIZES, len(counts))).round().astype(int)
    return [int(count) for count in counts[picked]]


def _accuracy(campaign: Campaign, size: int, seed: int) -> float:
    """How often the campaign's recipe is right after learning from `size` labels of a draw."""
    truth = campaign.numbers(campaign.pool["category"])
    rows = np.random.default_rng([campaign.settings.seed, seed]).permutation(len(truth))[:size]
    if campaign.recipe.kind == "head":
        labels = np.full(len(truth), -1)
        labels[rows] = truth[rows]
        kinds = len(campaign.categories)
        head = fit_on_pool(campaign.vectors, labels, kinds, campaign.graph, seed)
        found = head.probabilities(campaign.test_vectors)
    else:
        texts = campaign.pool["text"].iloc[rows].tolist()
        model = fit_model(campaign.recipe, texts, truth[rows], campaign.categories, seed)
        found = model.probabilities(campaign.test["text"].tolist())
    return float((found.argmax(axis=1) == campaign.truth).mean())
