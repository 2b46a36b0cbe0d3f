"""`parity export --to hub:OWNER/NAME`: model and labels on a Hugging Face hub, private.

The hub is the one that HF_ENDPOINT names; the token is HF_TOKEN or that of `hf auth login`.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labeling.errors import InputError, ParityError
from learner.export.dataset_card import dataset_card
from learner.export.folder import MODEL, check_labels, fill
from learner.export.tables import PARQUET
from learner.progress import Say

if TYPE_CHECKING:
    from huggingface_hub import HfApi

STALE = ("*.safetensors", "*.json", "*.txt")  # what a model of another kind would have left
MESSAGE = "parity export"


def export_to_hub(home: Path, name: str, say: Say) -> None:
    """Push model and labels of the campaign in `home` to two repositories OWNER/NAME.

    They are made private if they are new. Each is changed in one commit, so that nobody sees half
    of one. Raises InputError, with nothing pushed, where there is no campaign or label, no token,
    no permission, or a repository of that name that everybody can read; ParityError where the hub
    cannot be reached.
    """
    check_labels(home)
    api = _api(name)
    with tempfile.TemporaryDirectory(prefix="parity-export-") as scratch:
        folder = Path(scratch)
        record = fill(folder, home, say, name)
        loading = f'from datasets import load_dataset\n\nlabels = load_dataset("{name}")["train"]'
        labels = folder / "repository"
        labels.mkdir()
        shutil.copy(folder / PARQUET, labels)
        (labels / "README.md").write_text(dataset_card(record, loading), "utf-8")
        wanted = {"model": folder / MODEL, "dataset": labels}
        pushed = {kind: place for kind, place in wanted.items() if place.is_dir()}
        with _said(name, api.endpoint):
            for kind in pushed:  # both, before anything is pushed
                _make_private(api, name, kind)
            for kind, place in pushed.items():
                say(f"pushing the {kind} to {api.endpoint}")
                _push(api, name, kind, place)
    for kind in pushed:
        say(f"{kind:8}{api.endpoint}/{'datasets/' if kind == 'dataset' else ''}{name} (private)")


def _api(name: str) -> "HfApi":
    from huggingface_hub import HfApi, constants, get_token
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils import validate_repo_id

    try:
        validate_repo_id(name)
    except HFValidationError as error:
        raise InputError(f"--to hub:{name}: {str(error).splitlines()[0]}") from error
    if "/" not in name:
        raise InputError(f"--to hub:{name}: give OWNER/NAME, the owner being you or your team")
    if constants.HF_HUB_OFFLINE:
        raise InputError(f"--to hub:{name}: HF_HUB_OFFLINE is set, so no hub is asked; unset it")
    token = get_token()
    if token is None:
        raise InputError(
            f"--to hub:{name}: no token; put one that may write into HF_TOKEN, or run "
            "`hf auth login`"
        )
    return HfApi(token=token)


def _make_private(api: "HfApi", name: str, kind: str) -> None:
    api.create_repo(name, repo_type=kind, private=True, exist_ok=True)
    if not api.repo_info(name, repo_type=kind).private:
        raise InputError(
            f"--to hub:{name}: there is a {kind} repository of that name that everybody can read; "
            "make it private on the hub, or give another name"
        )


def _push(api: "HfApi", name: str, kind: str, folder: Path) -> None:
    """Make the repository hold what `folder` does, in one commit."""
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*"))}
    files = {place: path for place, path in files.items() if path.is_file()}
    there = api.list_repo_files(name, repo_type=kind)
    stale = [
        place
        for place in there
        if place not in files and any(fnmatch(place, pattern) for pattern in STALE)
    ]
    operations: list[Any] = [
        *(CommitOperationDelete(place) for place in stale),
        *(CommitOperationAdd(place, path) for place, path in files.items()),
    ]
    api.create_commit(name, operations, commit_message=MESSAGE, repo_type=kind)


@contextmanager
def _said(name: str, endpoint: str) -> Iterator[None]:
    """Say in one line what a hub objects to."""
    from huggingface_hub.errors import HfHubHTTPError, HTTPError

    try:
        yield
    except HfHubHTTPError as error:
        code = error.response.status_code
        if code in (401, 403):
            raise InputError(
                f"--to hub:{name}: {endpoint} does not let this token write there ({code}); give "
                "a token with write access, or a name of your own"
            ) from error
        raise ParityError(f"{endpoint} refused ({str(error).splitlines()[0]})") from error
    except (HTTPError, OSError, RuntimeError) as error:
        raise ParityError(
            f"{endpoint} cannot be reached ({error}); a repository holds all of a push or "
            "nothing of it, so give the command again"
        ) from error
