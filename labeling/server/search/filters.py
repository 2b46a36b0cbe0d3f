"""Argilla's filters and sort orders as conditions and keys on its own tables."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from argilla_server.enums import (
    MetadataPropertyType,
    RecordSortField,
    RecordStatus,
    ResponseStatusFilter,
    SortOrder,
)
from argilla_server.errors.future import UnprocessableEntityError
from argilla_server.models import Record, Response, Suggestion
from argilla_server.search_engine.base import (
    AndFilter,
    Filter,
    MetadataFilterScope,
    Order,
    RangeFilter,
    RecordFilterScope,
    ResponseFilterScope,
    SuggestionFilterScope,
    TermsFilter,
)
from sqlalchemy import ColumnElement, Text, and_, case, cast, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from labeling.server.search.layout import Layout
from labeling.server.storage.dialect import (
    TERM_CHARACTERS,
    as_number,
    bytewise,
    checked,
    json_is_list,
    json_members,
    json_number,
    json_term,
    json_text,
    member_as_number,
)


def matches(filter: Filter, layout: Layout) -> ColumnElement[bool]:
    """The condition on a record that `filter` stands for."""
    if isinstance(filter, AndFilter):
        return and_(True, *(matches(part, layout) for part in filter.filters))
    scope = filter.scope
    if isinstance(scope, RecordFilterScope):
        return _record_matches(scope.property, filter)
    if isinstance(scope, MetadataFilterScope):
        return _metadata_matches(scope.metadata_property, filter, layout)
    if isinstance(scope, SuggestionFilterScope):
        return _suggestion_matches(scope, filter, layout)
    if scope.question is None:
        return _response_status_matches(scope, filter)
    listed = layout.answers_are_lists(scope.question)
    value = _value_matches(filter, listed, Response.values, scope.question, "value")
    return _among(_responses(scope).where(value))


def ordered(found: Any, sort: Sequence[Order], layout: Layout) -> Any:
    """The selection `found` of records, in the order of `sort`; those without a value come last."""
    for order in sort:
        descending = order.order == SortOrder.desc
        value, joined = _sort_value(order.scope, layout, func.max if descending else func.min)
        if joined is not None:
            found = found.outerjoin(*joined)
        found = found.order_by((value.desc() if descending else value.asc()).nulls_last())
    return found


def along_index(
    conditions: Sequence[ColumnElement[bool]], sort: Sequence[Order], layout: Layout
) -> Any:
    """The records that pass `conditions` and have a first value to sort by, in the order of `sort`.

    They are read from an index that has the order of the first value; None where there is none.
    The first condition is of which data set they are.
    """
    if any(isinstance(order.scope, ResponseFilterScope) for order in sort):
        return None
    first, *others = sort
    descending = first.order == SortOrder.desc
    value, joined = _sort_value(first.scope, layout, func.max if descending else func.min)
    found = select(Record.id).where(value.is_not(None))
    if isinstance(first.scope, MetadataFilterScope):
        if layout.metadata[first.scope.metadata_property] == MetadataPropertyType.terms:
            return None
        of_dataset, *rest = conditions
        found = found.where(of_dataset, checked(and_(True, *rest)))
    elif joined is not None:
        if first.scope.property != "score" or layout.answers_are_lists(first.scope.question):
            return None
        suggestion, own = joined
        found = found.select_from(suggestion).join(Record, own).where(checked(and_(*conditions)))
    else:
        return None
    # Not a word on where NULL comes: the index may have it at the other end.
    found = found.order_by(value.desc() if descending else value.asc())
    return ordered(found, others, layout)


def _record_matches(name: str, filter: TermsFilter | RangeFilter) -> ColumnElement[bool]:
    column = getattr(Record, name)
    if isinstance(filter, TermsFilter):
        parse = _PARSERS.get(name, str)
        parsed = [_parsed(value, parse) for value in filter.values]
        return column.in_([value for value in parsed if value is not None])
    if name == RecordSortField.status:
        column = cast(column, Text)
    if name in (RecordSortField.inserted_at, RecordSortField.updated_at):
        return _between(column, filter, _moment, _end_of_moment)
    if name == RecordSortField.id:
        return _between(column, filter, UUID, UUID)
    return _between(bytewise(column), filter, str, str)


def _metadata_matches(
    name: str, filter: TermsFilter | RangeFilter, layout: Layout
) -> ColumnElement[bool]:
    listed = layout.metadata[name] == MetadataPropertyType.terms
    if not (listed and isinstance(filter, TermsFilter) and _asks_for_indexed_terms(filter)):
        return _value_matches(filter, listed, Record.metadata_, name)
    # The index knows what the terms are, and of lists only that they are such. Most records have
    # none: all that are found by the index pass, but for the lists without any of the terms.
    other = aliased(Record)
    lists = select(other.id).where(
        other.dataset_id == layout.dataset_id,
        json_term(other.metadata_, name) == "",
        _value_matches(filter, listed, other.metadata_, name).is_not(True),
    )
    found = json_term(Record.metadata_, name).in_([*filter.values, ""])
    return and_(found, Record.id.not_in(lists))


def _suggestion_matches(
    scope: SuggestionFilterScope, filter: TermsFilter | RangeFilter, layout: Layout
) -> ColumnElement[bool]:
    question_id, _ = layout.questions[scope.question]
    column = getattr(Suggestion, scope.property)
    if scope.property in ("value", "score"):
        condition = _value_matches(filter, layout.answers_are_lists(scope.question), column)
    elif isinstance(filter, TermsFilter):
        condition = cast(column, Text).in_(filter.values)
    else:
        condition = _between(bytewise(column), filter, str, str)
    return _among(
        select(Suggestion.record_id).where(Suggestion.question_id == question_id, condition)
    )


def _response_status_matches(
    scope: ResponseFilterScope, filter: TermsFilter | RangeFilter
) -> ColumnElement[bool]:
    """`pending`: there is no answer yet from that user, or from anybody if none is named."""
    if not isinstance(filter, TermsFilter):
        raise UnprocessableEntityError("The status of a response has no order to filter a range by")
    given = [status for status in filter.values if status != ResponseStatusFilter.pending]
    alternatives = []
    if given:
        status = cast(Response.status, Text).in_(given)
        alternatives.append(_among(_responses(scope).where(status)))
    if len(given) < len(filter.values):
        alternatives.append(Record.id.not_in(_responses(scope)))
    return or_(False, *alternatives)


def _among(selection: Any) -> ColumnElement[bool]:
    """The record's id is one of the selected."""
    return checked(Record.id.in_(selection))


