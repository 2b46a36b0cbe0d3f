"""How wide of the mark forecasts are, over the campaigns of `claims`.

    python -m scripts.benches.forecasts SOURCE… [--margin 0.005] [--campaigns 60] [--on 2000]

At every look of every campaign until parity is proved, what was forecast is compared with the
labels that were still to come. Neighbouring looks of a campaign forecast alike, so the interval of
the share is over campaigns.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from learner.stopping.forecast import MINIMUM, forecast_labels
from scripts.benches.campaigns import Played
from scripts.benches.claims import all_looks, options_of, played_with


def forecasts(played: Sequence[Played], decide: int, margin: float) -> pd.DataFrame:
    """A row for each forecast: campaign, low, likely, high, and the labels that were to come."""
    rows = []
    for campaign, one in enumerate(played):
        labels, differences = one.labels, one.differences(decide)
        passed = all_looks(labels, differences, margin)
        stop = passed.index(True) if any(passed) else 0
        for look in range(MINIMUM - 1, stop):
            found = forecast_labels(labels[: look + 1], differences[: look + 1], margin)
            if found is not None:
                to_come = int(labels[stop] - labels[look])
                rows.append((campaign, found.low, found.likely, found.high, to_come))
    return pd.DataFrame(rows, columns=["campaign", "low", "likely", "high", "to_come"])


def main(arguments: Sequence[str] | None = None) -> None:
    """Play the campaigns, then print the figures."""
    options = options_of("forecasts", __doc__, arguments)
    played = played_with(options)
    found = forecasts(played, options.on, options.margin)
    held = found["to_come"].between(found["low"], found["high"])
    by_campaign = held.groupby(found["campaign"]).mean().to_numpy()
    rng = np.random.default_rng(0)
    drawn = rng.choice(by_campaign, (2000, len(by_campaign))).mean(axis=1)
    print(f"{len(played)} campaigns, margin {options.margin}, {options.on:,} inquiries decide")
    print(f"{len(found):,} forecasts, of which {held.mean():.1%} held", end=" ")
    low, high = np.quantile(drawn, [0.025, 0.975])
    print(f"(mean over campaigns {by_campaign.mean():.1%}, 95 % interval {low:.1%} to {high:.1%})")
    width, error = found["high"] - found["low"], (found["likely"] - found["to_come"]).abs()
    print(f"medians: interval {width.median():.0f} labels wide, {error.median():.0f} labels off")


if __name__ == "__main__":
    main()
