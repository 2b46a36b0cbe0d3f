"""The README.md beside an exported model: what it is, how good, for what, and its limits."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from learner.export.markdown import data_name, front_matter, listed, model_name, table, versions
from learner.export.model import Exported
from learner.live.record import Record
from learner.models.protocol import CARD, read_card
from learner.stopping.parity import points

LONGEST_CURVE = 25  # rows
DASH = "\N{EN DASH}"

STOCK = """\
```python
from transformers import pipeline

classify = pipeline("text-classification", model="FOLDER", truncation=True)
classify("where is my parcel?", top_k=3)
```

It is a stock `…ForSequenceClassification` with its weights in safetensors; no code of Parity's is
needed. `parity predict --model FOLDER "where is my parcel?"` gives the same scores, faster."""
OURS = """\
```sh
parity predict --model FOLDER "where is my parcel?"
```

```python
from pathlib import Path
from learner.models.loading import load_model

model = load_model(Path("FOLDER"))
model.categories, model.probabilities(["where is my parcel?"])
```

"""
KINDS = {
    "bow": "It is TF-IDF of words and word pairs with a logistic regression, no language model: "
    "`parity.json` holds the vocabulary, the safetensors files hold the weights, and "
    "`transformers` cannot load it.",
    "head": "It is a logistic regression (`head.safetensors`) on the sentence encoder in this "
    "folder, which `SentenceTransformer` loads. The encoder is not one that can be written as a "
    "stock classifier, so `transformers` alone cannot load it.",
}
KINDS["setfit"] = KINDS["head"]


def model_card(record: Record, exported: Exported, folder: Path, place: str) -> str:
    """The card, in Markdown, of the model in `folder`, to be loaded from `place`."""
    kind = read_card(folder)["kind"] if (folder / CARD).exists() else "stock"
    library = {"stock": "transformers", "bow": None}.get(kind, "sentence-transformers")
    loading = STOCK if kind == "stock" else OURS + KINDS[kind]
    sections = [
        ("How to load it", loading.replace("FOLDER", place)),
        ("Data", _data(record, exported)),
        ("Accuracy", _accuracy(record, exported)),
        ("Learning curve", _curve(record.evaluations)),
        ("Categories", _categories(record)),
        ("Intended use", _use(record)),
        ("Limits", listed(_limits(record, exported, kind))),
        ("Training", _training(record, exported)),
    ]
    head = front_matter(
        library_name=library,
        pipeline_tag="text-classification",
        tags=["text-classification", "customer-support", "parity"],
    )
    title = f"# Customer inquiries to {len(record.codebook.names)} categories"
    body = [f"## {heading}\n\n{text}" for heading, text in sections]
    return "\n\n".join([head + title, *body]) + "\n"


def _data(record: Record, exported: Exported) -> str:
    rows = [
        ["data", data_name(record.settings["data"])],
        ["inquiries in the pool", f"{len(record.pool):,}"],
        ["labels that the model learnt from", f"{exported.fitted.labels:,}"],
        ["labels in all", f"{len(record.labels):,}"],
        ["annotators", f"{record.answers['annotator'].nunique():,} ({_people(record)})"],
    ]
    if record.tested is not None:
        rows.append(["test inquiries, kept apart", f"{record.tested:,}"])
    return table(["what", "how many"], rows)


def _people(record: Record) -> str:
    if record.settings["annotators"] == "people":
        return "people"
    error = record.settings["annotator_error"]
    return f"simulated, from the labels in the data, wrong with probability {error}"


def _accuracy(record: Record, exported: Exported) -> str:
    if record.evaluations.empty:
        return "Not measured: there were no test inquiries with labels, and no audit sample."
    last = record.evaluations.iloc[-1]
    where = (
        f"{record.tested:,} test inquiries that neither taught nor chose anything"
        if record.tested is not None
        else "the audit sample, inquiries drawn at random that taught nothing"
    )
    rows = [
        ["accuracy", f"{last['accuracy']:.4f}", _interval(last)],
        ["macro F1", f"{last['macro_f1']:.4f}", ""],
    ]
    says = [f"Measured with {last['labels']:,} labels, on {where}."]
    if last["labels"] != exported.fitted.labels:
        says.append(f"The model in this folder learnt from {exported.fitted.labels:,}.")
    if pd.notna(last["gap"]):
        bound, margin = last["gap_high"], record.settings["margin"]
        rows += [
            ["accuracy of the full-data model", f"{last['full_accuracy']:.4f}", ""],
            [
                "gap, in points",
                points(last["gap"]),
                f"{points(last['gap_low'])} to {points(bound)}",
            ],
        ]
        says.append(
            "The full-data model is the same recipe with everything labelled; the gap is how much "
            "more often it is right, its ends one-sided 95 % bounds. "
            + (
                f"Parity within {points(margin)} points is proved."
                if bound <= margin
                else f"Parity within {points(margin)} points is not proved."
            )
        )
    else:
        says.append("There was no full-data model to compare with, so no gap is known.")
    return table(["what", "value", "95 %"], rows) + "\n\n" + " ".join(says)


def _interval(row: pd.Series) -> str:
    return f"{row['accuracy_low']:.4f} to {row['accuracy_high']:.4f}"


def _curve(evaluations: pd.DataFrame) -> str:
    if evaluations.empty:
        return "Nothing was measured."
    rows = np.arange(len(evaluations))
    if len(rows) > LONGEST_CURVE:
        rows = np.unique(np.linspace(0, len(rows) - 1, LONGEST_CURVE).round().astype(int))
    shown = [
        [
            f"{row['labels']:,}",
            f"{row['accuracy']:.4f}",
            _interval(row),
            f"{row['macro_f1']:.4f}",
            DASH if pd.isna(row["gap"]) else f"{points(row['gap'])} ({points(row['gap_high'])})",
        ]
        for _, row in evaluations.iloc[rows].iterrows()
    ]
    head = ["labels", "accuracy", "95 %", "macro F1", "gap in points (bound)"]
    if len(rows) == len(evaluations):
        return table(head, shown)
    return table(head, shown) + f"\n\n{len(rows)} of {len(evaluations):,} evaluations, evenly."


def _categories(record: Record) -> str:
    counts = record.labels["category"].value_counts()
    names = record.codebook.names
    return table(["category", "labels"], [[name, f"{counts.get(name, 0):,}"] for name in names])


def _use(record: Record) -> str:
    return (
        f"Says which of the {len(record.codebook.names)} categories a customer's message "
        "belongs to, in the language and the kind of messages it learnt from. Its scores serve to "
        "send what it is sure of to an automatic answer and the rest to people."
    )


def _limits(record: Record, exported: Exported, kind: str) -> Iterator[str]:
    yield (
        "Every text gets one of the categories, also one that belongs to none of them or to "
        "several; look at the score."
    )
    if len(record.evaluations):
        yield (
            "The accuracy is that on inquiries of the same source and time. Other channels, "
            "languages and later months were not measured."
        )
    yield (
        "Most labels were chosen because they teach most, not at random: how often a category is "
        "labelled does not say how often it is asked."
    )
    unseen = set(record.codebook.names) - set(record.labels["category"])
    if unseen:
        yield f"Categories without a single label, hardly ever predicted: {len(unseen)}."
    if kind == "stock":
        yield (
            "`parity predict` reads the first 256 tokens of a text; `pipeline` with "
            "`truncation=True` as many as the encoder takes."
        )
    if not exported.is_calibrated:
        yield "The scores are not calibrated, since the campaign had not ended."


def _training(record: Record, exported: Exported) -> str:
    settings = record.settings
    encoder = model_name(settings["encoder"])
    rows = [
        ["model", settings["recipe"].replace(settings["encoder"], encoder)],
        ["sentence encoder that chose inquiries", encoder],
        ["strategy", settings["strategy"]],
        ["rounds", f"{len(record.rounds):,}"],
        ["seconds of the fit", f"{exported.fitted.seconds:,.1f}"],
        ["seed", str(settings["seed"])],
        *([name, version] for name, version in versions()),
    ]
    return table(["what", "value"], rows)
