"""What is taken for what: confusion matrices, the worst pairs, and how each category does."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from labeling.inquiries.hints import counted
from learner.live.record import Record
from learner.measuring.confusion import by_category as measures
from learner.measuring.confusion import most_confused
from learner.report.campaign.measured import Measured
from learner.report.campaign.words import fraction, name
from learner.report.charts import chart, confusion_map
from learner.report.page import Cell, folded, paragraph, table

PAIRS, MOST_PAIRS = 10, 500  # shown at once, and in all
CONFUSED = ["True", "Predicted", "Inquiries"]


def confusion(measured: Measured) -> str:
    """The section with the matrices side by side."""
    names = [name(category) for category in measured.categories]
    matrices = list(_matrices(measured))
    most = max(_worst(matrix)[1] for _, matrix in matrices)
    maps = "".join(
        chart(
            confusion_map(matrix.tolist(), names, title, most),
            f"confusion-{number}",
            f"Confusion matrix, {title}: {_spoken(matrix, names)}.",
        )
        for number, (title, matrix) in enumerate(matrices)
    )
    alone = (
        ""
        if measured.full is not None or measured.on != "test inquiries"
        else " What the full-data model predicts is not kept on this machine."
    )
    explained = paragraph(
        f"A row is a true category, a column what was predicted for {len(measured.truth):,} "
        f"{measured.on}. Right predictions are grey on the diagonal; errors are orange to red, and "
        "what never happened is blank. The next section lists the errors." + alone
    )
    return f'{explained}<div class="row">{maps}</div>'


def pairs(measured: Measured) -> str:
    """The section with the pairs that are confused most often."""
    names = [name(category) for category in measured.categories]
    shown = []
    for title, matrix in _matrices(measured):
        found = most_confused(matrix, names, MOST_PAIRS)
        rows = [[row.true, row.predicted, f"{row.inquiries:,}"] for row in found.itertuples()]
        said = f"{title}: {_spoken(matrix, names)}"
        shown.append(table(said, CONFUSED, rows[:PAIRS]) if rows else paragraph(f"{said}."))
        if len(rows) > PAIRS:
            rest = table(f"{title}: less frequent errors", CONFUSED, rows[PAIRS:])
            shown.append(folded(f"{counted(len(rows) - PAIRS, 'pair')} more", rest))
    return "".join(shown)


def by_category(record: Record, measured: Measured | None) -> str:
    """The section with a row for each category, the fewest labels first."""
    categories = record.codebook.names
    counts = record.labels["category"].value_counts()
    head = ["Category", "Labels"]
    columns = [[f"{counts.get(category, 0):,}" for category in categories]]
    if measured is not None:
        found = measures(measured.confusion, measured.categories)
        head += [measured.on.capitalize(), "Precision", "Recall", "F1"]
        columns += [[f"{count:,}" for count in found["test_inquiries"]]]
        columns += [list(map(fraction, found[key])) for key in ("precision", "recall", "f1")]
        if measured.full_confusion is not None:
            full = measures(measured.full_confusion, measured.categories)
            head.append("F1, full-data model")
            columns.append(list(map(fraction, full["f1"])))
    order = sorted(range(len(categories)), key=lambda row: int(counts.get(categories[row], 0)))
    rows: list[list[Cell]] = [
        [name(categories[row]), *(column[row] for column in columns)] for row in order
    ]
    return table("By category; a heading sorts", head, rows, sortable=True)


def _matrices(measured: Measured) -> Iterator[tuple[str, np.ndarray]]:
    yield f"model on {counted(measured.labels, 'label')}", measured.confusion
    if measured.full_confusion is not None:
        yield "full-data model", measured.full_confusion


def _worst(matrix: np.ndarray) -> tuple[pd.Series | None, int]:
    """The pair that is confused most often, by category numbers, and how often."""
    found = most_confused(matrix, [str(number) for number in range(len(matrix))], 1)
    return (None, 1) if found.empty else (found.iloc[0], int(found["inquiries"].iloc[0]))


def _spoken(matrix: np.ndarray, names: list[str]) -> str:
    pair, often = _worst(matrix)
    if pair is None:
        return "no errors"
    wrong = int(matrix.sum() - np.trace(matrix))
    return (
        f"{counted(wrong, 'error', 'errors')} in {matrix.sum():,}, the most frequent "
        f"{names[int(pair['true'])]} predicted as {names[int(pair['predicted'])]}, "
        f"{'once' if often == 1 else f'{often:,} times'}"
    )
