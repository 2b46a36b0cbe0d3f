"""The stress set ships whole, and models are scored on it by style."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from labeling.codebook import read_codebook
from labeling.inquiries.duplicates import is_near, normal_form
from labeling.sample import CODEBOOK, INQUIRIES
from learner.measuring.stress import read_stress_set, stress_accuracy
from learner.models.bow import fit_bag_of_words


def test_every_category_of_the_sample_is_said_in_at_least_eight_styles() -> None:
    table = read_stress_set()
    assert table.columns.tolist() == ["text", "category", "style"]
    assert not table.isna().to_numpy().any()
    assert set(table["category"]) == set(read_codebook(CODEBOOK).names)
    counts = table.groupby("category")["style"].nunique()
    assert (counts == table["style"].nunique()).all()
    assert table["style"].nunique() >= 8
    assert table["text"].is_unique


def test_no_text_is_a_template_filled_in_again() -> None:
    table = read_stress_set()
    for _, texts in table.groupby("style")["text"]:
        grams = [
            {form[i : i + 5] for i in range(len(form) - 4)} for form in map(normal_form, texts)
        ]
        assert not any(is_near(one, other) for one, other in combinations(grams, 2))
        openings = [" ".join(normal_form(text).split()[:4]) for text in texts]
        assert pd.Series(openings).value_counts().max() <= 4


def test_the_styles_are_what_they_say() -> None:
    texts = read_stress_set().groupby("style")["text"].apply(list)
    assert all(text == text.upper() for text in texts["capitals and typos"])
    assert all(text.replace(" ", "").isalnum() for text in texts["speech to text"])
    assert min(len(text.split()) for text in texts["very wordy"]) >= 45
    assert np.mean([len(text.split()) for text in texts["teenage slang"]]) < 15
    assert (
        sum("thy" in text.lower() or "thee" in text.lower() for text in texts["Elizabethan"]) > 15
    )


def test_none_of_the_stress_set_stands_in_the_sample() -> None:
    sample = set(pd.read_csv(INQUIRIES)["text"].map(normal_form))
    assert not sample & set(read_stress_set()["text"].map(normal_form))


def test_accuracy_is_given_by_style_and_over_all() -> None:
    table = read_stress_set()
    categories = sorted(set(table["category"]))
    numbers = np.array([categories.index(name) for name in table["category"]])
    is_slang = (table["style"] == "teenage slang").to_numpy()
    knows_all = fit_bag_of_words(table["text"].tolist(), numbers, categories)
    knows_slang = fit_bag_of_words(table["text"][is_slang].tolist(), numbers[is_slang], categories)
    scores = stress_accuracy({"all": knows_all, "slang": knows_slang}).set_index("style")
    assert scores.index.tolist() == [*dict.fromkeys(table["style"]), "all styles"]
    assert scores.loc["teenage slang"].tolist() == [27, 1.0, 1.0]
    assert scores.loc["all styles", "texts"] == len(table)
    assert scores.loc["all styles", "all"] == 1
    assert scores.loc["pirate", "slang"] < 0.8
    by_style = scores.drop("all styles")
    expected = np.average(by_style["slang"], weights=by_style["texts"])
    assert scores.loc["all styles", "slang"] == pytest.approx(expected)


def test_a_model_is_asked_only_about_categories_it_knows_by_their_names_at_bitext() -> None:
    texts = ["what does this invoice bill say", "cancel the order"]
    categories = ["check_invoices", "cancel_order"]
    model = fit_bag_of_words(texts, np.array([0, 1]), categories)
    scores = stress_accuracy({"bow": model}).set_index("style")
    assert scores.loc["all styles", "texts"] == 2 * 8
    assert scores.loc["all styles", "bow"] > 0.6
    other = fit_bag_of_words(texts, np.array([0, 1]), ["review", "cancel_order"])
    with pytest.raises(ValueError, match="different categories"):
        stress_accuracy({"one": model, "other": other})
