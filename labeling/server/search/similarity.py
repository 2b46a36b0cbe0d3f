"""Similarity search: all vectors of a kind as one matrix in memory, compared with what is asked.

The copy follows the table: before each search the number of vectors and the time of the last change
are compared, and only what changed is read.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from argilla_server.enums import SimilarityOrder
from argilla_server.errors.future import UnprocessableEntityError
from argilla_server.models import Record, Vector, VectorSettings
from sqlalchemy import ColumnElement, Text, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

# All matrices together; the ones used least recently are dropped, and read again when needed.
KEPT_BYTES = 320 * 1024**2
_ROWS_AT_ONCE = 500  # others are served between two such lots
# Whoever commits late leaves times that are earlier than ones already seen.
_OVERLAP = timedelta(minutes=1)
# So many of the nearest records are looked at first: the conditions let most through as a rule.
_FIRST_LOOK = 1000

_matrices: "OrderedDict[UUID, _Matrix]" = OrderedDict()


async def nearest(
    session: AsyncSession,
    vector_settings: VectorSettings,
    value: Sequence[float],
    conditions: Sequence[ColumnElement[bool]],
    order: SimilarityOrder,
    most: int,
    threshold: float | None = None,
) -> list[tuple[UUID, float]]:
    """At most `most` records that are nearest to `value` by cosine (or farthest), with scores.

    Best first. A score is from 0 to 1, as Elasticsearch gives it: half of one plus the cosine, with
    the vector turned round when the least similar are asked for. Only records that pass all of
    `conditions` count, and none that scores below `threshold`.
    """
    if len(value) != vector_settings.dimensions:
        raise UnprocessableEntityError(
            f"Vector `{vector_settings.name}` has {vector_settings.dimensions} dimensions, "
            f"but {len(value)} were given"
        )
    matrix = await _matrix(session, vector_settings)
    direction = -1 if order == SimilarityOrder.least_similar else 1
    ids, scores = matrix.ids, (1 + matrix.cosines(value) * direction) / 2
    # A stable sort: ties come in the order of reading, the same each time.
    ranked = np.argsort(-scores, kind="stable")
    ranked = ranked[scores[ranked] >= (threshold or 0)].tolist()
    first = [ids[row] for row in ranked[:_FIRST_LOOK]]
    passing = await _passing(session, [*conditions, Record.id.in_(first)])
    if len(passing) < most and len(first) < len(ranked):
        passing = await _passing(session, conditions)
    found = [(ids[row], float(scores[row])) for row in ranked if ids[row] in passing]
    return found[:most]


class _Matrix:
    """The vectors of one kind, each of length one, a row each; `ids` are their records."""

    def __init__(self, dimensions: int) -> None:
        self.ids: list[UUID] = []
        self.lock = asyncio.Lock()
        self._rows = np.empty((0, dimensions), dtype=np.float32)
        self._row_of: dict[UUID, int] = {}
        self._seen: tuple[int, datetime | None] = (0, None)

    @property
    def nbytes(self) -> int:
        """What it takes of memory."""
        return self._rows.nbytes

    def cosines(self, value: Sequence[float]) -> Any:
        """The cosine of every row with `value`, shape (rows,)."""
        (vector,) = _normalised(np.array([value], dtype=np.float32))
        return np.clip(self._rows[: len(self.ids)] @ vector, -1, 1)

    async def catch_up(self, session: AsyncSession, settings_id: UUID) -> None:
        """Read what has changed in the table since the last time."""
        of_this_kind = Vector.vector_settings_id == settings_id
        state = select(func.count(), func.max(Vector.updated_at)).where(of_this_kind)
        count, newest = (await session.execute(state)).one()
        if (count, newest) == self._seen:
            return
        rows = select(Vector.record_id, cast(Vector.value, Text)).where(of_this_kind)
        since = self._seen[1]
        await self._read(
            session, rows if since is None else rows.where(Vector.updated_at >= since - _OVERLAP)
        )
        if len(self.ids) != count:
            records = await session.scalars(select(Vector.record_id).where(of_this_kind))
            present = set(records.all())
            self._keep_only(present)
            missing = list(present - self._row_of.keys())
            for start in range(0, len(missing), _ROWS_AT_ONCE):
                some = missing[start : start + _ROWS_AT_ONCE]
                await self._read(session, rows.where(Vector.record_id.in_(some)))
        self._seen = (count, newest)

    async def _read(self, session: AsyncSession, rows: Any) -> None:
        stream = await session.stream(rows)
        async for some in stream.partitions(_ROWS_AT_ONCE):
            vectors = await asyncio.to_thread(self._parse, [value for _, value in some])
            self._put([record for record, _ in some], vectors)

    def _parse(self, values: list[str]) -> Any:
        """Lists of numbers as JSON, all at once: many times as fast as one by one."""
        numbers = ",".join(value[1:-1] for value in values)
        parsed = np.fromstring(numbers, dtype=np.float32, sep=",")
        return _normalised(parsed.reshape(len(values), self._rows.shape[1]))

    def _put(self, records: list[UUID], vectors: Any) -> None:
        # A search that is under way keeps its list of ids, so the list is replaced, not changed.
        new = [record for record in records if record not in self._row_of]
        for record in new:
            self._row_of[record] = len(self._row_of)
        self.ids = [*self.ids, *new]
        if len(self.ids) > len(self._rows):
            capacity = max(len(self.ids), len(self._rows) * 5 // 4)
            grown = np.zeros((capacity, self._rows.shape[1]), dtype=np.float32)
            grown[: len(self._rows)] = self._rows
            self._rows = grown
        self._rows[[self._row_of[record] for record in records]] = vectors

    def _keep_only(self, present: set[UUID]) -> None:
        kept = [row for row, record in enumerate(self.ids) if record in present]
        self._rows = self._rows[kept]
        self.ids = [self.ids[row] for row in kept]
        self._row_of = {record: row for row, record in enumerate(self.ids)}


def _normalised(vectors: Any) -> Any:
    """Vectors of shape (n, d) made of length one; a zero vector is as far from all as from none."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, 1)


async def _matrix(session: AsyncSession, vector_settings: VectorSettings) -> _Matrix:
    """The matrix of these vectors, up to date."""
    matrix = _matrices.setdefault(vector_settings.id, _Matrix(vector_settings.dimensions))
    _matrices.move_to_end(vector_settings.id)
    async with matrix.lock:
        await matrix.catch_up(session, vector_settings.id)
    while len(_matrices) > 1 and sum(kept.nbytes for kept in _matrices.values()) > KEPT_BYTES:
        _matrices.popitem(last=False)
    return matrix


async def _passing(session: AsyncSession, conditions: Sequence[ColumnElement[bool]]) -> set[UUID]:
    return set((await session.scalars(select(Record.id).where(*conditions))).all())
