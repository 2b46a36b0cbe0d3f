"""Measure the models and print a table: `python -m scripts.benches.models ROW… [--bitext FILE] …`.

Each row stands alone and prints its line as soon as it is measured; `--list` says what there is.
The long ones (fine-tuning, full) take from minutes to an hour on two cores.
"""

import argparse
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import torch

from labeling.inquiries import merge_duplicates, read_inquiries, set_aside_rare, split
from learner.asking.rounds import Selection, rehearse
from learner.defaults import BATCH_SIZE, ENCODER, INITIAL, STRATEGY
from learner.encoder import embed, encoder_path
from learner.fitting.recipe import Recipe, choose_recipe, fit_model
from learner.measuring.calibration import automatic_share, calibrate, calibration_error
from learner.measuring.stress import stress_accuracy
from learner.models.batching import tokenize
from learner.models.device import best_device
from learner.models.fine_tuning import Training, fine_tune
from learner.models.protocol import Model
from learner.models.quantisation import quantised
from learner.models.transformer import Transformer, fresh, load_transformer

Row = tuple[str, str, str]  # what, the figure to reach, what was measured

TEST = 2000  # inquiries of Bitext held out
PADDED = 512  # tokens, the seed's recipe
SEED_BATCH = 16
SEED_RATE = 2e-5  # the Trainer's usual one for this size; the seed's write-up names none


@dataclass(frozen=True)
class Data:
    """Labelled inquiries to learn from and to test on; category numbers (N,) and (M,)."""

    categories: tuple[str, ...]
    texts: list[str]
    labels: np.ndarray
    test_texts: list[str]
    truth: np.ndarray

    def take(self, rows: np.ndarray) -> "Data":
        """Some of what there is to learn from."""
        return replace(self, texts=[self.texts[row] for row in rows], labels=self.labels[rows])

    def random(self, count: int, seed: int) -> "Data":
        """So many random labels."""
        return self.take(np.random.default_rng(seed).permutation(len(self.labels))[:count])

    def accuracy(self, model: Any) -> float:
        """Of a model, on the test inquiries."""
        return float((model.probabilities(self.test_texts).argmax(axis=1) == self.truth).mean())


def bitext(options: argparse.Namespace) -> Data:
    """Bitext's utterances without duplicates; near-duplicates of test inquiries are not learnt."""
    table, _ = set_aside_rare(merge_duplicates(read_inquiries(options.bitext).table))
    pool, test = split(table, 0)
    return _data(pool, test[:TEST])


def banking(options: argparse.Namespace) -> Data:
    """Banking77 with its own split, nothing left out."""
    return _data(*(read_inquiries(source).table for source in options.banking))


def _data(pool: pd.DataFrame, test: pd.DataFrame) -> Data:
    names = tuple(sorted({*pool["category"], *test["category"]}))
    numbers = {name: number for number, name in enumerate(names)}
    return Data(
        names,
        pool["text"].tolist(),
        pool["category"].map(numbers).to_numpy(dtype=int),
        test["text"].tolist(),
        test["category"].map(numbers).to_numpy(dtype=int),
    )


def tuned(data: Data, seed: int, training: Training | None = None) -> Transformer:
    """The packaged encoder (or --base), fine-tuned."""
    base = encoder_path(ENCODER)
    return fine_tune(base, data.texts, data.labels, data.categories, seed, training=training)


def seeds(options: argparse.Namespace, measure: Callable[[int], float]) -> str:
    """The mean of several seeds, and each."""
    each = [measure(seed) for seed in range(options.seeds)]
    return f"{np.mean(each):.4f} ({', '.join(f'{one:.4f}' for one in each)})"


def measure_speed(options: argparse.Namespace) -> Iterator[Row]:
    """Examples a second in fine-tuning, against the seed's recipe, in turns."""
    data = bitext(options).random(options.speed_labels, 0)
    pairs = []
    for _ in range(options.seeds):
        began = time.perf_counter()
        clock = Stopwatch()
        fine_tune(encoder_path(), data.texts, data.labels, data.categories, 0, progress=clock.tick)
        whole = clock.done * Training().batch / (time.perf_counter() - began)
        slow = trainer(data.random(options.seed_examples, 0), 1, PADDED)[1]
        pairs.append((clock.rate * Training().batch, whole, slow))
    ours, whole, slow = np.median(np.array(pairs), axis=0)
    yield (
        f"fine-tuning examples/s, {best_device()}, against Trainer, batch 16, padded to 512",
        "≥ 40 times",
        f"{ours / slow:.0f} times: {ours:.1f}/s against {slow:.2f}/s "
        f"({whole:.1f}/s with linear probing)",
    )


