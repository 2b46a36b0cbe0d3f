"""Argilla's filters, sort orders and text queries as conditions on its own tables (SQLite)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from argilla_server.enums import RecordSortField, RecordStatus, ResponseStatusFilter, SortOrder
from argilla_server.models import Question, Record, Response, Suggestion
from argilla_server.search_engine.base import (
    AndFilter,
    Filter,
    FilterScope,
    MetadataFilterScope,
    Order,
    RangeFilter,
    RecordFilterScope,
    ResponseFilterScope,
    SuggestionFilterScope,
    TermsFilter,
    TextQuery,
)
from sqlalchemy import ColumnElement, Float, Text, and_, cast, exists, func, or_, select

_PARSERS: dict[str, Any] = {
    RecordSortField.id: UUID,
    RecordSortField.status: RecordStatus,
    RecordSortField.inserted_at: datetime.fromisoformat,
    RecordSortField.updated_at: datetime.fromisoformat,
}


def matches(filter: Filter) -> ColumnElement[bool]:
    """The condition on a record that `filter` stands for."""
    if isinstance(filter, AndFilter):
        return and_(True, *(matches(part) for part in filter.filters))
    scope = filter.scope
    if isinstance(scope, RecordFilterScope):
        return _compare_column(
            getattr(Record, scope.property), filter, _PARSERS.get(scope.property)
        )
    if isinstance(scope, MetadataFilterScope):
        value = func.json_each(Record.metadata_, json_path(scope.metadata_property))
        return _any_value(value, filter)
    if isinstance(scope, SuggestionFilterScope):
        return _suggestion_matches(scope, filter)
    if scope.question is None:
        return _response_status_matches(scope, filter.values)
    value = func.json_each(Response.values, json_path(scope.question, "value"))
    return _responses(scope).where(_any_value(value, filter)).exists()


def contains(query: TextQuery | str) -> ColumnElement[bool]:
    """Every word of `query` occurs in the record's fields (or in the one that it names)."""
    if isinstance(query, str):
        query = TextQuery(q=query)
    path = json_path(query.field) if query.field else "$"
    return and_(True, *(_contains_word(word, path) for word in query.q.casefold().split()))


def sort_key(order: Order) -> ColumnElement[Any]:
    """What to order records by; those without a value come last."""
    value = _sort_value(order.scope)
    return (value.desc() if order.order == SortOrder.desc else value.asc()).nulls_last()


def json_path(*names: str) -> str:
    """The SQLite path to a nested JSON member, whatever its names contain."""
    return "$" + "".join(f'."{name}"' for name in names)


def _any_value(values: Any, filter: TermsFilter | RangeFilter) -> ColumnElement[bool]:
    """A JSON value, or one of its members when it is a list, passes the filter."""
    value = values.table_valued("value").c.value
    return exists().where(
        _compare_column(cast(value, Text), filter)
        if isinstance(filter, TermsFilter)
        else _compare_column(cast(value, Float), filter)
    )


def _compare_column(
    column: Any, filter: TermsFilter | RangeFilter, parse: Any = None
) -> ColumnElement[bool]:
    def parsed(value: Any) -> Any:
        return parse(value) if parse and isinstance(value, str) else value

    if isinstance(filter, TermsFilter):
        return column.in_([parsed(value) for value in filter.values])
    bounds = []
    if filter.ge is not None:
        bounds.append(column >= parsed(filter.ge))
    if filter.le is not None:
        bounds.append(column <= parsed(filter.le))
    return and_(True, *bounds)


def _suggestion_matches(
    scope: SuggestionFilterScope, filter: TermsFilter | RangeFilter
) -> ColumnElement[bool]:
    column = getattr(Suggestion, scope.property)
    if scope.property in ("value", "score"):
        condition = _any_value(func.json_each(column), filter)
    else:
        condition = _compare_column(cast(column, Text), filter)
    return _suggestions(scope).where(condition).exists()


def _response_status_matches(
    scope: ResponseFilterScope, statuses: list[str]
) -> ColumnElement[bool]:
    """`pending`: there is no answer yet from that user, or from anybody if none is named."""
    given = [status for status in statuses if status != ResponseStatusFilter.pending]
    alternatives = [_responses(scope).where(Response.status.in_(given)).exists()] if given else []
    if len(given) < len(statuses):
        alternatives.append(~_responses(scope).exists())
    return or_(False, *alternatives)


def _responses(scope: ResponseFilterScope) -> Any:
    """The responses to a record, of one user if the scope names one."""
    responses = select(Response.id).where(Response.record_id == Record.id).correlate(Record)
    return responses.where(Response.user_id == scope.user.id) if scope.user else responses


def _suggestions(scope: SuggestionFilterScope) -> Any:
    """The suggestion to a record's question."""
    return (
        select(Suggestion.id)
        .join(Question)
        .where(Suggestion.record_id == Record.id, Question.name == scope.question)
        .correlate(Record)
    )


def _contains_word(word: str, path: str) -> ColumnElement[bool]:
    text = func.json_tree(Record.fields, path).table_valued("atom").c.atom
    return exists().where(func.instr(func.casefold(cast(text, Text)), word) > 0)


def _sort_value(scope: FilterScope) -> Any:
    if isinstance(scope, RecordFilterScope):
        return getattr(Record, scope.property)
    if isinstance(scope, MetadataFilterScope):
        return func.json_extract(Record.metadata_, json_path(scope.metadata_property))
    if isinstance(scope, SuggestionFilterScope):
        value = func.json_extract(getattr(Suggestion, scope.property), "$")
        if scope.property in ("agent", "type"):
            value = getattr(Suggestion, scope.property)
        return _suggestions(scope).with_only_columns(value).limit(1).scalar_subquery()
    value = Response.status
    if scope.question is not None:
        value = func.json_extract(Response.values, json_path(scope.question, "value"))
    return _responses(scope).with_only_columns(func.min(value)).scalar_subquery()
