"""Write a page with every command of `parity`, its options and the exit codes.

    python -m scripts.reference docs/reference.md

All of it comes from the code, so that it cannot be behind: the commands from `learner.cli.app`, the
exit codes from the errors.
"""

import re
import sys
from pathlib import Path
from signal import SIGTERM

from labeling.errors import InputError, ParityError
from learner.cli import INTERRUPTED, app

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference.md"
RENEW = "scripts/reference"

_HEAD = f"""\
# Commands

Made from the code by `{RENEW}`; do not edit it. `parity COMMAND --help` says the same in a
terminal. `parity` is `.venv/bin/parity`; `scripts/run` makes the environments first where needed,
and then is `parity up` with the same options. What the commands are for is in
[running a campaign](campaign.md).

"""
_EXIT_CODES = {
    0: "Done. A campaign that ended without proving parity has done its work, too.",
    ParityError.exit_code: "It could not be done, or went wrong on the way; stderr says what, and "
    "names the log where there is one.",
    InputError.exit_code: "The command line or the input is wrong. One line on stderr says what, "
    "where and what to do; nothing was written.",
    INTERRUPTED: "Ctrl-C. `parity up` goes on with the same command.",
    128 + SIGTERM: "SIGTERM, as `systemctl stop` and SLURM send it. `parity up` goes on with the "
    "same command.",
}


def reference() -> str:
    """The reference in Markdown; depends on the code alone, not on a terminal."""
    made = app.generate_docs()
    commands = made[made.index("**Commands**") :].removeprefix("**Commands**:\n\n")
    # Where this runs as `python -m MODULE`, cyclopts puts ` -m MODULE` after each command.
    commands = re.sub(r"^(parity [a-z -]+?) -m [\w.]+", r"\1", commands, flags=re.MULTILINE)
    for noise in (" *[default: False]*", ' *[default: ""]*'):
        commands = commands.replace(noise, "")
    codes = [f"| {code} | {meaning} |" for code, meaning in sorted(_EXIT_CODES.items())]
    table = "\n".join(["## Exit codes", "", "| code | meaning |", "| --- | --- |", *codes])
    return f"{_HEAD}{commands.rstrip()}\n\n{table}\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(reference())
