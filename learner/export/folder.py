"""`parity export --to DIR`: everything a campaign has, in a new folder."""

import os
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

from labeling.errors import InputError
from learner.export.dataset_card import dataset_card
from learner.export.model import export_model
from learner.export.model_card import model_card
from learner.export.tables import CSV, DATASET, write_csv, write_dataset, write_parquet
from learner.live.journal import read_journal
from learner.live.record import Record, read_record
from learner.progress import Say

JOURNAL, MODEL = "journal.sqlite", "model"
NO_MODEL = (
    "no model yet: one is left when the campaign ends, and with a fine-tuned model after its first "
    "fit; the labels are exported without"
)


def export_to_folder(home: Path, to: Path, say: Say) -> None:
    """Make `to`, a new or empty folder, hold labels, data set, model and journal of a campaign.

    It appears when all of it is there. The campaign may go on meanwhile: what is exported is what
    its journal holds at one moment. Raises InputError, with nothing written, where there is no
    campaign or no label, or `to` holds anything.
    """
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise InputError(f"--to {to}: it is not empty; name a new folder")
    check_labels(home)
    to = to.absolute()
    to.parent.mkdir(parents=True, exist_ok=True)
    unfinished = to.with_name(f".{to.name}.{os.getpid()}.part")
    unfinished.mkdir()
    try:
        record = fill(unfinished, home, say)
        contents = sorted(path.name for path in unfinished.iterdir())
        if to.exists():
            to.rmdir()
        unfinished.rename(to)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    say(f"{len(record.labels):,} labels in {to}: {', '.join(contents)}")


def check_labels(home: Path) -> None:
    """Raise InputError unless there is a campaign in `home`, with at least one label."""
    if read_record(home).labels.empty:
        raise InputError(f"{home}: nothing is labelled yet, so there is nothing to export")


def fill(folder: Path, home: Path, say: Say, model_at: str = MODEL) -> Record:
    """Write the export of the campaign in `home` into the empty `folder`; what it was made of.

    `model_at` is where the model's card says that the model lies.
    """
    copy_journal(home, folder)
    record = read_record(home, journal_in=folder)
    table = record.labelled
    write_csv(table, folder)
    write_parquet(table, folder)
    card = dataset_card(
        record, f'from datasets import load_from_disk\n\nlabels = load_from_disk("{DATASET}")'
    )
    write_dataset(table, folder, card)
    exported = export_model(record, home, folder / MODEL, say)
    if exported is None:
        say(NO_MODEL)
    else:
        text = model_card(record, exported, folder / MODEL, model_at)
        (folder / MODEL / "README.md").write_text(text, "utf-8")
    _open_to_readers(folder)
    return record


def copy_journal(home: Path, folder: Path) -> None:
    """Copy the journal as it is at one moment, as one file."""
    with read_journal(home) as journal, closing(sqlite3.connect(folder / JOURNAL)) as copy:
        journal.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")


def _open_to_readers(folder: Path) -> None:
    """Let whoever reads the labels read the weights, too: safetensors writes for its owner only."""
    mode = stat.S_IMODE((folder / CSV).stat().st_mode)
    for path in folder.rglob("*.safetensors"):
        path.chmod(mode)
