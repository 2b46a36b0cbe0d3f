"""The report of `parity compare`, from the content of compare.json and nothing else."""

import shlex
from collections.abc import Iterator
from html import escape
from typing import Any

from learner.report.charts import chart, colour, confusion_map, lines, reliability_diagram
from learner.report.page import Cell, contents, folded, page, paragraph, section, table

Run = dict[str, Any]
DASH = "\N{EN DASH}"
PAIRS = 10  # of those most confused, shown for each run


def comparison_report(found: dict[str, Any]) -> str:
    """One page about `found`, which docs/compare.md describes."""
    parts = list(_parts(found))
    body = [
        _headline(found),
        contents([(name, heading) for name, heading, _, _ in parts]),
        *(section(name, heading, body, wide) for name, heading, body, wide in parts),
    ]
    few = [f"{size:,}" for size in sorted({r["labels"] for r in found["runs"][:-1]})]
    against = f"{' and '.join(few)} labels against {found['pool']:,}" if few else "All labels"
    return page(f"{against}: {found['data']}", "".join(body))


def _parts(found: dict[str, Any]) -> Iterator[tuple[str, str, str, bool]]:
    """Name, heading, HTML and width of each section."""
    runs = found["runs"]
    yield "runs", "The runs", _runs(runs), False
    if any(len(run["epochs"]) > 1 for run in runs):
        yield "epochs", "Accuracy after each epoch", _epochs(runs), False
    yield "confusion", "What is taken for what", _confusion(runs, found["categories"]), True
    yield "pairs", "Most confused pairs", _pairs(runs), False
    yield "categories", "By category", _categories(runs), False
    if runs[0]["slices"]:
        yield "slices", "By kind of inquiry", _slices(runs), False
    yield "scores", "Can the scores be trusted?", _scores(runs), False
    if runs[0]["stress"]:
        yield "stress", "Language it never saw", _stress(runs), False
    yield "settings", "To run it again", _settings(found), False


def _headline(found: dict[str, Any]) -> str:
    cards = "".join(
        f'<li style="--run: {colour(number)}">{escape(_title(run))}<b>{run["accuracy"]:.4f}</b>'
        f"<small>right, {_interval(run, 'accuracy')}</small>"
        f"<small>{escape(_shortfall(run))}</small></li>"
        for number, run in enumerate(found["runs"])
    )
    notice = paragraph(found["notice"]) if found["notice"] else ""
    return (
        paragraph(
            f"One recipe ({found['model']}) was fitted on some of {found['pool']:,} labelled "
            f"inquiries in {len(found['categories']):,} categories, and on all of them. Every run "
            f"is measured on the same {found['test_inquiries']:,} test inquiries; what is nearly "
            "the same as one of these is not learnt. “Random” inquiries were drawn, “chosen” ones "
            f"are those that the strategy {found['settings']['strategy']} asks about."
        )
        + notice
        + f'<ul class="cards">{cards}</ul>'
    )


def _title(run: Run) -> str:
    return f"{run['name']} label{'s' if run['labels'] != 1 else ''}"


def _shortfall(run: Run) -> str:
    if run["gap"] is None:
        return "what the others are compared with"
    gap, most = run["gap"] * 100, run["gap_high"] * 100
    side = "short of" if gap > 0 else "above"
    short = f"{abs(gap):.2f} points {side}" if gap else "as good as"
    return f"{short} all labels; at most {most:.2f} short with 95 % confidence"


def _runs(runs: list[Run]) -> str:
    rows: list[list[Cell]] = [
        [
            run["name"],
            f"{run['labels']:,}",
            (f"{run['accuracy']:.4f}", _interval(run, "accuracy")),
            f"{run['macro_f1']:.4f}",
            DASH
            if run["gap"] is None
            else (f"{run['gap'] * 100:.2f}", _span(run["gap_low"] * 100, run["gap_high"] * 100, 2)),
            (
                _percent(run["automatic"]["share"]),
                _span(run["automatic"]["share_low"] * 100, run["automatic"]["share_high"] * 100, 1),
            ),
            f"{run['calibration']['error']:.4f}",
            f"{run['seconds']:,.1f}",
        ]
        for run in runs
    ]
    asked = f"{runs[0]['automatic']['precision_asked'] * 100:g} %"
    return table(
        "All runs, with 95 % intervals (the gap's two ends are one-sided 95 % bounds)",
        [
            "Run",
            "Labels",
            "Accuracy",
            "Macro F1",
            "Gap, points",
            f"Automatic at {asked} precision",
            "Calibration error",
            "Seconds of the fit",
        ],
        rows,
    )


