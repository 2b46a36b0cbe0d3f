import numpy as np
import pandas as pd
import pytest

from learner.lab.simulate import CURVE
from learner.lab.summary import summarise


def curve(
    strategy: str, seed: int, accuracy: list[float], left: list[int] | None = None
) -> pd.DataFrame:
    table = pd.DataFrame({"accuracy": accuracy})
    table["strategy"], table["seed"], table["round"] = strategy, seed, range(len(table))
    table["labels"] = 40 + 10 * np.arange(len(table))
    table["gap"] = 0.95 - table["accuracy"]
    table["gap_high"] = table["gap"] + 0.02
    table["macro_f1"], table["seconds"] = 0.5, 0.1 * (1 + seed)
    table["categories_left"] = left or 0
    return table[[*CURVE, "categories_left"]]


def test_labels_to_parity_count_from_the_first_of_two_evaluations_within_the_margin() -> None:
    def run(seed: int, gaps: list[float], bounds: list[float]) -> pd.DataFrame:
        table = pd.DataFrame({"gap": gaps, "gap_high": bounds})
        table["strategy"], table["seed"], table["round"] = "random", seed, range(len(gaps))
        table["labels"] = [40, 50, 60, 70]
        table["accuracy"] = [0.7, 0.8, 0.9, 0.95 + seed / 100]
        table["macro_f1"], table["seconds"], table["categories_left"] = 0.5, 0.1, 0
        return table

    runs = pd.concat(
        [
            run(0, [0.004, 0.01, 0.005, 0.005], [0.02, 0.02, 0.01, 0.004]),
            run(1, [0.02, 0.005, 0.004, 0.02], [0.03, 0.005, 0.005, 0.03]),
        ]
    )
    found = summarise(runs, ["random"], margin=0.005)["random"]
    assert found["labels_to_parity"] == {"median": 55.0, "per_seed": [60, 50]}
    assert found["labels_to_proof"] == {"median": None, "per_seed": [None, 50]}
    assert found["accuracy_at_budget"]["per_seed"] == [0.95, 0.96]


def test_the_area_is_the_mean_accuracy_over_the_labels_that_all_runs_share() -> None:
    short, long = curve("random", 0, [0.5, 0.7, 0.9]), curve("random", 1, [0.5, 0.7, 0.9, 0.9])
    found = summarise(pd.concat([short, long]), ["random"], 0.01)["random"]
    assert found["area_under_curve"]["per_seed"] == pytest.approx([0.7, 0.7])
    assert found["seconds_per_round"] == pytest.approx(0.2)


def test_labels_to_all_categories_are_those_of_the_first_evaluation_that_misses_none() -> None:
    runs = pd.concat(
        [
            curve("random", 0, [0.5, 0.6, 0.7], left=[4, 0, 0]),
            curve("random", 1, [0.5, 0.6, 0.7], left=[4, 2, 1]),
        ]
    )
    found = summarise(runs, ["random"], 0.01)["random"]
    assert found["labels_to_all_categories"] == {"median": None, "per_seed": [50, None]}


def test_strategies_are_compared_with_random_seed_by_seed() -> None:
    rng = np.random.default_rng(0)
    runs = []
    for seed in range(5):
        luck = rng.normal(0, 0.05)
        runs.append(curve("random", seed, [0.6 + luck, 0.7 + luck, 0.8 + luck, 0.945, 0.945]))
        better = [value + 0.1 + 0.01 * seed for value in (0.6 + luck, 0.7 + luck)]
        runs.append(curve("margin", seed, [*better, 0.945, 0.945, 0.945]))
    found = summarise(pd.concat(runs), ["margin", "random"], 0.01)
    assert "against_random" not in found["random"]
    against = found["margin"]["against_random"]
    assert against["p_value"] == pytest.approx(2 / 2**5), "all seeds agree: one sign in 2^5, twice"
    assert 0 < against["area_low"] < against["area"] < against["area_high"]
    assert against["times_fewer_labels"] == pytest.approx(70 / 60)


def test_a_single_seed_says_nothing_about_significance() -> None:
    runs = pd.concat([curve("margin", 0, [0.7, 0.8]), curve("random", 0, [0.6, 0.7])])
    against = summarise(runs, ["margin", "random"], 0.01)["margin"]["against_random"]
    assert against["area"] == pytest.approx(0.1)
    assert against["p_value"] is None
    assert against["times_fewer_labels"] is None
