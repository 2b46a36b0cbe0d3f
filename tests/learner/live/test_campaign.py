"""What a campaign checks before it begins, and before it goes on."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from labeling.errors import InputError
from learner.live.campaign import Campaign, Settings, prepare, recall
from learner.live.journal import open_journal

NOUNS = ["parcel", "invoice", "password", "refund", "voucher", "account", "address", "card"]
VERBS = {"cancel": "stop", "get": "return", "track": "follow"}


def write(path: Path, rows: int = 60, unlabelled: int = 0) -> Path:
    """Inquiries of three categories, no two of them alike."""
    names = list(VERBS)
    table = pd.DataFrame(
        {
            "text": [
                f"{VERBS[names[i % 3]]} {NOUNS[i % 8]} {NOUNS[i // 8 % 8]} {i:05d}{i * 7919:09d}"
                for i in range(rows)
            ],
            "category": [names[i % 3] if i >= unlabelled else "" for i in range(rows)],
        }
    )
    table.to_csv(path, index=False)
    return path


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(str(write(tmp_path / "inquiries.csv")), model="head", margin=0.3)


def silent(line: str) -> None:
    pass


def test_pool_and_test_inquiries_are_kept_apart_and_numbered_by_the_codebook(
    settings: Settings,
) -> None:
    campaign = prepare(settings, silent)
    assert campaign.categories == ("cancel", "get", "track")
    assert not set(campaign.pool["id"]) & set(campaign.test["id"])
    assert len(campaign.pool) + len(campaign.test) == 60
    named = [campaign.categories[number] for number in campaign.truth]
    assert named == campaign.test["category"].tolist()
    assert len(campaign.reference) == len(campaign.pool)
    assert prepare(settings, silent).pool.equals(campaign.pool)
    assert not prepare(replace(settings, seed=1), silent).pool.equals(campaign.pool)


def test_the_margin_must_be_provable_with_the_test_inquiries_there_are(settings: Settings) -> None:
    with pytest.raises(InputError, match="15 test inquiries cannot prove a margin of 10 points"):
        prepare(replace(settings, margin=0.1), silent)
    # z²/(15 + z²) with z = 1.645, rounded up to a thousandth: what the message advises holds.
    with pytest.raises(InputError, match=r"or --margin 0\.153"):
        prepare(replace(settings, margin=0.1), silent)
    prepare(replace(settings, margin=0.153), silent)
    prepare(replace(settings, margin=0.1, until="20"), silent)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"strategy": "entropy"}, "--strategy entropy"),
        ({"margin": 0.0}, r"--margin 0\.0: a fraction"),
        ({"annotator_error": "1.0"}, r"--annotator-error 1\.0: a probability"),
        ({"annotator_error": "0.1,last"}, r"--annotator-error 0\.1,last: .* one may be 'first'"),
        ({"batch_size": 0}, "--batch-size 0: at least 1"),
        ({"model": "no/such"}, "--model no/such"),
        ({"label_column": "code"}, "code"),
    ],
)
def test_what_cannot_be_is_refused(settings: Settings, change: dict, says: str) -> None:
    with pytest.raises(InputError, match=says):
        prepare(replace(settings, **change), silent)


def test_simulated_annotators_need_every_label_and_people_do_not(tmp_path: Path) -> None:
    path = write(tmp_path / "some.csv", unlabelled=12)
    people = Settings(str(path), model="head", margin=0.3)
    assert len(prepare(people, silent).reference) < len(prepare(people, silent).pool)
    with pytest.raises(InputError, match=r"but 12 inquiries of .*some\.csv have no label"):
        prepare(replace(people, annotators="simulated"), silent)


def test_without_labels_there_must_be_a_codebook(tmp_path: Path) -> None:
    pd.read_csv(write(tmp_path / "i.csv"))[["text"]].to_csv(tmp_path / "bare.csv", index=False)
    bare = Settings(str(tmp_path / "bare.csv"), model="head", until="20")
    with pytest.raises(InputError, match="people need a list of categories"):
        prepare(bare, silent)
    codebook = tmp_path / "codebook.csv"
    codebook.write_text("category,definition\nsend,where it is\nstop,cancel it\n")
    campaign = prepare(replace(bare, codebook=str(codebook)), silent)
    assert campaign.categories == ("send", "stop")
    assert campaign.test.empty
    assert campaign.reference.empty
    assert len(campaign.pool) == 60
    assert len(campaign.audit) == 4, "a fifth of the 20 labels that are wanted"
    endless = prepare(replace(bare, codebook=str(codebook), until="parity"), silent)
    assert not endless.has_reference
    assert len(endless.audit) == 12, "a fifth of the pool"


def test_the_labels_of_the_data_can_be_left_for_afterwards(settings: Settings) -> None:
    assert prepare(settings, silent).audit == ()
    blind = prepare(replace(settings, reference="none", audit=7), silent)
    assert not blind.has_reference
    assert len(blind.test) > 0
    assert len(blind.audit) == 7
    assert blind.is_audit.sum() == 7
    assert set(blind.pool["id"][blind.is_audit]) == set(blind.audit)


def test_an_audit_sample_is_refused_where_it_makes_no_sense(settings: Settings) -> None:
    with pytest.raises(InputError, match=r"--audit 7: \d+ labelled test inquiries measure"):
        prepare(replace(settings, audit=7), silent)
    for audit in (-1, 20, 21):
        with pytest.raises(InputError, match=f"--audit {audit}: at least 0, and less than the 20"):
            prepare(replace(settings, reference="none", until="20", audit=audit), silent)


def test_the_same_command_goes_on_and_may_change_the_goal(
    settings: Settings, tmp_path: Path
) -> None:
    journal, home = open_journal(tmp_path / "home"), tmp_path / "home"
    recall(journal, home, prepare(settings, silent))
    recall(journal, home, prepare(replace(settings, until="30", strategy="random"), silent))
    assert journal.settings()["until"] == "30"
    assert journal.settings()["categories"] == ["cancel", "get", "track"]


def other_file(settings: Settings) -> Settings:
    path = Path(settings.data)
    return replace(settings, data=str(write(path.with_name("others.csv"))))


def changed_file(settings: Settings) -> Settings:
    with Path(settings.data).open("a") as inquiries:
        inquiries.write("stop everything now 4711,cancel\n")
    return settings


def more_categories(settings: Settings) -> Settings:
    codebook = Path(settings.data).with_name("codebook.csv")
    codebook.write_text("category,definition\ncancel,a\nget,b\ntrack,c\nsend,d\n")
    return replace(settings, codebook=str(codebook))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (more_categories, "was begun with other categories than the codebook's"),
        (other_file, r"holds a campaign on .*inquiries\.csv, not on .*others\.csv"),
        (changed_file, r"inquiries\.csv has changed since the campaign in .* began"),
        (lambda settings: replace(settings, seed=1), "was begun with --seed 0, not 1"),
        (
            lambda settings: replace(settings, label_column="category"),
            "was begun with --label-column None, not category",
        ),
    ],
)
def test_another_campaign_is_refused_and_what_was_noted_stays(
    settings: Settings,
    tmp_path: Path,
    change: Callable[[Settings], Settings],
    says: str,
) -> None:
    journal, home = open_journal(tmp_path / "home"), tmp_path / "home"
    recall(journal, home, prepare(settings, silent))
    before = journal.settings()
    with pytest.raises(InputError, match=says):
        recall(journal, home, prepare(change(settings), silent))
    assert journal.settings() == before


def test_categories_are_numbered_however_often_they_occur(settings: Settings) -> None:
    campaign: Campaign = prepare(settings, silent)
    names = pd.Series(["track", "cancel", "track"])
    assert campaign.numbers(names).tolist() == [2, 0, 2]
    assert campaign.numbers(names.iloc[:0]).tolist() == []
