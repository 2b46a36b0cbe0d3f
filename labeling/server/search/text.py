"""Full-text search: the words of every record's fields, kept by triggers beside the records.

A row of `record_texts` holds the text of one field of one record. Triggers write it in the
transaction that writes the record, so it cannot fall behind. SQLite finds words in it by FTS5,
PostgreSQL by a GIN index over tsvector; both fold case and keep accents.

People type what Elasticsearch calls a simple query string: all words must occur, "a phrase" stands
together, `-word` must not occur, `word*` may go on, `a | b` is either, parentheses group.
"""

import re
from collections import deque
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Table,
    Text,
    Uuid,
    and_,
    false,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from labeling.server.storage.dialect import checked

_texts = Table(
    "record_texts",
    MetaData(),
    Column("record_id", Uuid),
    Column("field", Text),
    Column("content", Text),
)

_MOST_WORDS = 100  # later ones are not looked at
_DEEPEST = 20  # parentheses within this many others are not looked at
_TOKEN = re.compile(r'(?P<minus>-*)(?:"(?P<phrase>[^"]*)"|(?P<mark>[|()])|(?P<word>[^\s|()"]+))')
# Scripts written without spaces between words (Thai to Khmer, kana, Han), and symbols: databases
# see a whole sentence as one word there, or none at all, so this is searched as it stands.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)


def contains(query: str, fields: Sequence[str]) -> ColumnElement[bool]:
    """The record's text passes `query`; `fields` names the fields that are searched.

    No query raises: marks that make no sense are passed over, and one without a word finds nothing.
    """
    # What no database takes as text: the zero character and halves of surrogate pairs.
    readable = query.replace("\0", " ").encode("utf-8", "ignore").decode()
    condition = _Parser(_tokens(readable), fields).alternatives()
    return false() if condition is None else condition


