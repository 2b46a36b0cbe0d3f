"""A campaign: one run of the loop over one pool, kept in one home folder."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from labeling.annotators import read_errors
from labeling.audit import draw, sample_size
from labeling.codebook import Codebook, check_labels, codebook_from_labels, read_codebook
from labeling.errors import InputError
from labeling.inquiries import merge_duplicates, read_inquiries, set_aside_rare, split
from labeling.recoding import Change, changed, recoded
from learner.asking.neighbours import neighbour_graph
from learner.asking.strategies import check_strategy
from learner.defaults import BATCH_SIZE, ENCODER, MARGIN, STRATEGY
from learner.encoder import EncodeRows, embed, encode_here, fill_cache
from learner.fitting.recipe import Recipe, choose_recipe
from learner.live.journal import Journal
from learner.models.head import trust_in
from learner.progress import Say, spoken
from learner.stopping.parity import smallest_margin

MOST_PEOPLE = 100  # who are to answer one inquiry


@dataclass(frozen=True)
class Settings:
    """What a person chose for a campaign. `until` is "parity" or a number of labels.

    `reference` says what to compare with, the "labels" of the data or "none"; `audit` is the size
    of the audit sample, None where it is left to us.
    """

    data: str
    text_column: str | None = None
    label_column: str | None = None
    codebook: str | None = None
    annotators: str = "people"
    annotator_error: str = "0"
    strategy: str = STRATEGY
    batch_size: int = BATCH_SIZE
    encoder: str = ENCODER
    model: str = "auto"
    until: str = "parity"
    margin: float = MARGIN
    reference: str = "labels"
    audit: int | None = None
    answers_per_inquiry: int = 1
    seed: int = 0

    @property
    def budget(self) -> int | None:
        """The number of labels to stop at; None when the goal is parity."""
        return None if self.until == "parity" else int(self.until)


@dataclass(frozen=True)
class Campaign:
    """What a campaign works on. Categories are numbered in the codebook's order.

    `pool` and `test` have columns id, text, category (None where unknown); `truth` (M,) are the
    test inquiries' category numbers. `audit` are the ids of the audit sample, part of the pool.
    `ray_address` names the Ray cluster that encodes and fine-tunes; None: this machine does.
    """

    settings: Settings
    codebook: Codebook
    pool: pd.DataFrame
    test: pd.DataFrame
    recipe: Recipe
    fingerprint: str
    audit: tuple[str, ...] = ()
    ray_address: str | None = None

    @property
    def categories(self) -> tuple[str, ...]:
        """The names of the categories."""
        return self.codebook.names

    @property
    def has_reference(self) -> bool:
        """Whether a full-data model is there to be compared with."""
        return self.settings.reference == "labels" and len(self.test) > 0

    @cached_property
    def is_audit(self) -> np.ndarray:
        """Which inquiries of the pool are the audit sample, (N,)."""
        return self.pool["id"].isin(self.audit).to_numpy()

    @property
    def truth(self) -> np.ndarray:
        """Category numbers (M,) of the test inquiries."""
        return self.numbers(self.test["category"])

    def pool_numbers(self, labels: pd.DataFrame) -> np.ndarray:
        """Category numbers (N,) of the pool's labels, -1 where there is none."""
        known = self.pool["id"].map(labels.set_index("inquiry")["category"])
        numbers = np.full(len(known), -1)
        there = known.notna().to_numpy()
        numbers[there] = self.numbers(known[there])
        return numbers

    def pool_trust(self, labels: pd.DataFrame) -> np.ndarray:
        """How much the pool's labels count (N,), 1 where there is none."""
        known = self.pool["id"].map(labels.set_index("inquiry")["confidence"].astype(float))
        return trust_in(known.fillna(1.0).to_numpy())

    @cached_property
    def vectors(self) -> np.ndarray:
        """Embeddings (N, D) of the pool."""
        return embed(self.pool["text"].tolist(), self.recipe.encoder)

    @cached_property
    def test_vectors(self) -> np.ndarray:
        """Embeddings (M, D) of the test inquiries."""
        return embed(self.test["text"].tolist(), self.recipe.encoder)

    @cached_property
    def graph(self) -> csr_matrix:
        """Who is alike in the pool."""
        return neighbour_graph(self.vectors)

    @property
    def reference(self) -> pd.DataFrame:
        """The labelled inquiries of the pool, which the full-data model learns from."""
        return self.pool[self.pool["category"].notna()]

    def recoded(self, changes: Sequence[Change]) -> "Campaign":
        """The campaign after changes of its codebook, which what is known follows.

        Where nobody knows what a test inquiry's category stands for now, it is left out.
        """
        pool, test = (
            table.assign(category=recoded(table["category"], changes))
            for table in (self.pool, self.test)
        )
        return replace(
            self,
            codebook=changed(self.codebook, changes),
            pool=pool,
            test=test[test["category"].notna()].reset_index(drop=True),
        )

    def numbers(self, names: pd.Series) -> np.ndarray:
        """Category numbers of category names, (N,)."""
        return names.map({name: i for i, name in enumerate(self.categories)}).to_numpy(dtype=int)


def encode_all(campaign: Campaign, say: Say, encode_rows: EncodeRows = encode_here) -> None:
    """Put the embeddings of all its inquiries into the cache."""
    texts = [*campaign.pool["text"], *campaign.test["text"]]
    say(f"encoding {len(texts):,} inquiries (kept: each is encoded once)")
    fill_cache(texts, campaign.settings.encoder, spoken(say, "encoded"), encode_rows)


