"""Model, sentiment and rules together: from texts to decisions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from learner.models.loading import load_model
from learner.models.protocol import Model
from learner.predict import CHUNK, FIRST_CHUNK, predictions
from learner.progress import Say
from learner.routing.deciding import Decision, decide
from learner.routing.reading import read_rules
from learner.routing.rules import Rules, default_rules
from learner.sentiment import Sentiment, load_sentiment


@dataclass(frozen=True)
class Routed:
    """What is known of one inquiry: the best categories with their scores, sentiment, decision."""

    row: int
    text: str
    top: list[tuple[str, float]]
    sentiment: float
    decision: Decision


@dataclass(frozen=True)
class Router:
    """All that routing takes."""

    model: Model
    sentiment: Sentiment
    rules: Rules

    def route(self, inquiries: Sequence[tuple[int, str]]) -> list[Routed]:
        """Route N inquiries, given as (row, text), in their order."""
        feelings = self.sentiment.scores([text for _, text in inquiries])
        return [
            Routed(
                one.row,
                one.text,
                one.top,
                float(feeling),
                decide(self.rules, one.text, *one.top[0], float(feeling)),
            )
            for one, feeling in zip(predictions(self.model, inquiries), feelings, strict=True)
        ]

    def stream(self, inquiries: Iterable[tuple[int, str]]) -> Iterator[Routed]:
        """Yield what `route` gives of any number of inquiries, a chunk in memory at a time."""
        source, size = iter(inquiries), FIRST_CHUNK
        while chunk := list(islice(source, size)):
            size = CHUNK
            yield from self.route(chunk)


def load_router(model: Path, rules: Path | None, say: Say) -> Router:
    """The model in a folder, with the rules of a file or the built-in ones.

    Says which sentiment and rules these are. Raises InputError for a wrong folder or file.
    """
    loaded = load_model(model)
    decided = (
        default_rules(loaded.categories) if rules is None else read_rules(rules, loaded.categories)
    )
    sentiment = load_sentiment()
    say(f"sentiment by {sentiment.name}, routed by {decided.source}")
    return Router(loaded, sentiment, decided)
