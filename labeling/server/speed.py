"""Two mends without which pushing records is ten times slower."""

from typing import Any

from argilla_server.api.schemas.v1.questions import QuestionSettings
from argilla_server.bulk import records_bulk
from argilla_server.contexts import datasets, distribution, records
from argilla_server.models import MetadataProperty, Question
from argilla_server.models.metadata_properties import MetadataPropertySettings
from pydantic import TypeAdapter

_question_settings = TypeAdapter(QuestionSettings)
_metadata_settings = TypeAdapter(MetadataPropertySettings)


class _NoEvent:
    async def notify(self, _session: Any) -> None:
        pass


async def _no_event(*_arguments: Any) -> _NoEvent:
    return _NoEvent()


def mend() -> None:
    """Replace, in the running process, what Argilla does needlessly for each record."""
    # Argilla builds a new pydantic TypeAdapter whenever a question's or property's settings are
    # looked at, three times and more a record; two are enough.
    Question.parsed_settings = property(
        lambda question: _question_settings.validate_python(question.settings)
    )
    MetadataProperty.parsed_settings = property(
        lambda metadata: _metadata_settings.validate_python(metadata.settings)
    )
    # Argilla builds a webhook event a record (seven statements and a schema dump) even when there
    # is no webhook; here there never is one (see jobs.py).
    for module in (datasets, distribution, records, records_bulk):
        for name in [name for name in vars(module) if name.endswith("_event_v1")]:
            setattr(module, name, _no_event)
