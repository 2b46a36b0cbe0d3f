"""The confusion matrix of the page's model on a campaign's test inquiries."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from campaign_homes import Home
from tiny_encoders import CATEGORIES

from labeling.errors import InputError
from learner.demo.confusion import draw_confusion
from learner.live.pool import TEST


def first(texts: Sequence[str]) -> np.ndarray:
    """A model that takes everything for the first category."""
    return np.tile(np.eye(len(CATEGORIES))[0], (len(texts), 1))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path, "bow")


def test_what_is_taken_for_what_is_counted(home: Home) -> None:
    figure = draw_confusion(home.path, CATEGORIES, first)
    assert figure is not None
    right = int((home.campaign.truth == 0).sum())
    total = len(home.campaign.truth)
    assert figure.layout.title.text == f"{total - right} errors in {total} test inquiries"
    assert f"{CATEGORIES[0]} predicted as {CATEGORIES[0]}: {right}" in str(figure.data[0])


def test_without_test_inquiries_there_is_none(home: Home) -> None:
    assert draw_confusion(home.path, ["quite", "others"], first) is None
    (home.path / TEST).unlink()
    assert draw_confusion(home.path, CATEGORIES, first) is None


def test_where_there_is_no_campaign_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no campaign"):
        draw_confusion(tmp_path, CATEGORIES, first)
