"""`parity up`: server, data set and loop for one campaign, from beginning to end."""

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import FrameType

import pandas as pd
from stamina.instrumentation import RetryDetails, RetryHook, set_on_retry_hooks

from labeling.annotators import COUNT, Script, SimulatedAnnotators, hire, put_to_work, read_errors
from labeling.errors import InputError
from labeling.keeper import keep_embedded
from labeling.secret import from_environment
from labeling.server.accounts.credentials import WORKSPACE, Account
from labeling.server.listening import HOST
from labeling.workspace import Workspace, connect, open_workspace
from learner import cluster
from learner.fitting import on_cluster
from learner.live.campaign import Campaign, Settings, encode_all, prepare, recall
from learner.live.damage import check_argilla
from learner.live.journal import hold, open_journal, told_of_damage
from learner.live.loop import Outcome, run
from learner.live.pool import keep_pool, keep_test
from learner.models.protocol import CARD
from learner.progress import Say
from learner.stopping.parity import points

API_KEY = "ARGILLA_API_KEY"
TRIES = 3  # in vain, after which a silence is spoken of


def up(
    settings: Settings,
    home: Path,
    port: int | None,
    argilla_url: str | None,
    say: Say,
    host: str = HOST,
    ray_address: str | None = None,
) -> None:
    """Run the campaign in `home` until its goal is reached; the same call resumes it.

    The Ray cluster at `ray_address` encodes the inquiries and fine-tunes, where one is named.

    Raises InputError, before anything is written, for whatever is wrong with what was given.
    """
    signal.signal(signal.SIGTERM, _leave)
    set_on_retry_hooks([_speak_of_silence(say)])
    _check_home(home)
    key = _api_key(argilla_url)
    begun = replace(prepare(settings, say), ray_address=ray_address)
    if ray_address is not None:
        with cluster.joined(ray_address):
            encode_all(begun, say, cluster.encode_rows)
            if begun.recipe.kind == "transformer":
                say(f"fine-tuning on {on_cluster.spoken()}")
    foreign = None if argilla_url is None else connect(argilla_url.rstrip("/"), key)
    with ExitStack() as stack:
        stack.enter_context(hold(home))
        stack.enter_context(told_of_damage(home))
        if foreign is None:
            check_argilla(home)
        journal = open_journal(home)
        recall(journal, home, begun)
        journal.write_settings({"ended": None, "is_asking": False, "fit": None})
        keep_pool(begun.pool, home)
        if begun.has_reference:
            keep_test(begun.test, home)
        if foreign is None:
            server = stack.enter_context(keep_embedded(home, port, say, host))
            connection = connect(server.url, server.credentials.owner.api_key)
            accounts = list(server.credentials.annotators)
            name = "inquiries"
        else:
            connection, accounts, name = (
                foreign,
                [],
                f"inquiries-{begun.fingerprint[:8]}-{settings.seed}",
            )
        journal.write_settings(
            {"argilla_url": connection.url, "keeps_order": connection.keeps_order}
        )
        outcome = None
        while outcome is None:  # once more for every change of the codebook
            changes = journal.changes()
            workspace = open_workspace(
                connection,
                WORKSPACE,
                name,
                begun.codebook,
                keeps_order=connection.keeps_order,
                answers_per_inquiry=settings.answers_per_inquiry,
                changes=changes,
            )
            for number in range(journal.changes_taken_up(), len(changes)):
                journal.take_up(number + 1, changes[number])
                say(f"the codebook has changed: {changes[number].spoken()}")
            campaign = begun.recoded(changes)
            for line in _invitation(campaign, workspace, home, foreign is not None):
                say(line)
            crew = None
            if settings.annotators == "simulated":
                crew = _crew(campaign, workspace, accounts)
            outcome = run(campaign, journal, workspace, home, crew, say)
    for line in _ending(campaign, outcome, home):
        say(line)


def _speak_of_silence(say: Say) -> RetryHook:
    """Say, once for each call, that the server keeps silent for longer than a moment."""

    def speak(details: RetryDetails) -> None:
        if details.retry_num == TRIES:
            reason = " ".join(str(details.caused_by).split()) or type(details.caused_by).__name__
            say(f"Argilla does not answer ({reason}): waiting for it")

    return speak


