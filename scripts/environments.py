"""Make or mend the two environments; do nothing when nothing has changed.

    .venv          labelling client, learner and tests      learner.lock
    .venv-argilla  the Argilla server, with its old pins    server.lock

`scripts/run` and `scripts/test` call this with any Python from 3.11 on. Names of environments as
arguments make those only.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
import threading
import time
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
TORCH = "torch==2.13.0"
LEARNER = ROOT / "learner.lock"
SERVER = ROOT / "server.lock"

# What pip is told, in this order. Torch comes first and alone, so that pip picks the build for this
# machine; everything else is pinned to the last digit and needs no resolving. `--no-deps` also lets
# the server have newer libraries than argilla-server asks for (server.overrides).
ENVIRONMENTS = {
    ROOT / ".venv": (
        ("torch, the largest part", ["-c", str(LEARNER), TORCH]),
        ("the learner's libraries", ["--no-deps", "-r", str(LEARNER)]),
        ("Parity itself", ["--no-deps", "--no-build-isolation", "-e", str(ROOT)]),
    ),
    ROOT / ".venv-argilla": (("Argilla's server", ["--no-deps", "-r", str(SERVER)]),),
}


def main() -> None:
    """Bring both environments up to date."""
    if sys.version_info < OLDEST:
        sys.exit(f"Parity needs Python 3.11 or newer; this is {sys.version.split()[0]}")
    names = sys.argv[1:] or [folder.name for folder in ENVIRONMENTS]
    unknown = set(names) - {folder.name for folder in ENVIRONMENTS}
    if unknown:
        sys.exit(f"no environment is called {', '.join(sorted(unknown))}")
    with _alone():
        for folder, steps in ENVIRONMENTS.items():
            if folder.name not in names:
                continue
            wanted = _fingerprint(steps)
            stamp = folder / "complete"
            found = stamp.read_text() if stamp.is_file() else None
            if found == wanted and _starts(folder):
                continue
            if found is None or not _starts(folder):  # half made, or moved: begin anew
                shutil.rmtree(folder, ignore_errors=True)
                with _shown(f"{folder.name}: a new environment"):
                    venv.create(folder, with_pip=True)
            stamp.unlink(missing_ok=True)
            for what, arguments in steps:
                with _shown(f"{folder.name}: {what}"):
                    _install(folder, arguments)
            stamp.write_text(wanted)


def _fingerprint(steps: Sequence[tuple[str, list[str]]]) -> str:
    """Changes with whatever an environment is made from, and with the place it is made in."""
    digest = hashlib.sha256(f"{ROOT} {sys.implementation.cache_tag} {steps}".encode())
    for file in (LEARNER, SERVER, ROOT / "pyproject.toml"):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _starts(folder: Path) -> bool:
    python = folder / "bin" / "python"
    return python.exists() and subprocess.run([python, "-c", ""], check=False).returncode == 0


def _install(folder: Path, arguments: Sequence[str]) -> None:
    command = [str(folder / "bin" / "python"), "-m", "pip", "install", "-qq", *arguments]
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"pip could not do it:\n{result.stderr.strip()}\nThe same command tries again.")


@contextmanager
def _shown(what: str) -> Iterator[None]:
    """Say what is under way, and every 15 seconds that it still is."""
    began, done = time.monotonic(), threading.Event()

    def show() -> None:
        while not done.wait(15):
            print(f"  {what}: {time.monotonic() - began:.0f} s so far", flush=True)

    print(what, flush=True)
    thread = threading.Thread(target=show, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time make the environments of this clone."""
    with (ROOT / ".environments.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("waiting for another process that makes the environments", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    main()