def measure_seed_accuracy(options: argparse.Namespace) -> Iterator[Row]:
    """Accuracy of ours and of the seed's recipe on the same labels.

    The Trainer pads to the longest here: masked padding changes no prediction, only the time.
    """
    data = bitext(options)

    def ours(seed: int) -> float:
        return data.accuracy(tuned(data.random(options.labels, seed), seed))

    def theirs(seed: int) -> float:
        learnt = data.random(options.labels, seed)
        return data.accuracy(trainer(learnt, options.seed_epochs, None, seed)[0])

    yield (
        f"accuracy of {options.labels:,} labels, ours; Trainer for {options.seed_epochs} epochs",
        "within 0.3 points",
        f"{seeds(options, ours)}; {seeds(options, theirs)}",
    )


def measure_few(options: argparse.Namespace) -> Iterator[Row]:
    """Random labels of Bitext."""
    data = bitext(options)
    for count, goal in ((300, "≥ 0.975"), (1300, "≥ 0.993")):

        def accuracy(seed: int, count: int = count) -> float:
            return data.accuracy(tuned(data.random(count, seed), seed))

        yield f"{count:,} random labels, Bitext-20k", goal, seeds(options, accuracy)


def measure_chosen(options: argparse.Namespace) -> Iterator[Row]:
    """300 labels that the default strategy chooses."""
    data = bitext(options)

    def accuracy(seed: int) -> float:
        return data.accuracy(tuned(data.take(chosen(data, 300, seed)), seed))

    yield "300 chosen labels, Bitext-20k", "≥ 0.997", seeds(options, accuracy)


def measure_full(options: argparse.Namespace) -> Iterator[Row]:
    """All labels of Bitext and Banking77: accuracy, and how far the scores can be trusted."""
    recipe = recipe_of("transformer")
    for name, data, goal in (
        ("Bitext-20k", bitext(options), "≥ 0.9985"),
        ("Banking77", banking(options), "≥ 0.930"),
    ):
        began = time.perf_counter()
        model = tuned(data, 0)
        seconds = time.perf_counter() - began
        what = f"fine-tuned on all {len(data.texts):,} of {name}"
        yield what, goal, f"{data.accuracy(model):.4f} in {seconds:,.0f} s"
        if not options.quick:
            yield trust("fine-tuned", name, data, recipe, model)


def measure_prediction(options: argparse.Namespace) -> Iterator[Row]:
    """2,000 short texts against transformers.pipeline with its defaults, in turns."""
    from transformers import pipeline

    data = bitext(options)
    with TemporaryDirectory() as folder:
        tuned(data.random(options.labels, 0), 0).save(Path(folder))
        exact = load_transformer(Path(folder))
        small, stock = quantised(exact), pipeline("text-classification", model=folder)
        runs = []
        for _ in range(3):
            ours = timed(lambda: exact.probabilities(data.test_texts))
            int8 = timed(lambda: small.probabilities(data.test_texts))
            runs.append((ours, int8, timed(lambda: stock(data.test_texts))))
        ours, int8, slow = len(data.test_texts) / np.median(np.array(runs), axis=0)
    before, after = data.accuracy(exact), data.accuracy(small)
    yield "parity predict against pipeline", "≥ 4 times", f"{ours / slow:.1f}: {ours:.0f} texts/s"
    yield (
        "int8 beside it",
        "≤ 0.2 points lost",
        f"{int8 / slow:.1f}: {int8:.0f} texts/s, {(before - after) * 100:.2f} points lost",
    )


