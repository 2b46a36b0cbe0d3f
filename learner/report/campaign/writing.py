"""From a home folder to a page in a file."""

from pathlib import Path

from labeling.errors import InputError
from labeling.files import write_atomically
from learner.progress import Say
from learner.report.campaign.gathering import gather
from learner.report.campaign.sections import campaign_report


def write_report(home: Path, out: Path, say: Say) -> None:
    """Write a page about the campaign in `home`, which may go on meanwhile, to the file `out`.

    Raises InputError, with nothing written, where there is no campaign or `out` can be no such
    file.
    """
    _check(out)
    page = campaign_report(gather(home, say))
    try:
        write_atomically(out, page.encode("utf-8", "replace"))
    except OSError as error:
        raise InputError(f"--out {out}: it cannot be written ({error.strerror})") from error


def _check(out: Path) -> None:
    if out.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"--out {out}: name a file that ends in .html")
    if out.is_dir():
        raise InputError(f"--out {out}: that is a folder; name a file in it")
    if not out.absolute().parent.is_dir():
        raise InputError(f"--out {out}: there is no folder {out.absolute().parent}; make it first")
