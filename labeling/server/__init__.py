"""The embedded Argilla server: Argilla's API and web UI in one process, on SQLite or PostgreSQL.

It runs in an environment of its own (`python -m labeling.server --home HOME`), since Argilla's
server pins libraries that the rest of the project cannot use. Only `credentials` is read
from outside.
"""
