"""Where the server keeps things: SQLite or PostgreSQL."""