def _responses(scope: ResponseFilterScope) -> Any:
    """The records that have responses, of one user if the scope names one."""
    responses = select(Response.record_id)
    return responses.where(Response.user_id == scope.user.id) if scope.user else responses


def _value_matches(
    filter: TermsFilter | RangeFilter, listed: bool, column: Any, *names: str
) -> ColumnElement[bool]:
    """A JSON value passes the filter, or one of its members when it may be a list."""
    if isinstance(filter, TermsFilter):
        passes = json_text(column, *names).in_(filter.values)
    else:
        passes = _between(_number(column, *names), filter, float, float)
    if listed:
        member = json_members(column, *names).table_valued("value").c.value
        if isinstance(filter, TermsFilter):
            member_passes = member.in_(filter.values)
        else:
            member_passes = _between(member_as_number(member), filter, float, float)
        passes = case((json_is_list(column, *names), exists().where(member_passes)), else_=passes)
    elif _asks_for_indexed_terms(filter):
        passes = json_term(column, *names).in_(filter.values)
    return passes


def _asks_for_indexed_terms(filter: TermsFilter | RangeFilter) -> bool:
    """What `json_term` gives for these terms is the whole of them, and of nothing else."""
    return isinstance(filter, TermsFilter) and all(
        0 < len(term) < TERM_CHARACTERS and "\0" not in term and "u0000" not in term
        for term in filter.values
    )


def _number(column: Any, *names: str) -> ColumnElement[Any]:
    return json_number(column, *names) if names else as_number(column)


