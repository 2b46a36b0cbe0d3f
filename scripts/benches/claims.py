"""How often "parity" is said wrongly: many campaigns whose true gap a large rest tells.

    python -m scripts.benches.claims SOURCE… [--margin 0.005] [--campaigns 60] [--on 2000]

Two questions are put to each rule of stopping. Is the true gap above the margin when it stops? And
if a model stayed exactly at the margin for good, would it stop all the same? For the second, the
margin is set to the mean true gap of the campaign's last third, where it hardly changes any more.
"""

import argparse
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from learner.defaults import MARGIN
from learner.measuring.calibration import exact_interval
from learner.stopping.looks import looked_at_bound
from learner.stopping.parity import in_a_row, upper_bound
from scripts.benches.campaigns import Played, add_options, campaigns

# Labels (L,), differences (L, M) and a margin to whether each look passes (L,).
Rule = Callable[[np.ndarray, np.ndarray, float], Sequence[bool]]


def point_estimate(_: np.ndarray, differences: np.ndarray, margin: float) -> list[bool]:
    """The measured gap is within the margin."""
    return [bool(gap <= margin) for gap in differences.mean(axis=1)]


def single_bound(_: np.ndarray, differences: np.ndarray, margin: float) -> list[bool]:
    """The 95 % bound is within the margin, as if there were one look."""
    n = differences.shape[1]
    counts = zip((differences == 1).sum(axis=1), (differences == -1).sum(axis=1), strict=True)
    return [upper_bound(int(b), int(c), n) <= margin for b, c in counts]


def all_looks(labels: np.ndarray, differences: np.ndarray, margin: float) -> list[bool]:
    """The bound that accounts for all looks is within the margin."""
    ends = range(1, len(labels) + 1)
    return [looked_at_bound(labels[:end], differences[:end], margin) <= margin for end in ends]


RULES: dict[str, tuple[Rule, int]] = {  # how often in a row
    "point estimate": (point_estimate, 1),
    "point estimate, twice": (point_estimate, 2),
    "point estimate, four times": (point_estimate, 4),
    "95 % bound": (single_bound, 1),
    "95 % bound, twice": (single_bound, 2),
    "looks accounted for (ours)": (all_looks, 1),
}


def judge(played: Sequence[Played], decide: int, margin: float) -> pd.DataFrame:
    """What each rule does when `decide` inquiries decide.

    Columns: rule, labels at its stop (median), never (share that did not stop), wrong, wrong_low,
    wrong_high (share of wrong claims, 95 % interval), plateau (share misled by one).
    """
    rows = []
    for name, (rule, times) in RULES.items():
        stops, wrong, misled = [], 0, 0
        for one in played:
            differences = one.differences(decide)
            first = in_a_row(rule(one.labels, differences, margin), times)
            last = None if first is None else first + times - 1
            stops.append(np.inf if last is None else one.labels[last])
            wrong += last is not None and bool(one.true_gap[last] > margin)
            late = len(one.labels) * 2 // 3
            level = max(float(one.true_gap[late:].mean()), 1e-4)
            passed = rule(one.labels[late:], differences[late:], level - 1e-9)
            misled += in_a_row(passed, times) is not None
        count = len(played)
        low, high = exact_interval(wrong, count)
        shares = float(np.isinf(stops).mean()), wrong / count, low, high, misled / count
        rows.append((name, float(np.median(stops)), *shares))
    columns = ["rule", "labels", "never", "wrong", "wrong_low", "wrong_high", "plateau"]
    return pd.DataFrame(rows, columns=columns)


def options_of(name: str, about: str | None, arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options of a bench over campaigns; `on` is how many inquiries decide."""
    parser = argparse.ArgumentParser(prog=f"python -m scripts.benches.{name}", description=about)
    add_options(parser)
    parser.add_argument("--margin", type=float, default=MARGIN)
    parser.add_argument(
        "--on", type=int, help="decide on so many of the inquiries; all unless told"
    )
    options = parser.parse_args(arguments)
    options.on = options.on or options.decide
    return options


def played_with(options: argparse.Namespace) -> list[Played]:
    """The campaigns of the options; exits where the sources leave no rest to speak of."""
    try:
        return list(campaigns(options))
    except ValueError as error:
        raise SystemExit(f"{error}; see --pool and --decide") from error


def main(arguments: Sequence[str] | None = None) -> None:
    """Play the campaigns, then print the table."""
    options = options_of("claims", __doc__, arguments)
    played = played_with(options)
    print(f"{len(played)} campaigns, margin {options.margin}, {options.on:,} inquiries decide")
    print(judge(played, options.on, options.margin).round(3).to_string(index=False))


if __name__ == "__main__":
    main()
