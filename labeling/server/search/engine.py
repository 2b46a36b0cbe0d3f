"""Argilla's search engine, answered from the server's own database: there is no index to keep."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from argilla_server.contexts import datasets
from argilla_server.enums import (
    MetadataPropertyType,
    RecordStatus,
    ResponseStatusFilter,
    SimilarityOrder,
)
from argilla_server.errors.future import UnprocessableEntityError
from argilla_server.models import (
    Dataset,
    MetadataProperty,
    Record,
    Response,
    User,
    Vector,
    VectorSettings,
)
from argilla_server.search_engine.base import (
    AndFilter,
    Filter,
    FloatMetadataMetrics,
    IntegerMetadataMetrics,
    Order,
    RecordFilterScope,
    ResponseFilterScope,
    SearchEngine,
    SearchResponseItem,
    SearchResponses,
    TermsFilter,
    TermsMetrics,
    TextQuery,
)
from argilla_server.settings import settings
from sqlalchemy import ColumnElement, event, func, select, true, union_all
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from labeling.server import progress, queue
from labeling.server.search import paging, similarity, text
from labeling.server.search.filters import matches
from labeling.server.search.layout import Layout, read_layout
from labeling.server.storage import indexes
from labeling.server.storage.dialect import (
    bytewise,
    json_is_list,
    json_members,
    json_number,
    json_text,
    shuffled,
)
from labeling.server.storage.turns import turn_to_write

_MAPPED_BYTES = 128 * 1024**2

_engine_arguments = settings.database_engine_args
if settings.database_is_postgresql:
    session_settings = {
        # Compiling a search to machine code takes longer than the search, and several processes for
        # one are taken from the others who search.
        "jit": "off",
        "max_parallel_workers_per_gather": "0",
        # What a filter on JSON lets through cannot be foretold: always join by sets of ids, which
        # fit in memory, never by looking up one after the other.
        "enable_nestloop": "off",
        "work_mem": "64MB",
    }
    _engine_arguments |= {"connect_args": {"server_settings": session_settings}}
# Connections of its own: a request already holds one of the server's while it searches, and fifteen
# such requests waiting for a second one would wait for each other.
_engine = create_async_engine(settings.database_url, **_engine_arguments)
_open_session = async_sessionmaker(bind=_engine, expire_on_commit=False)


@event.listens_for(_engine.sync_engine, "connect")
def _configure_sqlite(connection: Any, _record: object) -> None:
    if settings.database_is_sqlite:
        # Pages read straight from the system's cache; SQLite's own is emptied by every write.
        connection.execute(f"PRAGMA mmap_size = {_MAPPED_BYTES}")
        connection.execute("PRAGMA temp_store = MEMORY")


@SearchEngine.register("database")
class DatabaseSearchEngine(SearchEngine):
    """Searches Argilla's tables; most "keep the index up to date" of the interface are empty."""

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
        async with _open_session() as session:
            layout = await read_layout(session, dataset.id)
            conditions: paging.Conditions = _conditions(dataset, layout, query, filter)
            annotator = user_id if _asks_for_pending(filter) else None
            queued = annotator is not None and await queue.has_queue(session, dataset.id)
            if queued:
                conditions = [*conditions, queue.worth_asking()]
            if annotator is not None and queued and not sort:
                if query is None and _asks_for_no_more(filter):
                    total = await progress.count_pending(session, dataset.id, annotator)
                else:
                    total, conditions = await paging.narrowed(session, conditions)
                ids = await queue.next_page(session, dataset, annotator, conditions, offset, limit)
            elif sort:
                total, ids = await paging.in_order(session, conditions, sort, layout, offset, limit)
            else:
                found = select(Record.id).order_by(
                    shuffled(Record.id, user_id) if user_id else Record.inserted_at
                )
                total, ids = await paging.in_one_pass(session, conditions, found, offset, limit)
        return SearchResponses(items=[SearchResponseItem(record_id=id) for id in ids], total=total)

    async def similarity_search(
        self,
        dataset: Dataset,
        vector_settings: VectorSettings,
        value: list[float] | None = None,
        record: Record | None = None,
        query: TextQuery | str | None = None,
        filter: Filter | None = None,
        max_results: int = 100,
        order: SimilarityOrder = SimilarityOrder.most_similar,
        threshold: float | None = None,
    ) -> SearchResponses:
        """The records whose vectors are nearest to `value` or to that of `record`, best first.

        `record` itself is not among them. `total` is how many are given, as with Elasticsearch.
        """
        async with _open_session() as session:
            layout = await read_layout(session, dataset.id)
            conditions = _conditions(dataset, layout, query, filter)
            if _asks_for_pending(filter) and await queue.has_queue(session, dataset.id):
                conditions.append(queue.worth_asking())
            if record is not None:
                conditions.append(Record.id != record.id)
                value = await session.scalar(
                    select(Vector.value).where(
                        Vector.record_id == record.id,
                        Vector.vector_settings_id == vector_settings.id,
                    )
                )
            if value is None:
                raise UnprocessableEntityError(
                    "Nothing to compare with: no vector, or record with one"
                )
            found = await similarity.nearest(
                session, vector_settings, value, conditions, order, max_results, threshold
            )
        items = [SearchResponseItem(record_id=id, score=score) for id, score in found]
        return SearchResponses(items=items, total=len(items))

    async def get_dataset_progress(self, dataset: Dataset) -> dict[str, int]:
        """`labeling.server.progress` counts, in the session of who asks."""
        raise NotImplementedError

    async def get_dataset_user_progress(self, dataset: Dataset, user: User) -> dict[str, int]:
        """As `get_dataset_progress`."""
        raise NotImplementedError

    async def compute_metrics_for(self, metadata_property: MetadataProperty) -> Any:
        """The terms of a metadata property with their counts, or its range."""
        name, records = metadata_property.name, metadata_property.dataset_id
        of_dataset = Record.dataset_id == records
        async with _open_session() as session:
            if metadata_property.type == MetadataPropertyType.terms:
                counted = await session.execute(_count_terms(name, of_dataset))
                values = [TermsMetrics.TermCount(term=term, count=n) for term, n in counted.all()]
                return TermsMetrics(total=sum(value.count for value in values), values=values)
            value = json_number(Record.metadata_, name)
            extremes = select(func.min(value), func.max(value)).where(of_dataset)
            low, high = (await session.execute(extremes)).one()
        if metadata_property.type == MetadataPropertyType.integer:
            return IntegerMetadataMetrics(min=low, max=high)
        return FloatMetadataMetrics(min=low, max=high)

    async def update_record_response(self, response: Response) -> None:
        """Nothing to keep up to date."""

    async def delete_record_response(self, response: Response) -> None:
        """Nothing to keep up to date."""

    async def create_index(self, _dataset: Dataset) -> None:
        """The data set has been published."""
        await _fit_indexes()

    async def delete_index(self, _dataset: Dataset) -> None:
        """The data set has been deleted."""
        await _fit_indexes()

    async def configure_metadata_property(
        self, _dataset: Dataset, _metadata_property: MetadataProperty
    ) -> None:
        """A published data set has got this property."""
        await _fit_indexes()

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


