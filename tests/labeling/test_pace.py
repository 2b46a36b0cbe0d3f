import pandas as pd
import pytest

from labeling.pace import hours_to_come, seconds_an_answer


def answered(annotator: str, *times: str) -> pd.DataFrame:
    stamps = [f"2026-11-27T{time}" for time in times]
    return pd.DataFrame({"annotator": annotator, "answered_at": stamps})


def test_the_pace_is_the_median_from_one_answer_to_the_next_without_pauses() -> None:
    ann = answered("ann", "10:00:00", "10:00:04", "10:00:10.500000", "11:30:00", "11:30:06")
    ben = answered("ben", "10:00:01", "10:00:31")
    found = seconds_an_answer(pd.concat([ben, ann], ignore_index=True))
    assert found.to_dict() == {"ann": 6.0, "ben": 30.0}


def test_one_answer_makes_no_pace() -> None:
    assert seconds_an_answer(answered("ann", "10:00:00")).empty
    assert seconds_an_answer(answered("ann")).empty


def test_hours_to_come_are_those_of_all_people_together() -> None:
    assert hours_to_come(120, pd.Series({"ann": 20.0, "ben": 40.0})) == pytest.approx(1.0)
