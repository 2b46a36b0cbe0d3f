import json

import numpy as np
import pandas as pd
import pytest

from learner.measuring.measures import epoch_accuracy, rows


def test_an_epoch_is_numbered_from_one_and_measured_on_the_truth() -> None:
    epochs = [np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])]
    assert epoch_accuracy(epochs, [1.23456, 2.5], np.array([0, 1, 1, 1])) == [
        {"epoch": 1, "accuracy": 0.75, "seconds": 1.235},
        {"epoch": 2, "accuracy": 1.0, "seconds": 2.5},
    ]


def test_what_is_not_a_number_is_null_and_counts_stay_whole() -> None:
    table = pd.DataFrame({"name": ["a", "b"], "f1": [0.5, np.nan], "inquiries": [1, 2]})
    found = rows(table)
    assert found == [
        {"name": "a", "f1": 0.5, "inquiries": 1},
        {"name": "b", "f1": None, "inquiries": 2},
    ]
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found[0]["f1"] == pytest.approx(0.5)
