"""Indexes that Argilla's schema lacks and that searches need when records are many."""

from sqlalchemy import Connection

_INDEXES = {
    # counting and paging by status without reading the records themselves
    "records_dataset_status": "records (dataset_id, status, inserted_at, id)",
    # somebody's answers of one status
    "responses_user_status": "responses (user_id, status, record_id)",
    # is the copy of the vectors in memory up to date, without reading the vectors themselves
    "vectors_settings_updated": "vectors (vector_settings_id, updated_at, record_id)",
}


def set_up(connection: Connection) -> None:
    """Make those that are missing."""
    for name, columns in _INDEXES.items():
        connection.exec_driver_sql(f"CREATE INDEX IF NOT EXISTS {name} ON {columns}")
