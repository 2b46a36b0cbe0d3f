"""The embedded Argilla server: Argilla's own API and web UI in one process, on one SQLite file.

It runs in an environment of its own (`python -m labeling.server --home HOME`), since Argilla's
server pins libraries that the rest of the project cannot use. Only `credentials` is read
from outside.
"""
