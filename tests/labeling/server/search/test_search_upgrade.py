import sqlite3
from pathlib import Path

import pytest
from tickets import make_tickets

from labeling.embedded import start_embedded

pytestmark = pytest.mark.slow


def test_records_from_before_the_text_search_are_found_after_an_upgrade(tmp_path: Path) -> None:
    with start_embedded(tmp_path, None, print) as server:
        tickets = make_tickets(server)
        parcels = {"query": {"text": {"q": "parcel"}}}
        assert sorted(tickets.found(**parcels)) == [0, 3]
    database = sqlite3.connect(tmp_path / "argilla" / "argilla.db")
    triggers = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'record_%'"
    ).fetchall()
    for (trigger,) in triggers:
        database.execute(f"DROP TRIGGER {trigger}")
    database.execute("DROP TABLE record_words")
    database.execute("DROP TABLE record_texts")
    database.execute("UPDATE records SET fields = json_set(fields, '$.title', 'A new parcel')")
    database.commit()
    database.close()
    assert triggers

    with start_embedded(tmp_path, None, print) as server:
        http = tickets.owner.http
        http.base_url = server.url
        assert sorted(tickets.found(**parcels)) == list(range(10))
        assert http.delete(f"/api/v1/records/{tickets.ids[4]}").is_success
        assert sorted(tickets.found(**parcels)) == [0, 1, 2, 3, 5, 6, 7, 8, 9]


def test_words_are_found_after_sqlite_has_numbered_its_rows_anew(tmp_path: Path) -> None:
    with start_embedded(tmp_path, None, print) as server:
        tickets = make_tickets(server)
        assert tickets.owner.http.delete(f"/api/v1/records/{tickets.ids[1]}").is_success
    database = sqlite3.connect(tmp_path / "argilla" / "argilla.db")
    database.execute("PRAGMA foreign_keys = OFF")
    triggers = database.execute(
        "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'records'"
    ).fetchall()
    names = [sql.split()[2] for (sql,) in triggers]
    for name in names:
        database.execute(f"DROP TRIGGER {name}")
    database.execute("UPDATE records SET rowid = rowid + 1000")
    for (sql,) in triggers:
        database.execute(sql)
    database.commit()
    database.close()

    with start_embedded(tmp_path, None, print) as server:
        tickets.owner.http.base_url = server.url
        assert sorted(tickets.found(query={"text": {"q": "parcel"}})) == [0, 3]
