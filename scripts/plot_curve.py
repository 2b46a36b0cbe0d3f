"""Draw the learning curves of a simulation against the full-data line, for the README.

    .venv/bin/python scripts/plot_curve.py OUT docs/learning-curve.png

OUT is what `parity simulate --out OUT` left.
"""

import json
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd


def draw(out: Path, picture: Path) -> None:
    """One line a strategy (median over the seeds, band from least to greatest)."""
    curve = pd.read_csv(out / "curve.csv")
    summary = json.loads((out / "summary.json").read_text())
    figure, axes = plt.subplots(figsize=(8, 4.2), layout="constrained")
    for strategy, runs in curve.groupby("strategy", sort=False):
        accuracy = runs.groupby("labels")["accuracy"].agg(["median", "min", "max"]) * 100
        (line,) = axes.plot(accuracy.index, accuracy["median"], label=f"asked by {strategy}")
        axes.fill_between(
            accuracy.index, accuracy["min"], accuracy["max"], alpha=0.15, color=line.get_color()
        )
    full = summary["full_accuracy"] * 100
    axes.axhline(
        full,
        color="black",
        linestyle="--",
        label=f"all {summary['full_labels']:,} inquiries labelled",
    )
    axes.axhspan(full - summary["margin"] * 100, full, color="black", alpha=0.08, label="margin")
    axes.set(xlabel="labels", ylabel="accuracy on test inquiries (%)", ylim=(85, 100.3))
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right", frameon=False)
    figure.savefig(picture, dpi=150)


if __name__ == "__main__":
    draw(Path(sys.argv[1]), Path(sys.argv[2]))