def _epochs(runs: list[Run]) -> str:
    numbered = [
        [run["name"], str(one["epoch"]), f"{one['accuracy']:.4f}", f"{one['seconds']:,.1f}"]
        for run in runs
        for one in run["epochs"]
    ]
    listed = table("Accuracy after each epoch", ["Run", "Epoch", "Accuracy", "Seconds"], numbered)
    figure = lines(
        [
            (
                run["name"],
                [one["epoch"] for one in run["epochs"]],
                [one["accuracy"] for one in run["epochs"]],
                [f"{one['seconds']:,.1f} s" for one in run["epochs"]],
            )
            for run in runs
        ],
        "epoch",
        "accuracy on the test inquiries",
    )
    figure.update_xaxes(
        dtick=1 if max(len(run["epochs"]) for run in runs) <= 20 else None, rangemode="tozero"
    )
    full = runs[-1]["accuracy"]
    figure.add_hline(
        full,
        line_dash="dash",
        annotation_text=f"full-data model {full:.4f}",
        annotation_position="bottom right",
    )
    ends = "; ".join(
        f"{run['name']} from {run['epochs'][0]['accuracy']:.4f} to "
        f"{run['epochs'][-1]['accuracy']:.4f} in {len(run['epochs'])} epochs"
        for run in runs
    )
    drawn = chart(
        figure,
        "epochs-chart",
        f"Accuracy after each epoch: {ends}.",
        "An epoch is one pass over a run's own labels, so those of larger runs take longer. "
        "Nothing was chosen by these figures.",
    )
    return drawn + folded("As a table", listed)


def _confusion(runs: list[Run], categories: list[str]) -> str:
    most = max(
        (pair["inquiries"] for run in runs for pair in run["most_confused"][:1]),
        default=1,
    )
    maps = "".join(
        chart(
            confusion_map(run["confusion"], categories, run["name"], most),
            f"confusion-{number}",
            f"Confusion matrix of {run['name']}: {_worst(run)}.",
        )
        for number, run in enumerate(runs)
    )
    explained = paragraph(
        "A row is a true category, a column what was predicted. Right predictions are grey on the "
        "diagonal; errors are orange to red (on a logarithmic scale that all matrices share), and "
        "what never happened is blank. Point at a cell to read it, drag to zoom in, double-click "
        "to zoom out."
    )
    return f'{explained}<div class="row">{maps}</div>'


def _worst(run: Run) -> str:
    wrong = sum(map(sum, run["confusion"])) - sum(
        row[number] for number, row in enumerate(run["confusion"])
    )
    if not wrong:
        return "no errors"
    pair = run["most_confused"][0]
    often = "once" if pair["inquiries"] == 1 else f"{pair['inquiries']:,} times"
    errors = f"{wrong:,} error{'s' if wrong > 1 else ''}"
    return f"{errors}, the most frequent {pair['true']} predicted as {pair['predicted']}, {often}"


def _pairs(runs: list[Run]) -> str:
    tables = []
    for run in runs:
        rows = [
            [pair["true"], pair["predicted"], f"{pair['inquiries']:,}"]
            for pair in run["most_confused"][:PAIRS]
        ]
        if rows:
            tables.append(
                table(f"{run['name']}: {_worst(run)}", ["True", "Predicted", "Inquiries"], rows)
            )
        else:
            tables.append(paragraph(f"{run['name']}: no errors."))
    return "".join(tables)


def _categories(runs: list[Run]) -> str:
    few, full = runs[:-1], runs[-1]
    names = [row["category"] for row in full["categories"]]
    by_run = [{row["category"]: row for row in run["categories"]} for run in runs]
    losses = {name: _loss(name, by_run) for name in names}
    rows: list[list[Cell]] = [
        [
            name,
            f"{by_run[-1][name]['test_inquiries']:,}",
            *(_fraction(run[name]["f1"]) for run in by_run),
            *([_fraction(losses[name])] if few else []),
        ]
        for name in sorted(names, key=lambda name: -(losses[name] or 0))
    ]
    head = ["Category", "Test inquiries", *(f"F1, {run['name']}" for run in runs)]
    caption = "F1 by category"
    if few:
        head.append("Largest loss")
        caption += (
            ", the largest loss against all labels first; a heading sorts. Few test inquiries of "
            "a category make its figures coarse"
        )
    details = "".join(
        folded(
            f"Precision and recall: {run['name']}",
            table(
                f"{run['name']}: by category",
                ["Category", "Labels", "Test inquiries", "Precision", "Recall", "F1"],
                [
                    [
                        row["category"],
                        f"{row['labels']:,}",
                        f"{row['test_inquiries']:,}",
                        *(_fraction(row[name]) for name in ("precision", "recall", "f1")),
                    ]
                    for row in run["categories"]
                ],
                sortable=True,
            ),
        )
        for run in runs
    )
    return table(caption, head, rows, sortable=True) + details


def _loss(name: str, by_run: list[dict[str, Run]]) -> float | None:
    """By how much the worst of the other runs falls short of the last in F1."""
    scores = [run[name]["f1"] for run in by_run]
    known = [score for score in scores[:-1] if score is not None]
    if scores[-1] is None or not known:
        return None
    return float(scores[-1] - min(known))


