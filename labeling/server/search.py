"""Argilla's search engine, answered from the server's own database: there is no index to keep."""

import hashlib
from collections.abc import Iterable
from typing import Any, NoReturn
from uuid import UUID

from argilla_server.contexts import datasets
from argilla_server.enums import MetadataPropertyType, RecordStatus, ResponseStatusFilter
from argilla_server.errors.future import UnprocessableEntityError
from argilla_server.models import Dataset, MetadataProperty, Record, Response, User
from argilla_server.search_engine.base import (
    AndFilter,
    Filter,
    FloatMetadataMetrics,
    IntegerMetadataMetrics,
    Order,
    ResponseFilterScope,
    SearchEngine,
    SearchResponseItem,
    SearchResponses,
    TermsFilter,
    TermsMetrics,
    TextQuery,
)
from argilla_server.settings import settings
from sqlalchemy import Text, cast, event, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from labeling.server import queue
from labeling.server.filters import contains, json_path, matches, sort_key

# Connections of its own: a request already holds one of the server's while it searches, and fifteen
# such requests waiting for a second one would wait for each other.
_engine = create_async_engine(settings.database_url, **settings.database_engine_args)
_open_session = async_sessionmaker(bind=_engine, expire_on_commit=False)


@event.listens_for(_engine.sync_engine, "connect")
def _add_functions(connection: Any, _record: object) -> None:
    def md5(text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    def casefold(text: str | None) -> str:
        return (text or "").casefold()

    def concat(*texts: str) -> str:  # built into SQLite only since 3.44
        return "".join(texts)

    connection.create_function("md5", 1, md5, deterministic=True)
    connection.create_function("casefold", 1, casefold, deterministic=True)
    connection.create_function("concat", -1, concat, deterministic=True)


@SearchEngine.register("database")
class DatabaseSearchEngine(SearchEngine):
    """Searches Argilla's tables; every "keep the index up to date" of the interface is empty."""

    @classmethod
    async def new_instance(cls) -> "DatabaseSearchEngine":
        """Called for every request, so nothing is kept here."""
        return cls()

    async def close(self) -> None:
        """Nothing is open between requests."""

    async def ping(self) -> bool:
        """The database is there as long as the server is."""
        return True

    async def info(self) -> dict[str, str]:
        """Shown by Argilla's status page."""
        return {"name": "the server's own database"}

    async def search(
        self,
        dataset: Dataset,
        query: TextQuery | str | None = None,
        filter: Filter | None = None,
        sort: list[Order] | None = None,
        offset: int = 0,
        limit: int = 100,
        user_id: UUID | None = None,
    ) -> SearchResponses:
        """The ids of the records that match, and how many there are.

        Without `sort`, a user gets a random order of their own; their pending records come in the
        order of `queue` where the data set has one.
        """
        conditions = [Record.dataset_id == dataset.id]
        if query is not None:
            conditions.append(contains(query))
        if filter is not None:
            conditions.append(matches(filter))
        async with _open_session() as session:
            annotator = user_id if _asks_for_pending(filter) else None
            queued = annotator is not None and await queue.has_queue(session, dataset.id)
            if queued:
                conditions.append(queue.worth_asking())
            total = await session.scalar(select(func.count(Record.id)).where(*conditions))
            if annotator is not None and queued and not sort:
                ids = await queue.next_page(session, dataset, annotator, conditions, offset, limit)
            else:
                keys = [sort_key(order) for order in sort or []]
                if not keys:
                    keys = [queue.spread_over(user_id) if user_id else Record.inserted_at]
                found = select(Record.id).where(*conditions).order_by(*keys, Record.id)
                ids = (await session.scalars(found.offset(offset).limit(limit))).all()
        return SearchResponses(items=[SearchResponseItem(record_id=id) for id in ids], total=total)

    async def get_dataset_progress(self, dataset: Dataset) -> dict[str, int]:
        """How many records are completed and how many still need answers; no withdrawn ones."""
        counted = select(Record.status, func.count(Record.id)).where(
            Record.dataset_id == dataset.id
        )
        async with _open_session() as session:
            if await queue.has_queue(session, dataset.id):
                completed = Record.status == RecordStatus.completed
                counted = counted.where(or_(completed, queue.worth_asking()))
            counts = dict((await session.execute(counted.group_by(Record.status))).tuples().all())
        return {"total": sum(counts.values()), **counts}

    async def get_dataset_user_progress(self, dataset: Dataset, user: User) -> dict[str, int]:
        """How many answers of each status the user has given."""
        counted = (
            select(Response.status, func.count(Response.id))
            .join(Record)
            .where(Record.dataset_id == dataset.id, Response.user_id == user.id)
            .group_by(Response.status)
        )
        async with _open_session() as session:
            return dict((await session.execute(counted)).tuples().all())

    async def compute_metrics_for(self, metadata_property: MetadataProperty) -> Any:
        """The terms of a metadata property with their counts, or its range."""
        value = func.json_each(Record.metadata_, json_path(metadata_property.name))
        value = value.table_valued("value").c.value
        records = select(Record).where(Record.dataset_id == metadata_property.dataset_id)
        async with _open_session() as session:
            if metadata_property.type == MetadataPropertyType.terms:
                term, count = cast(value, Text), func.count()
                counted = records.with_only_columns(term, count).group_by(term)
                terms = (await session.execute(counted.order_by(count.desc(), term))).all()
                values = [TermsMetrics.TermCount(term=term, count=count) for term, count in terms]
                return TermsMetrics(total=sum(count for _, count in terms), values=values)
            extremes = records.with_only_columns(func.min(value), func.max(value))
            low, high = (await session.execute(extremes)).one()
        if metadata_property.type == MetadataPropertyType.integer:
            return IntegerMetadataMetrics(min=low, max=high)
        return FloatMetadataMetrics(min=low, max=high)

    async def similarity_search(self, *_arguments: Any, **_keywords: Any) -> NoReturn:
        """Not offered: Parity's data sets hold no vectors."""
        raise UnprocessableEntityError(
            "Similarity search is not supported by the embedded Argilla server"
        )

    async def update_record_response(self, response: Response) -> None:
        """An answer was given: its record need not be held for its author any longer."""
        queue.release(response.user_id, response.record_id)

    async def delete_record_response(self, response: Response) -> None:
        """Nothing to keep up to date."""

    async def create_index(self, dataset: Dataset) -> None:
        """Nothing to keep up to date."""

    async def delete_index(self, dataset: Dataset) -> None:
        """Nothing to keep up to date."""

    async def configure_metadata_property(
        self, dataset: Dataset, metadata_property: MetadataProperty
    ) -> None:
        """Nothing to keep up to date."""

    async def index_records(self, dataset: Dataset, records: Iterable[Record]) -> None:
        """Nothing to keep up to date."""

    async def partial_record_update(self, record: Record, **update: Any) -> None:
        """Nothing to keep up to date."""

    async def delete_records(self, dataset: Dataset, records: Iterable[Record]) -> None:
        """Nothing to keep up to date."""

    async def update_record_suggestion(self, suggestion: Any) -> None:
        """Nothing to keep up to date."""

    async def delete_record_suggestion(self, suggestion: Any) -> None:
        """Nothing to keep up to date."""


def count_what_is_queued() -> None:
    """Make an annotator's number of pending records the length of their queue.

    Argilla computes it as all records minus the user's answers, which goes wrong (below zero, even)
    once records that somebody answered are withdrawn.
    """
    argillas_metrics = datasets.get_user_dataset_metrics

    async def metrics(
        db: AsyncSession, engine: DatabaseSearchEngine, user: User, dataset: Dataset
    ) -> dict[str, int]:
        async with _open_session() as session:
            if not await queue.has_queue(session, dataset.id):
                return await argillas_metrics(db, engine, user, dataset)
            pending = await session.scalar(
                select(func.count(Record.id)).where(
                    Record.dataset_id == dataset.id,
                    queue.worth_asking(),
                    queue.unanswered_by(user.id),
                )
            )
        answers = {"submitted": 0, "draft": 0, "discarded": 0}
        answers.update(await engine.get_dataset_user_progress(dataset, user))
        return {"total": pending + sum(answers.values()), "pending": pending, **answers}

    datasets.get_user_dataset_metrics = metrics


def _asks_for_pending(filter: Filter | None) -> bool:
    """The filter is for records that the user has not answered, and only those."""
    if isinstance(filter, AndFilter):
        return any(_asks_for_pending(part) for part in filter.filters)
    return (
        isinstance(filter, TermsFilter)
        and isinstance(filter.scope, ResponseFilterScope)
        and filter.scope.property == "status"
        and filter.values == [ResponseStatusFilter.pending]
    )
