"""What SQLite and PostgreSQL say differently, as SQL expressions that are compiled for either.

A path into a JSON column is given as the names of its members: `json_text(Record.metadata_, "a")`.
Paths become literals of the statement, not parameters, so that an index on the expression is used.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Float, String, Text, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

# The largest prime below 2^31 that is 2 modulo 3: cubing modulo it is one to one.
_PRIME = 2**31 - 69


class _AtPath(FunctionElement[Any]):
    """A JSON column and a path into it, written in the manner of either database."""

    inherit_cache = True

    def __init__(self, column: Any, *names: str) -> None:
        sqlite_path = "$" + "".join(f'."{name}"' for name in names)
        quoted = (name.replace("\\", "\\\\").replace('"', '\\"') for name in names)
        postgresql_path = "{" + ",".join(f'"{name}"' for name in quoted) + "}"
        super().__init__(column, _constant(sqlite_path), _constant(postgresql_path))


class json_text(_AtPath):  # noqa: N801 - reads as the SQL function that it is
    """The text of the JSON scalar at a path (numbers as written), NULL where there is none."""

    name = "json_text"
    inherit_cache = True
    type = Text()


class json_number(_AtPath):  # noqa: N801
    """The JSON number at a path, NULL where there is none or something else."""

    name = "json_number"
    inherit_cache = True
    type = Float()


class json_is_list(_AtPath):  # noqa: N801
    """Whether there is a JSON list at a path."""

    name = "json_is_list"
    inherit_cache = True
    type = Boolean()


class json_members(_AtPath):  # noqa: N801
    """The members of the JSON list at a path as texts: `json_members(…).table_valued("value")`.

    Must be guarded by `json_is_list`, as PostgreSQL raises when there is something else.
    """

    name = "json_members"
    inherit_cache = True


class as_number(FunctionElement[float]):  # noqa: N801
    """A whole JSON column, or a member of `json_members`, as a number; NULL if it is none.

    SQLite keeps a JSON number as a number there (the column has numeric affinity).
    """

    name = "as_number"
    inherit_cache = True
    type = Float()


class within(FunctionElement[Any]):  # noqa: N801
    """A number is between two others; it is computed once, as reading JSON is what takes time."""

    # Not declared Boolean: SQLAlchemy would write `… = 1` for SQLite.
    name = "within"
    inherit_cache = True


class bytewise(FunctionElement[str]):  # noqa: N801
    """A text that sorts by the bytes of its characters, whatever the database's language is."""

    name = "bytewise"
    inherit_cache = True
    type = Text()


class _Shuffled(FunctionElement[int]):
    name = "shuffled"
    inherit_cache = True


def shuffled(record_id: Any, user_id: UUID) -> ColumnElement[int]:
    """An order of `records` that looks random, is another for each user, and always the same.

    `record_id` is the column `Record.id`. In SQLite it is computed from the row's number, which
    stays while the row does (a VACUUM may draw a new order).
    """
    seed = user_id.int
    factor, shift = seed % (_PRIME - 1) + 1, (seed >> 64) % _PRIME
    signed = (seed ^ (seed >> 64)) % 2**63
    return _Shuffled(record_id, _constant(factor), _constant(shift), _constant(signed))


def _constant(value: str | int) -> Any:
    return literal(value, String() if isinstance(value, str) else None, literal_execute=True)


def _sqlite(element: _AtPath, compiler: Any, keywords: Any) -> str:
    column, path, _ = element.clauses
    return f"{compiler.process(column, **keywords)}, {compiler.process(path, **keywords)}"


def _postgresql(element: _AtPath, compiler: Any, keywords: Any) -> tuple[str, str]:
    column, _, path = element.clauses
    return (
        compiler.process(column, **keywords),
        f"CAST({compiler.process(path, **keywords)} AS text[])",
    )


@compiles(json_text, "sqlite")
def _(element: json_text, compiler: Any, **keywords: Any) -> str:
    return f"CAST(json_extract({_sqlite(element, compiler, keywords)}) AS TEXT)"