def _check_home(home: Path) -> None:
    if home.exists() and not home.is_dir():
        raise InputError(f"--home {home}: there is a file of that name; name a folder")
    if home.is_dir() and not (home / "journal.sqlite").exists():
        others = [entry.name for entry in home.iterdir() if entry.name != "lock"]
        if others:
            raise InputError(
                f"--home {home}: the folder holds {others[0]!r} but no campaign; name a new or "
                f"empty folder"
            )


def _api_key(argilla_url: str | None) -> str:
    """The key for a server that runs already; empty where we start our own."""
    key = None if argilla_url is None else from_environment(API_KEY)
    if argilla_url is not None and key is None:
        raise InputError(
            f"--argilla-url {argilla_url}: put the API key of an owner there into the environment "
            f"variable {API_KEY}, or into a file that {API_KEY}_FILE names"
        )
    return key or ""


def _crew(
    campaign: Campaign, workspace: Workspace, accounts: list[Account]
) -> Callable[[], SimulatedAnnotators]:
    """Simulated annotators: as many as have an error of their own, else whoever has an account."""
    errors, connection = read_errors(campaign.settings.annotator_error), workspace.connection
    if len(errors) == 1:
        errors *= len(accounts) or COUNT
    crew = accounts[: len(errors)]
    if len(crew) < len(errors):
        crew = hire(connection, WORKSPACE, len(errors))
    truth = dict(zip(campaign.pool["id"], campaign.pool["category"], strict=True))
    seed = campaign.settings.seed
    scripts = [Script(truth, campaign.categories, error, seed) for error in errors]
    return lambda: put_to_work(connection.url, workspace.dataset, crew, scripts)


def _invitation(
    campaign: Campaign, workspace: Workspace, home: Path, is_foreign: bool
) -> Iterator[str]:
    yield (
        f"{len(campaign.pool):,} inquiries in the pool, {len(campaign.categories)} categories"
        + (f", {len(campaign.test):,} test inquiries kept apart" if len(campaign.test) else "")
    )
    where = "" if is_foreign else f" (names and passwords: {home / 'credentials.json'})"
    verb = "watch" if campaign.settings.annotators == "simulated" else "label"
    yield f"{verb} at {workspace.url}{where}"


def _ending(campaign: Campaign, outcome: Outcome, home: Path) -> Iterator[str]:
    last = outcome.last
    yield f"stopped because {outcome.reason}"
    if outcome.parity:
        assert last is not None
        yield (
            f"PARITY with {int(last['labels']):,} labels against {len(campaign.reference):,}: "
            f"accuracy "
            f"{last['accuracy']:.4f} against {last['full_accuracy']:.4f}, gap "
            f"{points(last['gap'])} points, "
            f"at most {points(last['gap_high'])} (95 % bound, margin "
            f"{points(campaign.settings.margin)})"
        )
    else:
        reached = f"{outcome.labels:,} of {outcome.pool:,} inquiries are labelled"
        if last is not None and pd.isna(last["gap"]):
            reached += (
                f"; accuracy {last['accuracy']:.4f} ({last['accuracy_low']:.4f} to "
                f"{last['accuracy_high']:.4f}) by the audit sample"
            )
        elif last is not None:
            reached += (
                f"; parity is not proved: accuracy {last['accuracy']:.4f} against "
                f"{last['full_accuracy']:.4f}, "
                f"gap {points(last['gap'])} points, at most {points(last['gap_high'])}"
            )
        yield reached
    yield f"labels  {home / 'labels.csv'} ({outcome.labels:,} rows)"
    yield f"curve   {home / 'curve.csv'}, summary {home / 'summary.json'}"
    if outcome.model is not None:
        is_ours = (outcome.model / CARD).exists()
        what = "for parity predict" if is_ours else "a Hugging Face folder"
        yield f"model   {outcome.model} ({what})"
    if campaign.settings.data == "sample":
        yield (
            "next    your own file and people: scripts/run --data FILE --codebook CODEBOOK.csv "
            "--until 300 "
            "--home mine (parity instead of 300 where the file has a label column)"
        )


def _leave(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    raise SystemExit(128 + number)
