"""Every error that Parity raises on purpose.

ParityError              the run cannot go on; exit code 1
└── InputError           the command line or the input is wrong; exit code 2, nothing was written
"""


class ParityError(Exception):
    """Something that a person can act on; the message says what, where and what to do."""

    exit_code = 1


class InputError(ParityError):
    """The command line or the input is wrong: one clear line, raised before anything is written."""

    exit_code = 2