@compiles(json_text, "postgresql")
def _(element: json_text, compiler: Any, **keywords: Any) -> str:
    column, path = _postgresql(element, compiler, keywords)
    return f"({column} #>> {path})"


@compiles(json_number, "sqlite")
def _(element: json_number, compiler: Any, **keywords: Any) -> str:
    place = _sqlite(element, compiler, keywords)
    return f"CASE WHEN typeof(json_extract({place})) <> 'text' THEN json_extract({place}) END"


@compiles(json_number, "postgresql")
def _(element: json_number, compiler: Any, **keywords: Any) -> str:
    column, path = _postgresql(element, compiler, keywords)
    return (
        f"CASE WHEN json_typeof({column} #> {path}) = 'number' "
        f"THEN CAST({column} #>> {path} AS double precision) END"
    )


@compiles(json_is_list, "sqlite")
def _(element: json_is_list, compiler: Any, **keywords: Any) -> str:
    return f"(json_type({_sqlite(element, compiler, keywords)}) = 'array')"


@compiles(json_is_list, "postgresql")
def _(element: json_is_list, compiler: Any, **keywords: Any) -> str:
    column, path = _postgresql(element, compiler, keywords)
    return f"(json_typeof({column} #> {path}) = 'array')"


@compiles(json_members, "sqlite")
def _(element: json_members, compiler: Any, **keywords: Any) -> str:
    return f"json_each({_sqlite(element, compiler, keywords)})"


@compiles(json_members, "postgresql")
def _(element: json_members, compiler: Any, **keywords: Any) -> str:
    column, path = _postgresql(element, compiler, keywords)
    return f"json_array_elements_text({column} #> {path})"


@compiles(as_number, "sqlite")
def _(element: as_number, compiler: Any, **keywords: Any) -> str:
    value = compiler.process(*element.clauses, **keywords)
    return f"CASE WHEN typeof({value}) <> 'text' THEN {value} END"


@compiles(as_number, "postgresql")
def _(element: as_number, compiler: Any, **keywords: Any) -> str:
    value = f"CAST({compiler.process(*element.clauses, **keywords)} AS text)"
    return (
        f"CASE WHEN {value} ~ '^-?[0-9.]+([eE][-+]?[0-9]+)?$' "
        f"THEN CAST({value} AS double precision) END"
    )


@compiles(within, "sqlite")
def _(element: within, compiler: Any, **keywords: Any) -> str:
    value, lower, upper = (compiler.process(part, **keywords) for part in element.clauses)
    return f"({value} BETWEEN {lower} AND {upper})"


@compiles(within, "postgresql")
def _(element: within, compiler: Any, **keywords: Any) -> str:
    value, lower, upper = (compiler.process(part, **keywords) for part in element.clauses)
    once = f"(SELECT {value} OFFSET 0) AS once (value)"
    return f"(SELECT once.value BETWEEN {lower} AND {upper} FROM {once})"


@compiles(bytewise, "sqlite")
def _(element: bytewise, compiler: Any, **keywords: Any) -> str:
    return str(compiler.process(*element.clauses, **keywords))


@compiles(bytewise, "postgresql")
def _(element: bytewise, compiler: Any, **keywords: Any) -> str:
    value = compiler.process(*element.clauses, **keywords)
    return f'CAST({value} AS text) COLLATE "C"'


@compiles(_Shuffled, "sqlite")
def _(element: _Shuffled, compiler: Any, **keywords: Any) -> str:
    _, *numbers, _ = element.clauses
    factor, shift = (compiler.process(number, **keywords) for number in numbers)
    mixed = f"((records.rowid * {factor} + {shift}) % {_PRIME})"
    return f"({mixed} * {mixed} % {_PRIME} * {mixed} % {_PRIME})"


@compiles(_Shuffled, "postgresql")
def _(element: _Shuffled, compiler: Any, **keywords: Any) -> str:
    record_id, _, _, seed = element.clauses
    hashed = (compiler.process(part, **keywords) for part in (record_id, seed))
    return f"uuid_hash_extended({', '.join(hashed)})"