def _slices(runs: list[Run]) -> str:
    rows: list[list[Cell]] = []
    for number, one in enumerate(runs[-1]["slices"]):
        name = f"{one['column']}: {one['meaning'] or one['value']}"
        remark = f"({one['value']})" if one["meaning"] else ""
        rows.append(
            [
                (name, remark),
                f"{one['inquiries']:,}",
                *(
                    (
                        f"{run['slices'][number]['accuracy']:.4f}",
                        _interval(run["slices"][number], "accuracy"),
                    )
                    for run in runs
                ),
            ]
        )
    return table(
        "Accuracy on test inquiries that have something in common, with 95 % intervals; an "
        "inquiry can be in several rows",
        ["Test inquiries that are", "Number", *(run["name"] for run in runs)],
        rows,
        sortable=True,
    )


def _scores(runs: list[Run]) -> str:
    tables = [(run["name"], run["calibration"]["reliability"]) for run in runs]
    figure = reliability_diagram(
        [
            (
                name,
                [row["confidence"] for row in rows],
                [row["accuracy"] for row in rows],
                [row["inquiries"] for row in rows],
            )
            for name, rows in tables
        ]
    )
    errors = ", ".join(f"{run['name']} {run['calibration']['error']:.4f}" for run in runs)
    automatic = "; ".join(
        f"{run['name']} {_percent(run['automatic']['share'])} (from a score of "
        f"{run['automatic']['threshold']:.3f})"
        if run["automatic"]["share"]
        else f"{run['name']} nothing"
        for run in runs
    )
    asked = f"{runs[0]['automatic']['precision_asked'] * 100:g} %"
    explained = paragraph(
        f"What could be answered without a person if {asked} of these answers had to be right: "
        f"{automatic}. The threshold is chosen on the inquiries that it is measured on."
    ) + paragraph(
        "A model is calibrated if, of all it gives a score of 0.8, it gets 80 % right: then its "
        "points lie on the dashed line; above it the model is too modest, below too sure. Expected "
        f"calibration error, in bins of equal width: {errors}. These are scores as they come out "
        "of the fit; the model that a campaign leaves is scaled."
    )
    listed = "".join(
        table(
            f"Reliability: {name}",
            ["Scores", "Inquiries", "Mean score", "Right"],
            [
                [
                    _span(row["low"], row["high"], 2),
                    f"{row['inquiries']:,}",
                    f"{row['confidence']:.4f}",
                    f"{row['accuracy']:.4f}",
                ]
                for row in rows
            ],
        )
        for name, rows in tables
    )
    return (
        explained
        + chart(figure, "reliability", f"Reliability diagram. Calibration errors: {errors}.")
        + folded("As tables", listed)
    )


def _stress(runs: list[Run]) -> str:
    is_bow = all(one["accuracy"] == one["bag_of_words"] for run in runs for one in run["stress"])

    def cell(one: dict[str, Any]) -> Cell:
        if is_bow:
            return f"{one['accuracy']:.3f}"
        return f"{one['accuracy']:.3f}", f"bag of words {one['bag_of_words']:.3f}"

    rows: list[list[Cell]] = [
        [style["style"], f"{style['texts']:,}", *(cell(run["stress"][row]) for run in runs)]
        for row, style in enumerate(runs[0]["stress"])
    ]
    return paragraph(
        "Inquiries written by hand in styles that no label has: does the model understand what is "
        "meant, or only the words it has seen? A bag of words that learnt the same labels is "
        "there for comparison."
    ) + table("Accuracy by style", ["Style", "Texts", *(run["name"] for run in runs)], rows)


def _settings(found: dict[str, Any]) -> str:
    settings = found["settings"]
    words = ["parity", "compare"]
    for name in ("data", "test", "text_column", "label_column", "sizes", "model", "encoder"):
        if settings[name] is not None:
            words += [f"--{name.replace('_', '-')}", settings[name]]
    words += ["--seed", str(settings["seed"]), "--out", "DIR"]
    versions = [[name, value] for name, value in found["versions"].items()]
    rule = {name: settings[name] for name in ("strategy", "batch_size", "initial")}
    return (
        f"<pre>{escape(shlex.join(words))}</pre>"
        + paragraph(
            "Chosen inquiries: "
            + ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in rule.items())
            + ". Equal settings give equal figures on a CPU, but for the seconds; compare.json "
            "beside this page holds every figure."
        )
        + table("Versions", ["What", "Version"], versions)
    )


def _interval(figures: dict[str, Any], name: str) -> str:
    return _span(figures[f"{name}_low"], figures[f"{name}_high"], 3)


def _span(low: float, high: float, digits: int) -> str:
    joint = " to " if low < 0 else DASH
    return f"{low:.{digits}f}{joint}{high:.{digits}f}"


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def _fraction(value: float | None) -> str:
    return DASH if value is None else f"{value:.4f}"
