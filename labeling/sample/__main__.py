"""``python -m labeling.sample --rows N --seed S --out FILE``: write a sample of one's own size."""

import argparse
import sys
from pathlib import Path

from labeling.errors import InputError
from labeling.sample.generator import DEFAULT_ROWS, DEFAULT_SEED, SHARES, generate, write


def main() -> int:
    """Write the sample and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m labeling.sample", description=__doc__)
    parser.add_argument("--rows", type=int, default=DEFAULT_ROWS, help="number of inquiries")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="same seed, same file")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="CSV to write")
    options = parser.parse_args()
    try:
        if options.rows < len(SHARES):
            raise InputError(
                f"--rows is {options.rows}; give at least {len(SHARES)}, one a category"
            )
        if not options.out.parent.is_dir():
            raise InputError(f"--out: there is no folder {options.out.parent}; create it first")
        write(generate(options.rows, options.seed), options.out)
    except InputError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