def drop_what_indexed_a_property() -> None:
    """Let a metadata property that is deleted take its index along: Argilla tells no engine."""
    argillas_delete = datasets.delete_metadata_property

    async def delete(db: AsyncSession, metadata_property: MetadataProperty) -> MetadataProperty:
        deleted = await argillas_delete(db, metadata_property)
        await _fit_indexes()
        return deleted

    datasets.delete_metadata_property = delete


async def _fit_indexes() -> None:
    async with turn_to_write(), _engine.begin() as connection:
        await connection.run_sync(indexes.fit_to_metadata)


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


def _asks_for_no_more(filter: Filter | None) -> bool:
    """A filter for pending records that asks for nothing else."""
    return isinstance(filter, AndFilter) and all(
        _asks_for_pending(part)
        or (
            isinstance(part, TermsFilter)
            and isinstance(part.scope, RecordFilterScope)
            and part.scope.property == "status"
            and part.values == [RecordStatus.pending]
        )
        for part in filter.filters
    )


def _conditions(
    dataset: Dataset, layout: Layout, query: TextQuery | str | None, filter: Filter | None
) -> list[ColumnElement[bool]]:
    """What makes a record of the data set one that is searched for."""
    conditions = [Record.dataset_id == dataset.id]
    if query is not None:
        words = query if isinstance(query, str) else query.q
        field = None if isinstance(query, str) else query.field
        conditions.append(text.contains(words, [field] if field else layout.fields))
    if filter is not None:
        conditions.append(matches(filter, layout))
    return conditions


def _count_terms(name: str, of_dataset: ColumnElement[bool]) -> Any:
    """Each term of a metadata property and the number of its uses, the most frequent first."""
    listed = json_is_list(Record.metadata_, name)
    alone = select(json_text(Record.metadata_, name).label("term")).where(
        of_dataset, listed.is_not(True)
    )
    member = json_members(Record.metadata_, name).table_valued("value")
    members = select(member.c.value.label("term")).select_from(Record).join(member, true())
    terms = union_all(alone, members.where(of_dataset, listed)).subquery()
    term, count = bytewise(terms.c.term), func.count()
    return (
        select(terms.c.term, count)
        .where(terms.c.term.is_not(None))
        .group_by(terms.c.term)
        .order_by(count.desc(), term)
    )
