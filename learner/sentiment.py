"""How a customer sounds: from angry to pleased, by one of two ready-made readers of English.

The SST-2 DistilBERT where this machine has it; where not, VADER (Hutto and Gilbert, ICWSM 2014), a
lexicon with rules. Nothing is fetched.
"""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from labeling.errors import InputError
from learner.hub import local_folder

SST2 = (
    "distilbert/distilbert-base-uncased-finetuned-sst-2-english",
    "distilbert-base-uncased-finetuned-sst-2-english",  # its name in caches of earlier years
)
ANGRY = -0.5  # an inquiry whose score is at most this counts as angry
PIECE = 500  # characters that VADER reads at once: its time grows by their square


@dataclass(frozen=True)
class Sentiment:
    """A reader of sentiment. `scores` gives (N,) for N texts: -1 is angry, 0 neither, 1 pleased."""

    name: str
    scores: Callable[[Sequence[str]], np.ndarray]


def load_sentiment(models: Sequence[str] = SST2) -> Sentiment:
    """The first of `models`, hub ids or folders, that this machine has; otherwise VADER.

    Raises InputError if that is no classifier of NEGATIVE and POSITIVE.
    """
    for model in models:
        folder = local_folder(model)
        if folder is not None:
            return _classifier(folder, model)
    return _vader()


def _classifier(folder: Path, name: str) -> Sentiment:
    from learner.models.transformer import load_transformer

    model = load_transformer(folder)
    named = [category.upper() for category in model.categories]
    if sorted(named) != ["NEGATIVE", "POSITIVE"]:
        raise InputError(
            f"{folder}: its categories are {', '.join(model.categories)}, not NEGATIVE and "
            "POSITIVE; put a sentiment model there, or take the folder away"
        )
    signs = np.array([1.0 if category == "POSITIVE" else -1.0 for category in named])

    def scores(texts: Sequence[str]) -> np.ndarray:
        return model.probabilities(texts) @ signs

    return Sentiment(f"SST-2 DistilBERT ({name})", scores)


def _vader() -> Sentiment:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyser = SentimentIntensityAnalyzer()

    def score(text: str) -> float:
        """The angriest piece speaks for a long text."""
        pieces = textwrap.wrap(text, PIECE) or [""]
        return min(analyser.polarity_scores(piece)["compound"] for piece in pieces)

    def scores(texts: Sequence[str]) -> np.ndarray:
        return np.array([score(text) for text in texts], dtype=float)

    return Sentiment("VADER", scores)
