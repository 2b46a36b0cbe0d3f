"""A request that is wrong is answered, and not logged with all that it held.

Argilla logs such a request's body: a password may be in it, and customers' words are.
"""

from argilla_server.api.schemas.v1.records import RecordUpdate
from argilla_server.errors.base_errors import ServerError, ValidationError
from argilla_server.errors.error_handler import APIErrorHandler
from fastapi.exceptions import RequestValidationError

_as_server_error = APIErrorHandler._exception_to_argilla_error  # Argilla's own, which logs


def mend() -> None:
    """Let Argilla log what went wrong with itself, and no request that it could not read.

    Nor go wrong (500) where a record's suggestions are to be null.
    """
    RecordUpdate.__non_nullable_fields__ = {"suggestions"}
    APIErrorHandler._exception_to_argilla_error = staticmethod(_quietly)


def _quietly(error: Exception) -> ServerError:
    if isinstance(error, RequestValidationError):
        return ValidationError(error)
    return _as_server_error(error)