def measure_stress(options: argparse.Namespace) -> Iterator[Row]:
    """The stress set, by models fitted on the same labels of Bitext."""
    data = bitext(options)
    for count in (options.labels, len(data.texts)):
        known = data.random(count, 0)
        arguments = (known.texts, known.labels, known.categories, 0)
        models = {
            "bag of words": fit_model(choose_recipe("bow"), *arguments),
            "head": fit_model(choose_recipe("head"), *arguments),
        }
        if not options.quick:
            models["setfit"] = fit_model(choose_recipe("setfit"), *arguments)
            models["fine-tuned"] = tuned(known, 0)
        scores = stress_accuracy(models)
        print(scores.round(3).to_string(index=False), flush=True)
        last = scores.iloc[-1]
        measured = ", ".join(f"{name} {last[name]:.3f}" for name in models)
        yield f"stress set, {count:,} labels", "20 points above bag of words", measured


def measure_calibration(options: argparse.Namespace) -> Iterator[Row]:
    """Calibration of the quick models; that of the fine-tuned one comes with `full`."""
    for name, data in (("Bitext-20k", bitext(options)), ("Banking77", banking(options))):
        for kind in ("bow", "head"):
            recipe = recipe_of(kind)
            model = fit_model(recipe, data.texts, data.labels, data.categories, 0)
            yield trust(kind, name, data, recipe, model)


def trust(kind: str, name: str, data: Data, recipe: Recipe, model: Model) -> Row:
    """Calibration error before and after scaling, and what can be answered automatically."""
    cooled, temperature = calibrate(recipe, model, data.texts, data.labels, data.categories, 0)
    proba = cooled.probabilities(data.test_texts)
    before = calibration_error(model.probabilities(data.test_texts), data.truth)
    after = calibration_error(proba, data.truth)
    found = automatic_share(proba, data.truth)
    return (
        f"calibration error, {kind}, {name}",
        "≤ 0.02",
        f"{before:.4f} → {after:.4f} (temperature {temperature:.2f}); at 99 % precision "
        f"{found.share:.1%} [{found.share_low:.1%}, {found.share_high:.1%}] automatic",
    )


def measure_ways(options: argparse.Namespace) -> Iterator[Row]:
    """Ways of training, each against the default: what helps is the default."""
    data = bitext(options)
    ways = {
        "default": Training(),
        "weights by category": Training(weighting=0.5),
        "draws by category": Training(sampling=0.5),
        "rates falling by 0.8 a layer": Training(layer_decay=0.8),
        "best epoch on a tenth held back": Training(watched=0.1),
        "rate 5e-5": Training(body_rate=5e-5),
        "rate 2e-4": Training(body_rate=2e-4),
        "300 steps": Training(probed_steps=300),
        "batch 32": Training(batch=32),
    }
    for name, training in ways.items():

        def accuracy(seed: int, training: Training = training) -> float:
            return data.accuracy(tuned(data.random(options.labels, seed), seed, training))

        yield f"{options.labels:,} labels: {name}", "", seeds(options, accuracy)


def measure_gpu(options: argparse.Namespace) -> Iterator[Row]:
    """A DistilBERT of random weights, which takes the same time as the real one."""
    from transformers import AutoTokenizer, DistilBertConfig, DistilBertModel

    rng = np.random.default_rng(0)
    words = np.array(["order", "cancel", "refund", "where", "parcel", "invoice", "account", "pay"])
    with TemporaryDirectory() as base:
        DistilBertModel(DistilBertConfig()).save_pretrained(base)
        AutoTokenizer.from_pretrained(encoder_path()).save_pretrained(base)
        for compiled in (False, True) if best_device().type == "cuda" else (False,):
            for count, epochs, goal in ((1300, 6, "< 2 s"), (18_000, 3, "< 10 s")):
                texts = [" ".join(rng.choice(words, rng.integers(5, 20))) for _ in range(count)]
                labels, features = np.arange(count) % 27, rng.normal(size=(count, 768))
                training = Training(
                    batch=options.gpu_batch, epochs=epochs, probed_steps=0, compiled=compiled
                )
                for _ in range(2):  # the first warms up
                    clock = Stopwatch()
                    fine_tune(
                        base,
                        texts,
                        labels,
                        [f"c{number}" for number in range(27)],
                        0,
                        features.astype(np.float32),
                        clock.tick,
                        training,
                    )
                yield (
                    f"{count:,} labels x {epochs} epochs, batch {options.gpu_batch}, "
                    f"{'compiled, ' if compiled else ''}{best_device()}",
                    goal,
                    f"{clock.seconds:.2f} s",
                )


