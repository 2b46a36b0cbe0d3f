"""What a data set is made of: the kinds of its fields, questions and metadata, by name."""

from dataclasses import dataclass
from uuid import UUID

from argilla_server.enums import FieldType, QuestionType
from argilla_server.models import Field, MetadataProperty, Question
from sqlalchemy import literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from labeling.server.storage.dialect import json_text

_LISTS = (QuestionType.multi_label_selection, QuestionType.ranking, QuestionType.span)


@dataclass(frozen=True)
class Layout:
    """The names that a search may use, and what is behind them."""

    dataset_id: UUID
    fields: list[str]  # those that hold text
    questions: dict[str, tuple[UUID, str]]  # id and type
    metadata: dict[str, str]  # type

    def answers_are_lists(self, question: str) -> bool:
        """Whether the answer to a question has several values."""
        return self.questions[question][1] in _LISTS

    def answers_are_numbers(self, question: str) -> bool:
        """Whether the answer to a question is a rating."""
        return self.questions[question][1] == QuestionType.rating


async def read_layout(session: AsyncSession, dataset_id: UUID) -> Layout:
    """The layout of a data set, in one query."""
    parts = [
        select(
            literal(model.__tablename__).label("part"),
            model.id,
            model.name,
            json_text(model.settings, "type").label("type"),
        ).where(model.dataset_id == dataset_id)
        for model in (Field, Question, MetadataProperty)
    ]
    rows = (await session.execute(union_all(*parts))).all()
    return Layout(
        dataset_id,
        fields=[row.name for row in rows if row.part == "fields" and row.type != FieldType.image],
        questions={row.name: (row.id, row.type) for row in rows if row.part == "questions"},
        metadata={row.name: row.type for row in rows if row.part == "metadata_properties"},
    )
