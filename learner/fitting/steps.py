"""How far a fit in the background has come, without any library slow to import."""

from pathlib import Path


def steps(folder: Path) -> str:
    """In words, such as "step 3 of 90"; empty while the fit starts."""
    try:
        done, of = (folder / "progress").read_text().split()
    except (OSError, ValueError):
        return ""
    return f"step {done} of {of}"