def _between(
    value: Any,
    filter: RangeFilter,
    parse_lower: Callable[[Any], Any],
    parse_upper: Callable[[Any], Any],
) -> ColumnElement[bool]:
    bounds = []
    for given, parse in ((filter.ge, parse_lower), (filter.le, parse_upper)):
        bounds.append(None if given is None else _parsed(given, parse))
        if given is not None and bounds[-1] is None:
            raise UnprocessableEntityError(f"`{given}` is not a bound of what is filtered")
    lower, upper = bounds
    if lower is not None and upper is not None:
        passes: ColumnElement[bool] = value.between(literal(lower), literal(upper))
        return passes
    return value >= lower if upper is None else value <= upper


def _parsed(value: Any, parse: Callable[[Any], Any]) -> Any:
    """None where `value` does not stand for anything of the kind."""
    try:
        return parse(value)
    except (ValueError, TypeError, OverflowError, AttributeError):
        return None


def _moment(value: Any) -> datetime:
    """A date or time as the tables hold it: UTC without saying so; numbers are milliseconds."""
    if isinstance(value, float | int):
        moment = datetime.fromtimestamp(value / 1000, UTC)
    else:
        moment = datetime.fromisoformat(value)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _end_of_moment(value: Any) -> datetime:
    """As `_moment`, but a day alone means all of it."""
    moment = _moment(value)
    day_alone = isinstance(value, str) and len(value) <= len("2000-01-01")
    return datetime.combine(moment, time.max) if day_alone else moment


_PARSERS: dict[str, Callable[[Any], Any]] = {
    RecordSortField.id: UUID,
    RecordSortField.status: RecordStatus,
    RecordSortField.inserted_at: _moment,
    RecordSortField.updated_at: _moment,
}


def _sort_value(
    scope: Any, layout: Layout, extreme: Callable[[Any], ColumnElement[Any]]
) -> tuple[ColumnElement[Any], tuple[Any, ColumnElement[bool]] | None]:
    """What a record is sorted by, and what must be joined for it, on which condition.

    Of several values, the `extreme` one counts.
    """
    if isinstance(scope, RecordFilterScope):
        column = getattr(Record, scope.property)
        textual = scope.property in (RecordSortField.external_id, RecordSortField.status)
        return bytewise(cast(column, Text)) if textual else column, None
    if isinstance(scope, MetadataFilterScope):
        textual = layout.metadata[scope.metadata_property] == MetadataPropertyType.terms
        path = [scope.metadata_property]
        return _json_sort_value(Record.metadata_, path, not textual, textual, extreme), None
    if isinstance(scope, SuggestionFilterScope):
        question_id, _ = layout.questions[scope.question]
        suggestion = aliased(Suggestion)
        column = getattr(suggestion, scope.property)
        if scope.property in ("agent", "type"):
            value: Any = bytewise(cast(column, Text))
        else:
            numeric = scope.property == "score" or layout.answers_are_numbers(scope.question)
            listed = layout.answers_are_lists(scope.question)
            value = _json_sort_value(column, [], numeric, listed, extreme)
        own = and_(suggestion.record_id == Record.id, suggestion.question_id == question_id)
        return value, (suggestion, own)
    value = bytewise(cast(Response.status, Text))
    if scope.question is not None:
        numeric = layout.answers_are_numbers(scope.question)
        listed = layout.answers_are_lists(scope.question)
        path = [scope.question, "value"]
        value = _json_sort_value(Response.values, path, numeric, listed, extreme)
    answers = select(Response.record_id, extreme(value).label("value")).group_by(Response.record_id)
    if scope.user:
        answers = answers.where(Response.user_id == scope.user.id)
    by_record = answers.subquery()
    return by_record.c.value, (by_record, by_record.c.record_id == Record.id)


def _json_sort_value(
    column: Any,
    path: Sequence[str],
    numeric: bool,
    listed: bool,
    extreme: Callable[[Any], ColumnElement[Any]],
) -> ColumnElement[Any]:
    alone = _number(column, *path) if numeric else bytewise(json_text(column, *path))
    if not listed:
        return alone
    member = json_members(column, *path).table_valued("value").c.value
    among = select(
        extreme(member_as_number(member) if numeric else bytewise(member))
    ).scalar_subquery()
    return case((json_is_list(column, *path), among), else_=alone)
