"""Argilla's search engine, answered from the server's own database."""