def prepare(settings: Settings, say: Say) -> Campaign:
    """Read and check everything that a person gave; nothing is written.

    Raises InputError for whatever is wrong with it.
    """
    check_strategy(settings.strategy)
    if not 0 < settings.margin < 1:
        raise InputError(
            f"--margin {settings.margin}: a fraction from 0 to 1, such as 0.005 for half a point"
        )
    read_errors(settings.annotator_error)
    if not 1 <= settings.answers_per_inquiry <= MOST_PEOPLE:
        raise InputError(
            f"--answers-per-inquiry {settings.answers_per_inquiry}: from 1 to {MOST_PEOPLE}"
        )
    if settings.batch_size < 1:
        raise InputError(f"--batch-size {settings.batch_size}: at least 1")
    inquiries = read_inquiries(settings.data, settings.text_column, settings.label_column)
    for note in inquiries.notes:
        say(note)
    codebook = _codebook(settings, inquiries.table, inquiries.label_column)
    table = merge_duplicates(inquiries.table)
    if len(table) < len(inquiries.table):
        say(f"{len(inquiries.table) - len(table):,} duplicates are shown once and share the label")
    table, aside = set_aside_rare(table)
    if aside:
        say(aside)
    pool, test = split(table, settings.seed)
    recipe = choose_recipe(settings.model, settings.encoder)
    if recipe.notice:
        say(recipe.notice)
    campaign = Campaign(settings, codebook, pool, test, recipe, inquiries.fingerprint)
    _check_goal(campaign)
    return replace(campaign, audit=_audit_sample(campaign))


def recall(journal: Journal, home: Path, campaign: Campaign) -> None:
    """Check that `home` is new or holds this very campaign; note what the campaign goes on with.

    Raises InputError when the folder belongs to another campaign or the file has changed since.
    """
    before = journal.settings()
    now = {
        **asdict(campaign.settings),
        "fingerprint": campaign.fingerprint,
        "categories": list(campaign.categories),
        "has_reference": campaign.has_reference,
        "recipe": campaign.recipe.name,
    }
    if before:
        _check_same(before, now, home)
    journal.write_settings(now)


def _check_same(before: dict[str, Any], now: dict[str, Any], home: Path) -> None:
    other = "use another --home, or the command that the campaign was begun with"
    if before["data"] != now["data"]:
        raise InputError(
            f"the home folder {home} holds a campaign on {before['data']}, not on {now['data']}: "
            f"{other}"
        )
    for name in ("text_column", "label_column", "seed", "encoder"):
        if before[name] != now[name]:
            option = "--" + name.replace("_", "-")
            raise InputError(
                f"the campaign in {home} was begun with {option} {before[name]}, not "
                f"{now[name]}: {other}"
            )
    if before["fingerprint"] != now["fingerprint"]:
        raise InputError(
            f"{now['data']} has changed since the campaign in {home} began: "
            "bring the old file back, or begin a new campaign in another --home"
        )
    if before["categories"] != now["categories"]:
        raise InputError(
            f"the campaign in {home} was begun with other categories than the codebook's: {other}; "
            "`parity codebook` changes the categories of a campaign"
        )


def _codebook(settings: Settings, table: pd.DataFrame, label_column: str | None) -> Codebook:
    if settings.codebook is not None:
        codebook = read_codebook(settings.codebook)
    elif settings.data == "sample":
        from labeling.sample import CODEBOOK

        codebook = read_codebook(CODEBOOK)
    elif label_column is not None:
        return codebook_from_labels(table["category"].dropna().unique())
    else:
        raise InputError(
            f"{settings.data} has no label column, so people need a list of categories: "
            "give one with --codebook FILE (columns category, definition, example), or name the "
            "--label-column"
        )
    check_labels(table, codebook)
    return codebook


def _check_goal(campaign: Campaign) -> None:
    settings = campaign.settings
    if settings.annotators == "simulated" and len(campaign.reference) < len(campaign.pool):
        missing = len(campaign.pool) - len(campaign.reference)
        raise InputError(
            f"simulated annotators answer from the label column, but {missing:,} inquiries of "
            f"{settings.data} have no label: label them, or use --annotators people"
        )
    if settings.budget is not None or not campaign.has_reference:
        return
    provable = smallest_margin(len(campaign.test))
    if settings.margin < provable:
        raise InputError(
            f"{len(campaign.test):,} test inquiries cannot prove a margin of "
            f"{settings.margin * 100:g} points, "
            f"at best {provable * 100:.2g}: give more labelled inquiries, or --margin "
            f"{np.ceil(provable * 1000) / 1000:g}"
        )


def _audit_sample(campaign: Campaign) -> tuple[str, ...]:
    settings, size = campaign.settings, campaign.settings.audit
    if campaign.has_reference:
        if size:
            raise InputError(
                f"--audit {size}: {len(campaign.test):,} labelled test inquiries measure the model "
                "already; an audit sample is for campaigns without (--reference none)"
            )
        return ()
    most = len(campaign.pool) if settings.budget is None else settings.budget
    if size is None:
        size = sample_size(most)
    if not 0 <= size < most:
        raise InputError(f"--audit {size}: at least 0, and less than the {most:,} labels to come")
    return draw(campaign.pool["id"].tolist(), size, settings.seed)