class _Parser:
    """Recursive descent over tokens; gives conditions on a record, None where nothing is asked."""

    def __init__(self, tokens: list[re.Match[str]], fields: Sequence[str]) -> None:
        self._tokens = deque(tokens)
        self._fields = fields

    def alternatives(self) -> ColumnElement[bool] | None:
        """Conjunctions with `|` between them, up to the end or a closing parenthesis."""
        found = [self._conjunction()]
        while self._next_mark() == "|":
            self._tokens.popleft()
            found.append(self._conjunction())
        conditions = [condition for condition in found if condition is not None]
        return or_(*conditions) if conditions else None

    def _conjunction(self) -> ColumnElement[bool] | None:
        wanted, conditions = [], []
        while self._tokens and self._next_mark() not in ("|", ")"):
            token = self._tokens.popleft()
            negated = len(token["minus"]) % 2 == 1
            if token["mark"] == "(":
                condition = self.alternatives()
                if self._next_mark() == ")":
                    self._tokens.popleft()
            else:
                words = _stands_in_row(token)
                if words is not None and not negated:
                    wanted.append(words)
                    continue
                condition = None if words is None else self._somewhere(words)
            if condition is not None:
                conditions.append(~condition if negated else condition)
        if len(self._fields) == 1 and wanted:
            conditions.append(self._somewhere(*wanted))  # one search instead of several
        else:
            conditions.extend(self._somewhere(words) for words in wanted)
        return and_(*conditions) if conditions else None

    def _next_mark(self) -> str | None:
        return self._tokens[0]["mark"] if self._tokens else None

    def _somewhere(self, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
        """One of the searched fields passes all of the conditions."""
        rows = select(_TextKey()).select_from(_texts)
        found = rows.where(_texts.c.field.in_(self._fields), *conditions)
        return checked(_RecordKey().in_(found))


def _tokens(query: str) -> list[re.Match[str]]:
    """Words, phrases and marks, with every parenthesis closed only where it was opened."""
    tokens: list[re.Match[str]] = []
    opened: list[bool] = []
    for token in _TOKEN.finditer(query):
        if token["mark"] == "(":
            opened.append(len(opened) < _DEEPEST)
            kept = opened[-1]
        elif token["mark"] == ")":
            kept = bool(opened) and opened.pop()
        else:
            kept = len(tokens) < _MOST_WORDS
        if kept:
            tokens.append(token)
    return tokens


def _stands_in_row(token: re.Match[str]) -> ColumnElement[bool] | None:
    """The row of `record_texts` holds the word or phrase."""
    words = token["phrase"] if token["phrase"] is not None else token["word"]
    if _UNSPACED.search(words) or not (any(map(str.isalnum, words)) or words.isascii()):
        return _texts.c.content.icontains(words.strip("+*"), autoescape=True)
    if not any(map(str.isalnum, words)):
        return None
    return _HoldsWords(words, open_ended=token["phrase"] is None and words.endswith("*"))


class _RecordKey(FunctionElement[Any]):
    """What tells records apart: in SQLite the number of the row, five times as fast as the id."""

    name = "record_key"
    inherit_cache = True


class _TextKey(FunctionElement[Any]):
    """The `_RecordKey` of the record that a text belongs to."""

    name = "text_key"
    inherit_cache = True


@compiles(_RecordKey, "sqlite")
def _(_element: _RecordKey, _compiler: Any, **_keywords: Any) -> str:
    return "records.rowid"


@compiles(_RecordKey, "postgresql")
def _(_element: _RecordKey, _compiler: Any, **_keywords: Any) -> str:
    return "records.id"


@compiles(_TextKey, "sqlite")
def _(_element: _TextKey, _compiler: Any, **_keywords: Any) -> str:
    return "record_texts.record_row"


@compiles(_TextKey, "postgresql")
def _(_element: _TextKey, _compiler: Any, **_keywords: Any) -> str:
    return "record_texts.record_id"


class _HoldsWords(FunctionElement[Any]):
    """The row of `record_texts` holds words that stand together; the last one may go on."""

    # Not declared Boolean: SQLAlchemy would write `… = 1`, and SQLite then use no index.
    name = "holds_words"
    inherit_cache = True

    def __init__(self, words: str, open_ended: bool) -> None:
        match = '"' + words.replace('"', " ") + '"' + "*" * open_ended
        super().__init__(literal(match), literal(words), literal(":*" if open_ended else ""))


@compiles(_HoldsWords, "sqlite")
def _(element: _HoldsWords, compiler: Any, **keywords: Any) -> str:
    match, _, _ = element.clauses
    found = f"record_words MATCH {compiler.process(match, **keywords)}"
    return f"record_texts.id IN (SELECT rowid FROM record_words WHERE {found})"


@compiles(_HoldsWords, "postgresql")
def _(element: _HoldsWords, compiler: Any, **keywords: Any) -> str:
    words, ending = (compiler.process(part, **keywords) for part in list(element.clauses)[1:])
    phrase = f"phraseto_tsquery('simple', {_only_words(words)})"
    return f"record_texts.words @@ CAST(NULLIF(CAST({phrase} AS text), '') || {ending} AS tsquery)"


def _only_words(content: str) -> str:
    """The text without ASCII punctuation, of which PostgreSQL would make paths, hosts and signs."""
    return rf"regexp_replace({content}, '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+', ' ', 'g')"


def set_up(connection: Connection) -> None:
    """Make the table and its triggers, and fill it, unless all of them are there and fit."""
    if connection.dialect.name == "postgresql":
        triggers = "SELECT tgname FROM pg_trigger"
        parts, statements = {"record_texts_inserted", "record_texts_updated"}, _POSTGRESQL
        misfit = "SELECT false"
    else:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        parts = {f"record_{what}" for what in _SQLITE_TRIGGERS}
        statements = [*_SQLITE_TABLES, *map(_sqlite_trigger, _SQLITE_TRIGGERS), _SQLITE_FILL]
        misfit = _SQLITE_MISFIT
    complete = parts <= set(connection.exec_driver_sql(triggers).scalars())
    if not complete or connection.exec_driver_sql(misfit).scalar():
        for statement in statements:
            connection.exec_driver_sql(statement)


def _sqlite_texts(record: str, tables: str = "fields") -> str:
    """Write the texts of `record`: a row of `records` while it changes, or all of them."""
    return f"""
        INSERT INTO record_texts (record_row, record_id, field, content)
        SELECT record_row, record_id, field, content FROM (
            SELECT {record}.rowid AS record_row, {record}.id AS record_id, fields.name AS field, (
                SELECT group_concat(piece.atom, char(10))
                FROM json_tree({record}.fields, '$."' || fields.name || '"') AS piece
                WHERE piece.type IN ('text', 'integer', 'real')
                AND (json_extract(fields.settings, '$.type') <> 'chat' OR piece.key IS NOT 'role')
            ) AS content
            FROM {tables}
            WHERE fields.dataset_id = {record}.dataset_id
            AND json_extract(fields.settings, '$.type') <> 'image'
        ) WHERE content IS NOT NULL"""


_SQLITE_TABLES = [
    "DROP TABLE IF EXISTS record_words",
    "DROP TABLE IF EXISTS record_texts",
    """
    CREATE TABLE record_texts (
        id INTEGER PRIMARY KEY, record_row INTEGER NOT NULL, record_id CHAR(32) NOT NULL,
        field TEXT NOT NULL, content TEXT NOT NULL
    )""",
    "CREATE INDEX record_texts_record_row ON record_texts (record_row)",
    """
    CREATE VIRTUAL TABLE record_words USING fts5 (
        content, content = 'record_texts', content_rowid = 'id',
        tokenize = 'unicode61 remove_diacritics 0'
    )""",
]
# A VACUUM may number the rows of `records` anew.
_SQLITE_MISFIT = """
    SELECT EXISTS (
        SELECT 1 FROM record_texts LEFT JOIN records ON records.rowid = record_row
        WHERE records.id IS NOT record_id
    )"""
_FORGET_TEXTS = "DELETE FROM record_texts WHERE record_row = old.rowid"
_FORGET_WORDS = """
    INSERT INTO record_words (record_words, rowid, content)
    VALUES ('delete', old.id, old.content)"""
_SQLITE_TRIGGERS = {
    "texts_inserted": ("INSERT ON records", _sqlite_texts("new")),
    "texts_updated": (
        "UPDATE OF fields ON records WHEN old.fields IS NOT new.fields",
        f"{_FORGET_TEXTS}; {_sqlite_texts('new')}",
    ),
    "texts_deleted": ("DELETE ON records", _FORGET_TEXTS),
    "words_inserted": (
        "INSERT ON record_texts",
        "INSERT INTO record_words (rowid, content) VALUES (new.id, new.content)",
    ),
    "words_deleted": ("DELETE ON record_texts", _FORGET_WORDS),
}
_SQLITE_FILL = _sqlite_texts("records", "fields, records")


def _sqlite_trigger(what: str) -> str:
    when, action = _SQLITE_TRIGGERS[what]
    return f"CREATE TRIGGER IF NOT EXISTS record_{what} AFTER {when} BEGIN {action}; END"


def _postgresql_texts(record: str, tables: str = "fields") -> str:
    """As `_sqlite_texts`; the zero character, which PostgreSQL cannot hold, becomes a space."""
    value = (
        rf"CAST(replace(CAST({record}.fields -> fields.name AS text), '\u0000', '\u0020') AS jsonb)"
    )
    return rf"""
        INSERT INTO record_texts (record_id, field, content)
        SELECT {record}.id, fields.name, content.whole
        FROM {tables}, LATERAL (
            SELECT string_agg(piece #>> '{{}}', chr(10) ORDER BY number) AS whole
            FROM jsonb_path_query({value}, CAST(
                CASE fields.settings ->> 'type' WHEN 'chat' THEN '$[*].content'
                ELSE 'strict $.** ? (@.type() == "string" || @.type() == "number")' END AS jsonpath
            )) WITH ORDINALITY AS found(piece, number)
        ) AS content
        WHERE fields.dataset_id = {record}.dataset_id
        AND fields.settings ->> 'type' <> 'image' AND content.whole IS NOT NULL"""


# A text search vector may take 1 MB, so the start of a longer text is searched.
_POSTGRESQL = [
    "DROP TABLE IF EXISTS record_texts",
    f"""
    CREATE TABLE record_texts (
        record_id uuid NOT NULL REFERENCES records ON DELETE CASCADE, field text NOT NULL,
        content text NOT NULL, words tsvector GENERATED ALWAYS AS (
            to_tsvector('simple', {_only_words("left(content, 200000)")})
        ) STORED, PRIMARY KEY (record_id, field)
    )""",
    "CREATE INDEX record_texts_words ON record_texts USING gin (words)",
    f"""
    CREATE OR REPLACE FUNCTION write_record_texts() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM record_texts WHERE record_id = NEW.id;
        {_postgresql_texts("NEW")};
        RETURN NULL;
    END $$""",
    """
    CREATE OR REPLACE TRIGGER record_texts_inserted AFTER INSERT ON records
    FOR EACH ROW EXECUTE FUNCTION write_record_texts()""",
    """
    CREATE OR REPLACE TRIGGER record_texts_updated AFTER UPDATE OF fields ON records
    FOR EACH ROW WHEN (CAST(OLD.fields AS text) <> CAST(NEW.fields AS text))
    EXECUTE FUNCTION write_record_texts()""",
    _postgresql_texts("records", "fields, records"),
]
