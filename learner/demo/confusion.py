"""What the page's model takes for what, of the test inquiries that a campaign keeps."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import plotly.graph_objects as go

from learner.report.charts import confusion_map

Probabilities = Callable[[Sequence[str]], np.ndarray]


def draw_confusion(
    home: Path, categories: Sequence[str], probabilities: Probabilities
) -> go.Figure | None:
    """The confusion matrix; None where the campaign in `home` keeps no test inquiries.

    `probabilities` gives those (N, K) of the K `categories`. Raises InputError if there is no
    campaign, or if its journal is damaged.
    """
    from learner.live.pool import kept_test  # take a second, which only a campaign is worth
    from learner.live.record import read_record
    from learner.measuring.confusion import confusion_matrix

    test = read_record(home).campaign(kept_test(home)).test
    test = test[test["category"].isin(list(categories))]
    if test.empty:
        return None
    truth = test["category"].map({name: n for n, name in enumerate(categories)}).to_numpy(dtype=int)
    predicted = probabilities(test["text"].tolist()).argmax(axis=1)
    matrix = confusion_matrix(predicted, truth, len(categories))
    wrong = int((predicted != truth).sum())
    worst = int((matrix - np.diag(np.diag(matrix))).max(initial=1))
    title = f"{wrong:,} errors in {len(test):,} test inquiries"
    return confusion_map(matrix.tolist(), categories, title, worst)
