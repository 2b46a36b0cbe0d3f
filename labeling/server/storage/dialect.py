"""What SQLite and PostgreSQL say differently, as SQL expressions that are compiled for either.

A path into a JSON column is given as the names of its members: `json_text(Record.metadata_, "a")`.
Paths become literals of the statement, not parameters, so that an index on the expression is used.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Float, String, Text, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

TERM_CHARACTERS = 100  # an entry of an index in PostgreSQL holds 2,700 bytes at most

# The largest prime below 2^31 that is 2 modulo 3: cubing modulo it is one to one.
_PRIME = 2**31 - 69


class _AtPath(FunctionElement[Any]):
    """A JSON column and a path into it, written in the manner of either database.

    `sqlite` is written around "column, path", `postgresql` around "column" and "path".
    """

    inherit_cache = True
    sqlite: str
    postgresql: str

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
    sqlite = "CAST(json_extract({at}) AS TEXT)"
    postgresql = "({column} #>> {path})"


class json_number(_AtPath):  # noqa: N801
    """The JSON number at a path, NULL where there is none or something else."""

    name = "json_number"
    inherit_cache = True
    type = Float()
    sqlite = "(CASE WHEN typeof(json_extract({at})) <> 'text' THEN json_extract({at}) END)"
    postgresql = (
        "(CASE WHEN json_typeof({column} #> {path}) = 'number' "
        "THEN CAST({column} #>> {path} AS double precision) END)"
    )


class json_term(_AtPath):  # noqa: N801
    """What an index holds of a JSON value: the first `TERM_CHARACTERS` of a scalar's text.

    Empty for a list; NULL where there is none. A text that PostgreSQL cannot hold, as there is a
    zero character in it, is NULL there.
    """

    name = "json_term"
    inherit_cache = True
    type = Text()
    sqlite = (
        "(CASE WHEN json_type({at}) = 'array' THEN '' "
        f"ELSE substr(CAST(json_extract({{at}}) AS TEXT), 1, {TERM_CHARACTERS}) END)"
    )
    postgresql = (
        r"(CASE WHEN position('\u0000' IN CAST({column} AS text)) = 0 THEN "
        "CASE WHEN json_typeof({column} #> {path}) = 'array' THEN '' "
        f"ELSE left({{column}} #>> {{path}}, {TERM_CHARACTERS}) END END)"
    )


class json_is_list(_AtPath):  # noqa: N801
    """Whether there is a JSON list at a path."""

    name = "json_is_list"
    inherit_cache = True
    type = Boolean()
    sqlite = "(json_type({at}) = 'array')"
    postgresql = "(json_typeof({column} #> {path}) = 'array')"


class json_members(_AtPath):  # noqa: N801
    """The members of the JSON list at a path as texts: `json_members(…).table_valued("value")`.

    Must be guarded by `json_is_list`, as PostgreSQL raises when there is something else.
    """

    name = "json_members"
    inherit_cache = True
    sqlite = "json_each({at})"
    postgresql = "json_array_elements_text({column} #> {path})"


class as_number(FunctionElement[float]):  # noqa: N801
    """A whole JSON column as a number; NULL if it is none.

    SQLite keeps a JSON number as a number there (the column has numeric affinity).
    """

    name = "as_number"
    inherit_cache = True
    type = Float()


class member_as_number(FunctionElement[float]):  # noqa: N801
    """A member of `json_members` as a number; NULL if it is none."""

    name = "member_as_number"
    inherit_cache = True
    type = Float()


class checked(FunctionElement[Any]):  # noqa: N801
    """A condition that others' findings are checked for: no index is searched for what it names.

    A set of records (`Record.id.in_(select(…))`) becomes one table in memory in which each record
    is looked up, in the order in which an index gives them. Left to themselves, both databases now
    and then go through the set instead, and read and sort all that it stands for.
    """

    # Not declared Boolean: SQLAlchemy would write `… = 1` for SQLite.
    name = "checked"
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


@compiles(_AtPath, "sqlite")
def _(element: _AtPath, compiler: Any, **keywords: Any) -> str:
    column, path, _ = element.clauses
    column, path = (compiler.process(part, **keywords) for part in (column, path))
    return element.sqlite.format(at=f"{column}, {path}")


@compiles(_AtPath, "postgresql")
def _(element: _AtPath, compiler: Any, **keywords: Any) -> str:
    column, _, path = element.clauses
    column, path = (compiler.process(part, **keywords) for part in (column, path))
    return element.postgresql.format(column=column, path=f"CAST({path} AS text[])")


@compiles(as_number, "sqlite")
@compiles(member_as_number, "sqlite")
def _(element: as_number | member_as_number, compiler: Any, **keywords: Any) -> str:
    value = compiler.process(*element.clauses, **keywords)
    return f"(CASE WHEN typeof({value}) <> 'text' THEN {value} END)"


@compiles(as_number, "postgresql")
def _(element: as_number, compiler: Any, **keywords: Any) -> str:
    value = compiler.process(*element.clauses, **keywords)
    return (
        f"(CASE WHEN json_typeof({value}) = 'number' "
        f"THEN CAST({value} #>> CAST('{{}}' AS text[]) AS double precision) END)"
    )


@compiles(member_as_number, "postgresql")
def _(element: member_as_number, compiler: Any, **keywords: Any) -> str:
    value = compiler.process(*element.clauses, **keywords)
    return (
        f"CASE WHEN {value} ~ '^-?[0-9.]+([eE][-+]?[0-9]+)?$' "
        f"THEN CAST({value} AS double precision) END"
    )


@compiles(checked, "sqlite")
def _(element: checked, compiler: Any, **keywords: Any) -> str:
    return f"+({compiler.process(*element.clauses, **keywords)})"


@compiles(checked, "postgresql")
def _(element: checked, compiler: Any, **keywords: Any) -> str:
    return f"(({compiler.process(*element.clauses, **keywords)}) IS TRUE)"


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