ROWS: dict[str, Callable[[argparse.Namespace], Iterator[Row]]] = {
    "speed": measure_speed,
    "seed-accuracy": measure_seed_accuracy,
    "few": measure_few,
    "chosen": measure_chosen,
    "full": measure_full,
    "prediction": measure_prediction,
    "stress": measure_stress,
    "calibration": measure_calibration,
    "ways": measure_ways,
    "gpu": measure_gpu,
}


class Stopwatch:
    """Times the steps of a fit by its progress."""

    def __init__(self) -> None:
        self.done, self._first, self._last = 0, 0.0, 0.0

    def tick(self, done: int, _of: int) -> None:
        """A step was done."""
        if best_device().type == "cuda" and done in (1, _of):
            torch.cuda.synchronize()
        self._last = time.perf_counter()
        self._first = self._first or self._last
        self.done = done

    @property
    def rate(self) -> float:
        """Steps a second, from the first to the last."""
        return (self.done - 1) / (self._last - self._first)

    @property
    def seconds(self) -> float:
        """Of all steps, the first taken for as long as the others."""
        return self.done / self.rate


def trainer(
    data: Data, epochs: int, padded: int | None, seed: int = 0
) -> tuple[Transformer, float]:
    """The seed's recipe: a fresh classifier, the Trainer, batch 16; and its examples a second."""
    from transformers import DataCollatorWithPadding, Trainer, TrainingArguments

    model = fresh(encoder_path(ENCODER), data.categories)
    tokens = tokenize(model.tokenizer, data.texts)
    rows = [
        {"input_ids": ids, "attention_mask": [1] * len(ids), "labels": int(label)}
        for ids, label in zip(tokens, data.labels, strict=True)
    ]
    with TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            per_device_train_batch_size=SEED_BATCH,
            num_train_epochs=epochs,
            learning_rate=SEED_RATE,
            seed=seed,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            logging_strategy="no",
        )
        collator = DataCollatorWithPadding(
            model.tokenizer, padding="max_length" if padded else True, max_length=padded
        )
        run = Trainer(model=model.model, args=arguments, train_dataset=rows, data_collator=collator)
        began = time.perf_counter()
        run.train()
        rate = len(rows) * epochs / (time.perf_counter() - began)
    body: Any = model.model
    body.to("cpu").eval()
    return model, rate


def chosen(data: Data, count: int, seed: int) -> np.ndarray:
    """Row numbers of the labels that the default strategy asks for."""
    selection = Selection(STRATEGY, BATCH_SIZE, INITIAL, seed)
    kinds = len(data.categories)
    *_, last = rehearse(embed(data.texts), data.labels, kinds, selection, count)
    return last.known


def recipe_of(kind: str) -> Recipe:
    """A recipe on the packaged encoder."""
    if kind == "transformer":
        return Recipe("transformer", ENCODER, ENCODER, name="fine-tuned")
    return choose_recipe(kind)


def timed(call: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the rows that were named, or all."""
    parser = argparse.ArgumentParser(prog="python -m scripts.benches.models", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(ROWS))
    parser.add_argument("--bitext", metavar="SOURCE", help="Bitext's utterances with labels")
    parser.add_argument("--banking", nargs=2, metavar=("TRAIN", "TEST"), help="Banking77")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--labels", type=int, default=1300)
    parser.add_argument("--speed-labels", type=int, default=320)
    parser.add_argument("--seed-examples", type=int, default=64, help="padded to 512 tokens")
    parser.add_argument("--seed-epochs", type=int, default=6)
    parser.add_argument("--gpu-batch", type=int, default=128)
    parser.add_argument("--quick", action="store_true", help="leave slow models out")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.rows) - set(ROWS))
    if unknown:
        parser.error(f"no row {unknown[0]!r}; there are {', '.join(ROWS)}")
    rows = options.rows or list(ROWS)
    if set(rows) - {"gpu"} and not options.bitext:
        parser.error("name the data with --bitext FILE")
    if {"full", "calibration"} & set(rows) and not options.banking:
        parser.error("name the data with --banking TRAIN TEST")
    print(f"{platform.processor() or platform.machine()}, {torch.get_num_threads()} threads")
    for name in rows:
        for what, goal, measured in ROWS[name](options):
            print(f"| {what} | {goal} | {measured} |", flush=True)


if __name__ == "__main__":
    main()
