"""`parity predict` with tiny real models: what is printed, in which order, and how much is read."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tiny_encoders import CATEGORIES, LABELS, TEXTS, tiny

from labeling.errors import InputError
from learner.models.bow import BagOfWords, fit_bag_of_words
from learner.models.fine_tuning import Training, fine_tune
from learner.models.quantisation import quantised
from learner.predict import CHUNK, FIRST_CHUNK, counted, predictions, write_csv, write_json

PARITY = str(Path(sys.executable).with_name("parity"))


@pytest.fixture
def bow() -> BagOfWords:
    return fit_bag_of_words(TEXTS, LABELS, [*CATEGORIES, "a, b"])


def test_there_is_a_row_for_each_inquiry_in_their_order_with_the_best_categories_first(
    bow: BagOfWords,
) -> None:
    texts = [TEXTS[number % len(TEXTS)] for number in range(FIRST_CHUNK + 50)]
    found = list(predictions(bow, enumerate(texts, start=5)))
    proba = bow.probabilities(texts)
    assert [one.row for one in found] == list(range(5, 5 + len(texts)))
    assert [one.text for one in found] == texts
    for one, scores in zip(found, proba, strict=True):
        assert [score for _, score in one.top] == pytest.approx(sorted(scores)[:-4:-1])
        assert one.top[0][0] == bow.categories[scores.argmax()]


def test_no_more_than_a_chunk_is_read_ahead(bow: BagOfWords) -> None:
    read = 0

    def endless() -> Iterator[tuple[int, str]]:
        nonlocal read
        while True:
            read += 1
            yield read, "cancel order"

    stream = predictions(bow, endless())
    next(stream)
    assert read == FIRST_CHUNK
    for _ in range(FIRST_CHUNK):
        next(stream)
    assert read == FIRST_CHUNK + CHUNK


def test_csv_and_json_say_the_same(bow: BagOfWords) -> None:
    texts = ['with "quotes", and a comma', "refund my money\nplease"]
    as_csv, as_json = io.StringIO(), io.StringIO()
    write_csv(predictions(bow, enumerate(texts, start=1)), as_csv, with_text=True)
    write_json(predictions(bow, enumerate(texts, start=1)), as_json, with_text=True)
    rows = list(csv.DictReader(io.StringIO(as_csv.getvalue())))
    items = [json.loads(line) for line in as_json.getvalue().splitlines()]
    assert len(rows) == len(items) == 2
    for row, item, text in zip(rows, items, texts, strict=True):
        assert row["text"] == item["text"] == text
        assert row["category"] == item["category"] == item["top"][0]["category"]
        assert item["score"] == item["top"][0]["score"]
        assert float(row["score"]) == pytest.approx(item["score"], abs=5e-5), "four digits"
        assert [row["category_2"], row["category_3"]] == [
            one["category"] for one in item["top"][1:]
        ]


def test_with_two_categories_there_is_no_third() -> None:
    model = fit_bag_of_words(["yes", "no"], np.array([0, 1]), ["agree", "disagree"])
    out = io.StringIO()
    write_csv(predictions(model, [(1, "yes")]), out, with_text=False)
    (row,) = csv.DictReader(io.StringIO(out.getvalue()))
    assert row["category"] == "agree"
    assert (row["category_2"], row["category_3"], row["score_3"]) == ("disagree", "", "")


@pytest.mark.slow
def test_the_command_streams_a_file_and_says_what_is_wrong(bow: BagOfWords, tmp_path: Path) -> None:
    bow.save(tmp_path / "model")
    lines = ["id,text", *(f"{n},{text or 'x'}" for n, text in enumerate(TEXTS))]
    (tmp_path / "file.csv").write_text("\n".join(lines))

    def parity(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [PARITY, "predict", "--model", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    whole = parity("model", "--file", "file.csv")
    assert whole.returncode == 0, whole.stderr
    rows = list(csv.DictReader(io.StringIO(whole.stdout)))
    assert [row["row"] for row in rows] == [str(n + 2) for n in range(len(TEXTS))]
    assert [row["category"] for row in rows] == [CATEGORIES[label] for label in LABELS]
    typed = parity("model", "--json", "my parcel", "refund")
    assert [json.loads(line)["category"] for line in typed.stdout.splitlines()] == [
        "track",
        "refund",
    ]
    for arguments, complaint in (
        (("model",), "give either texts or --file FILE"),
        (("model", "--file", "none.csv"), "none.csv: no such file"),
        (("none", "text"), "none: no such folder"),
        (("model", "--int8", "text"), "only a fine-tuned transformer can be quantised"),
    ):
        wrong = parity(*arguments)
        assert wrong.returncode == 2
        assert complaint in wrong.stderr
        assert wrong.stdout == ""
        assert len(wrong.stderr.splitlines()) == 1


@pytest.mark.slow
def test_int8_is_smaller_and_predicts_nearly_the_same(tmp_path: Path) -> None:
    base = tiny("distilbert", tmp_path / "base")
    training = Training(probed_steps=60)
    model = fine_tune(base, TEXTS, LABELS, CATEGORIES, seed=0, training=training)
    small = quantised(model)
    exact, rough = model.probabilities(TEXTS), small.probabilities(TEXTS)
    assert (exact.argmax(axis=1) == rough.argmax(axis=1)).mean() > 0.95
    assert exact == pytest.approx(rough, abs=0.2)
    assert (exact != rough).any()
    with pytest.raises(InputError, match="--int8"):
        quantised(fit_bag_of_words(TEXTS, LABELS, CATEGORIES))


def test_what_is_said_of_progress_holds_when_a_chunk_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("learner.predict.SECONDS", 0.0)
    said: list[str] = []
    assert len(list(counted(range(FIRST_CHUNK + CHUNK + 100), said.append))) == 4_452
    assert [line.split(", ")[0] for line in said] == [
        "predicted 256 inquiries",
        "predicted 4,352 inquiries",
    ]
