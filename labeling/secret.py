"""Secrets out of the environment, or out of files that it names, as containers get them."""

import os
from pathlib import Path

from labeling.errors import InputError


def from_environment(name: str) -> str | None:
    """The value of the variable `name`, or what is in the file that `name`_FILE names.

    None where there is neither. Raises InputError, without the secret, for both, and for a file
    that cannot be read or is empty.
    """
    value, path = os.environ.get(name), os.environ.get(f"{name}_FILE")
    if not path:
        return value or None
    if value:
        raise InputError(f"{name} and {name}_FILE are both set: keep one of them")
    try:
        content = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "no text"
        raise InputError(f"{name}_FILE: {path} cannot be read ({reason})") from None
    if not content:
        raise InputError(f"{name}_FILE: {path} is empty")
    return content
