"""Every strategy by its name, wrappers before a `+`, and a user's own as `package.module:function`.

breaking-ties    spread+breaking-ties    seals+badge    my_package.my_module:my_function
"""

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from labeling.errors import InputError
from labeling.inquiries.hints import did_you_mean
from learner.asking.strategies.badge import badge
from learner.asking.strategies.clusters import embedding_kmeans
from learner.asking.strategies.contrastive import contrastive
from learner.asking.strategies.coresets import greedy_coreset, lightweight_coreset
from learner.asking.strategies.coverage import probcover
from learner.asking.strategies.discriminative import discriminative
from learner.asking.strategies.plug_in import load_plug_in
from learner.asking.strategies.pool import Pool, Strategy
from learner.asking.strategies.spread import spread
from learner.asking.strategies.subsets import anchored, balanced, seals
from learner.asking.strategies.uncertainty import (
    by_proba,
    entropy,
    least_confidence,
    longest_gradient,
    margin,
)

RANDOM = "random"
T = TypeVar("T")


def at_random(pool: Pool, size: int, rng: np.random.Generator) -> np.ndarray:
    """Any rows, all equally likely: what every strategy has to beat."""
    return rng.choice(pool.askable, size, replace=False)


STRATEGIES: dict[str, Strategy] = {
    "breaking-ties": by_proba(margin),
    "least-confidence": by_proba(least_confidence),
    "prediction-entropy": by_proba(entropy),
    "expected-gradient-length": longest_gradient,
    "badge": badge,
    "contrastive": contrastive,
    "discriminative": discriminative,
    "embedding-kmeans": embedding_kmeans,
    "greedy-coreset": greedy_coreset,
    "lightweight-coreset": lightweight_coreset,
    "probcover": probcover,
    RANDOM: at_random,
}
WRAPPERS: dict[str, Callable[[Strategy], Strategy]] = {
    "spread": spread,
    "balanced": balanced,
    "seals": seals,
    "anchoral": anchored,
}


def find_strategy(name: str) -> Strategy:
    """The strategy that `name` stands for.

    Raises InputError if there is none, or if a user's own cannot be imported.
    """
    *wrappers, inner = name.split("+")
    strategy = _without_wrapper(inner, name)
    for wrapper in reversed(wrappers):
        strategy = _named(wrapper, name, WRAPPERS, "wrapper")(strategy)
    return strategy


def check_strategy(name: str) -> str:
    """`name` if it is a strategy; else an InputError that says which there are."""
    find_strategy(name)
    return name


def _without_wrapper(word: str, name: str) -> Strategy:
    if ":" in word:
        return load_plug_in(word)
    return _named(word, name, STRATEGIES, "strategy")


def _named(word: str, name: str, there: dict[str, T], kind: str) -> T:
    if word not in there:
        hint = did_you_mean(word, there)
        raise InputError(
            f"--strategy {name}: no such {kind} as {word!r}{hint}; there are {', '.join(there)}"
        )
    return there[word]
