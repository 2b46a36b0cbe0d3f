"""A backup holds what was there at one moment, and is put back whole or not at all."""

import io
import sqlite3
import stat
import tarfile
import threading
from contextlib import closing
from pathlib import Path

import pytest

from labeling.backup import back_up, restore
from labeling.errors import InputError


def make_home(home: Path) -> Path:
    """A campaign's folder with one of everything."""
    for folder in ("argilla/pages", "fits/00100-ab/model.part", "model"):
        (home / folder).mkdir(parents=True)
    for database in ("argilla/argilla.db", "journal.sqlite"):
        with closing(sqlite3.connect(home / database)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE entries (n INTEGER)")
            connection.execute("INSERT INTO entries VALUES (1)")
            connection.commit()
    kept = ("credentials.json", "summary.json", "labels.csv", "argilla/secret", "model/config.json")
    made_anew = ("lock", "argilla/lock", "argilla/server.log", "argilla/server.log.1")
    half = ("argilla/pages/index.html", "fits/00100-ab/model.part/weights", ".credentials.json.77")
    for name in (*kept, *made_anew, *half):
        (home / name).write_text(f"content of {name}")
    return home


def contents(home: Path) -> dict[str, str]:
    return {
        str(path.relative_to(home)): "" if path.suffix in (".db", ".sqlite") else path.read_text()
        for path in home.rglob("*")
        if path.is_file()
    }


def entries(database: Path) -> list[int]:
    with closing(sqlite3.connect(database)) as connection:
        return [n for (n,) in connection.execute("SELECT n FROM entries ORDER BY n")]


def test_what_a_campaign_goes_on_with_is_kept_and_what_is_made_anew_is_not(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")

    back_up(home, tmp_path / "backup.tar.gz")
    restore(tmp_path / "backup.tar.gz", tmp_path / "again")

    kept = ("credentials.json", "summary.json", "labels.csv", "argilla/secret", "model/config.json")
    assert contents(tmp_path / "again") == {
        "argilla/argilla.db": "",
        "journal.sqlite": "",
        **{name: f"content of {name}" for name in kept},
    }
    assert entries(tmp_path / "again" / "journal.sqlite") == [1]


def test_only_its_owner_can_read_a_backup_and_what_comes_of_it(tmp_path: Path) -> None:
    back_up(make_home(tmp_path / "home"), tmp_path / "backup.tar.gz")
    restore(tmp_path / "backup.tar.gz", tmp_path / "again")

    files = [path for path in (tmp_path / "again").rglob("*") if path.is_file()]
    for path in (tmp_path / "backup.tar.gz", *files):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "again").stat().st_mode) == 0o700


def test_the_two_databases_are_copied_as_they_were_at_one_moment(tmp_path: Path) -> None:
    """A writer counts in the journal first, as the loop does, then in Argilla's database."""
    home = make_home(tmp_path / "home")
    stop = threading.Event()

    def count() -> None:
        with (
            closing(sqlite3.connect(home / "journal.sqlite")) as journal,
            closing(sqlite3.connect(home / "argilla/argilla.db")) as argilla,
        ):
            n = 2
            while not stop.is_set():
                for database in (journal, argilla):
                    database.execute("INSERT INTO entries VALUES (?)", (n,))
                    database.commit()
                n += 1

    writer = threading.Thread(target=count)
    writer.start()
    try:
        for n in range(10):
            back_up(home, tmp_path / f"{n}.tar.gz")
    finally:
        stop.set()
        writer.join()

    lengths = []
    for n in range(10):
        again = tmp_path / f"again-{n}"
        restore(tmp_path / f"{n}.tar.gz", again)
        journal, argilla = entries(again / "journal.sqlite"), entries(again / "argilla/argilla.db")
        assert argilla == list(range(1, len(argilla) + 1)), "nothing is missing in between"
        assert journal == list(range(1, len(journal) + 1))
        assert len(argilla) <= len(journal), "the journal knows of all that was shown"
        lengths.append(len(argilla))
    assert lengths == sorted(lengths)
    assert lengths[-1] > lengths[0], "it was written to meanwhile"


def test_a_folder_without_a_campaign_is_not_backed_up(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"no campaign in {tmp_path}: name the --home of one"):
        back_up(tmp_path, tmp_path / "backup.tar.gz")
    assert list(tmp_path.iterdir()) == []


def test_no_file_is_overwritten_by_a_backup(tmp_path: Path) -> None:
    (tmp_path / "backup.tar.gz").write_text("last week's")

    with pytest.raises(InputError, match=r"backup\.tar\.gz: there is such a file already; name a"):
        back_up(make_home(tmp_path / "home"), tmp_path / "backup.tar.gz")

    assert (tmp_path / "backup.tar.gz").read_text() == "last week's"


def test_a_backup_into_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no folder .*elsewhere"):
        back_up(make_home(tmp_path / "home"), tmp_path / "elsewhere" / "backup.tar.gz")


def test_a_campaign_without_its_database_says_what_may_be_missing(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    (home / "argilla" / "argilla.db").unlink()

    with pytest.raises(InputError, match=r"argilla\.db is missing: .* set ARGILLA_DATABASE_URL"):
        back_up(home, tmp_path / "backup.tar.gz")

    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_a_campaign_on_somebody_elses_server_has_only_a_journal(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with closing(sqlite3.connect(home / "journal.sqlite")) as journal:
        journal.execute("CREATE TABLE entries (n INTEGER)")

    back_up(home, tmp_path / "backup.tar.gz")
    restore(tmp_path / "backup.tar.gz", tmp_path / "again")

    assert [path.name for path in (tmp_path / "again").iterdir()] == ["journal.sqlite"]


def test_nothing_is_restored_over_what_is_there(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    back_up(home, tmp_path / "backup.tar.gz")
    before = contents(home)

    with pytest.raises(InputError, match="home: it is not empty; name a new folder"):
        restore(tmp_path / "backup.tar.gz", home)

    assert contents(home) == before


def test_an_empty_folder_will_do_as_a_home(tmp_path: Path) -> None:
    back_up(make_home(tmp_path / "home"), tmp_path / "backup.tar.gz")
    (tmp_path / "again").mkdir()

    restore(tmp_path / "backup.tar.gz", tmp_path / "again")

    assert entries(tmp_path / "again" / "argilla" / "argilla.db") == [1]


def tar(path: Path, **members: str) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content.encode()))
    return path


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({}, "not a backup"),
        ({"journal.sqlite": ""}, "not a backup"),
        ({"parity-backup.json": '{"format": 99}'}, "not a backup that this version of parity made"),
        ({"parity-backup.json": "not json"}, "not a backup"),
        ({"parity-backup.json": '{"format": 1}', "../stolen": ""}, r"it holds '\.\./stolen'"),
        ({"parity-backup.json": '{"format": 1}', "/tmp/stolen": ""}, "it holds '/tmp/stolen'"),
    ],
)
def test_an_archive_that_is_no_backup_is_refused_and_nothing_is_written(
    tmp_path: Path, members: dict[str, str], says: str
) -> None:
    archive = tar(tmp_path / "archive.tar.gz", **members)

    with pytest.raises(InputError, match=says):
        restore(archive, tmp_path / "home")

    assert [path.name for path in tmp_path.iterdir()] == ["archive.tar.gz"]


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE],
)
def test_links_and_devices_in_an_archive_are_refused(tmp_path: Path, kind: bytes) -> None:
    with tarfile.open(tmp_path / "archive.tar.gz", "w:gz") as archive:
        manifest = b'{"format": 1}'
        first = tarfile.TarInfo("parity-backup.json")
        first.size = len(manifest)
        archive.addfile(first, io.BytesIO(manifest))
        member = tarfile.TarInfo("journal.sqlite")
        member.type, member.linkname = kind, "/etc/passwd"
        archive.addfile(member)

    with pytest.raises(InputError, match=r"it holds 'journal\.sqlite'"):
        restore(tmp_path / "archive.tar.gz", tmp_path / "home")

    assert [path.name for path in tmp_path.iterdir()] == ["archive.tar.gz"]


def test_a_backup_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    (home / "labels.csv").write_bytes(bytes(range(256)) * 4000)
    whole = tmp_path / "whole.tar.gz"
    back_up(home, whole)
    for length in (0, 10, whole.stat().st_size // 2, whole.stat().st_size - 20):
        part = tmp_path / "part.tar.gz"
        part.write_bytes(whole.read_bytes()[:length])

        with pytest.raises(InputError, match="not a backup of parity, or not whole"):
            restore(part, tmp_path / "again")

        assert not (tmp_path / "again").exists()


def test_a_backup_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nothing\.tar\.gz: no such file"):
        restore(tmp_path / "nothing.tar.gz", tmp_path / "home")
