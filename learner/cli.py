"""The `parity` command: parses, calls, prints. What a command needs is imported when it runs."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, CycloptsError, Parameter

from labeling.errors import InputError, ParityError
from labeling.files import is_denied, is_full_disk
from labeling.recoding import Change
from labeling.server.listening import FIRST_PORT, HOST
from labeling.server.listening import check as check_host
from learner.defaults import (
    BATCH_SIZE,
    BUDGET,
    ENCODER,
    INITIAL,
    MARGIN,
    SAMPLE_MARGIN,
    STRATEGY,
)

if TYPE_CHECKING:
    from labeling.accounts import Invitation

INTERRUPTED = 130  # exit code after Ctrl-C


def _version() -> str:
    from importlib.metadata import version

    return version("parity")


app = App(
    name="parity",
    help="Label customer inquiries until the classifier is as good as if everything had been "
    "labelled.",
    version=_version,
    version_flags=["--version"],
    suppress_keyboard_interrupt=False,
)

TextColumn = Annotated[
    str | None, Parameter(help="Column with the inquiry's text; guessed if left out.")
]
LabelColumn = Annotated[
    str | None, Parameter(help="Column with the category; guessed if left out.")
]
Strategy = Annotated[str, Parameter(help="Query strategy that chooses what to ask.")]
BatchSize = Annotated[int, Parameter(help="Inquiries in a batch.")]
Encoder = Annotated[str, Parameter(help="Sentence encoder: a folder or hub id.")]
Model = Annotated[
    str, Parameter(help="Model that is measured: auto, head, setfit, bow, a folder or a hub id.")
]
SavedModel = Annotated[Path, Parameter(help="Folder of a saved model.")]
RulesFile = Annotated[
    Path | None, Parameter(help="TOML file of routing rules; built-in ones if left out.")
]
ERRS = "Probability that a simulated annotator errs"
Home = Annotated[Path, Parameter(help="The campaign's home folder.")]
Name = Annotated[str, Parameter(help="The name that the annotator signs in with.")]
SOURCE = (
    "a csv, tsv, json, jsonl or parquet file, a save_to_disk folder, "
    "hf:OWNER/NAME[@split], or sample."
)
LabelledData = Annotated[str, Parameter(help=f"Labelled inquiries: {SOURCE}")]
TestData = Annotated[
    str | None, Parameter(help="Labelled test inquiries; part of the data if left out.")
]
Seed = Annotated[int, Parameter(help="Decides the split and every draw.")]
RayAddress = Annotated[
    str | None,
    Parameter(
        help="HOST:PORT of a Ray cluster that encodes, fine-tunes and simulates, not this machine."
    ),
]


@app.command
def up(
    *,
    data: Annotated[str | None, Parameter(help=f"Inquiries: {SOURCE}")] = None,
    text_column: TextColumn = None,
    label_column: LabelColumn = None,
    codebook: Annotated[
        Path | None,
        Parameter(help="Categories: a file with columns category, definition, example…"),
    ] = None,
    home: Home = Path("campaign"),
    port: Annotated[
        int | None,
        Parameter(
            help=f"Port of the Argilla server that is started; a free one from {FIRST_PORT} on if "
            "left out or taken."
        ),
    ] = None,
    host: Annotated[
        str,
        Parameter(help="Address that server listens on: this machine only, or 0.0.0.0 for all."),
    ] = HOST,
    argilla_url: Annotated[
        str | None,
        Parameter(
            help="Use this Argilla server instead; its API key is read from ARGILLA_API_KEY, or "
            "from the file that ARGILLA_API_KEY_FILE names."
        ),
    ] = None,
    annotators: Annotated[
        Literal["people", "simulated"] | None,
        Parameter(help="Who answers; if left out, people, and simulated ones without --data."),
    ] = None,
    annotator_error: Annotated[
        str,
        Parameter(
            help=f"{ERRS}; with commas one for each, first for one who always answers the first "
            "category."
        ),
    ] = "0",
    strategy: Strategy = STRATEGY,
    batch_size: BatchSize = BATCH_SIZE,
    encoder: Encoder = ENCODER,
    model: Model = "auto",
    until: Annotated[str, Parameter(help="The goal: parity, or a number of labels.")] = "parity",
    margin: Annotated[
        float | None,
        Parameter(
            help="Largest gap that counts as parity, as a fraction; if left out, "
            f"{SAMPLE_MARGIN:g} for the sample that ships and {MARGIN:g} otherwise."
        ),
    ] = None,
    reference: Annotated[
        Literal["labels", "none"],
        Parameter(
            help="Compare with a model on the data's labels, or with none, as where there are no "
            "labels: then stop when the predictions stop changing."
        ),
    ] = "labels",
    audit: Annotated[
        int | None,
        Parameter(
            help="Without a reference: how many inquiries, drawn at random, to measure with; 100, "
            "or a fifth of --until N, unless told."
        ),
    ] = None,
    answers_per_inquiry: Annotated[
        int,
        Parameter(
            help="How many annotators answer each inquiry; where it is one, a twentieth of them, "
            "drawn at random, is asked twice."
        ),
    ] = 1,
    seed: Seed = 0,
    ray_address: RayAddress = None,
    as_json: Annotated[
        bool,
        Parameter(name="--json", negative="", help="For machines: a JSON object a line."),
    ] = False,
) -> None:
    """Run a campaign: put inquiries before annotators, learn, measure, until the goal is reached.

    Without --data it is a rehearsal on the sample that ships, with simulated annotators.
    In a terminal one view shows how it stands; elsewhere lines are printed.
    """
    if until != "parity" and not (until.isdecimal() and int(until) > 0):
        raise InputError(f"--until {until}: parity, or a number of labels such as 300")
    if port is not None and not 1 <= port <= 65535:
        raise InputError(f"--port {port}: a number from 1 to 65535")
    check_host(host)
    if annotators is None:
        annotators = "simulated" if data is None else "people"
    source = data or "sample"
    if margin is None:
        margin = SAMPLE_MARGIN if source == "sample" else MARGIN
    from learner.live.telling import telling

    with telling(home, as_json) as say:
        if data is None:
            say(
                f"Rehearsal: the sample that ships (--data sample), --annotators {annotators}, "
                + _goal(until, reference, margin)
            )
        from learner.live.campaign import Settings
        from learner.live.up import up as run_campaign

        settings = Settings(
            data=source,
            text_column=text_column,
            label_column=label_column,
            codebook=None if codebook is None else str(codebook),
            annotators=annotators,
            annotator_error=annotator_error,
            strategy=strategy,
            batch_size=batch_size,
            encoder=encoder,
            model=model,
            until=until,
            margin=margin,
            reference=reference,
            audit=audit,
            answers_per_inquiry=answers_per_inquiry,
            seed=seed,
        )
        run_campaign(settings, home, port, argilla_url, say, host, ray_address)


@app.command
def status(
    *,
    home: Home = Path("campaign"),
    as_json: Annotated[bool, Parameter(name="--json", negative="", help="For machines.")] = False,
) -> None:
    """Say how a campaign stands, where Argilla is, and where its passwords lie."""
    from learner.live.status import read_status, spoken

    found = read_status(home)
    said = json.dumps(found, indent=2) if as_json else "\n".join(spoken(found))
    _write(lambda: print(said))


@app.command
def simulate(
    *,
    data: LabelledData,
    test: TestData = None,
    text_column: TextColumn = None,
    label_column: LabelColumn = None,
    strategy: Annotated[
        list[str] | None,
        Parameter(negative="", help="Query strategy; name several by repeating the option."),
    ] = None,
    model: Model = "head",
    encoder: Encoder = ENCODER,
    seeds: Annotated[int, Parameter(help="Campaigns to simulate for each strategy.")] = 5,
    budget: Annotated[int, Parameter(help="Labels to stop at.")] = BUDGET,
    initial: Annotated[int, Parameter(help="Inquiries in the cold start.")] = INITIAL,
    batch_size: BatchSize = BATCH_SIZE,
    margin: Annotated[
        float, Parameter(help="Largest gap that counts as parity, as a fraction.")
    ] = MARGIN,
    annotator_error: Annotated[float, Parameter(help=f"{ERRS}.")] = 0.0,
    ray_address: RayAddress = None,
    out: Annotated[Path, Parameter(help="Folder for curve.csv, summary.json and report.html.")],
) -> None:
    """Run the same loop on labelled data, with the label column as annotator and no server."""
    from learner.lab.simulate import Plan
    from learner.lab.simulate import simulate as run_simulation

    plan = Plan(
        data=data,
        test=test,
        text_column=text_column,
        label_column=label_column,
        strategies=strategy or [STRATEGY],
        model=model,
        encoder=encoder,
        seeds=seeds,
        budget=budget,
        initial=initial,
        batch_size=batch_size,
        margin=margin,
        annotator_error=annotator_error,
        ray_address=ray_address,
    )
    summary = run_simulation(plan, out, _say)
    for name, found in summary["strategies"].items():
        parity, proof = (found[key]["median"] for key in ("labels_to_parity", "labels_to_proof"))
        _say(
            f"{name}: {_count(parity)} labels to parity, {_count(proof)} to proof, "
            f"accuracy {found['accuracy_at_budget']['median']:.4f} at the end "
            f"(full-data {summary['full_accuracy']:.4f} on {summary['full_labels']:,})"
        )
    _say(f"curves  {out / 'curve.csv'}, report {out / 'report.html'}")


@app.command
def compare(
    *,
    data: LabelledData,
    test: TestData = None,
    text_column: TextColumn = None,
    label_column: LabelColumn = None,
    sizes: Annotated[
        str,
        Parameter(help="Numbers of labels, with commas between; full, all of them, always is one."),
    ] = "1300,full",
    model: Model = "auto",
    encoder: Encoder = ENCODER,
    seed: Seed = 0,
    out: Annotated[Path, Parameter(help="Folder for compare.json and compare.html.")],
) -> None:
    """Compare models fitted on few labels, random and chosen, with one fitted on all."""
    from learner.lab.compare import Plan
    from learner.lab.compare import compare as run_comparison
    from learner.stopping.parity import points

    plan = Plan(
        data=data,
        test=test,
        text_column=text_column,
        label_column=label_column,
        sizes=sizes,
        model=model,
        encoder=encoder,
        seed=seed,
    )
    found = run_comparison(plan, out, _say)
    for run in found["runs"]:
        gap = (
            ""
            if run["gap"] is None
            else f", {points(run['gap'])} points short of the full-data "
            f"model ({points(run['gap_low'])} to {points(run['gap_high'])})"
        )
        _say(
            f"{run['name']}: {run['accuracy']:.4f} right ({run['accuracy_low']:.4f} to "
            f"{run['accuracy_high']:.4f}){gap}"
        )
    _say(f"figures  {out / 'compare.json'}, report {out / 'compare.html'}")


people = App(name="annotators", help="Take annotators in, list them, renew a password, let one go.")
app.command(people)


@people.command(name="report")
def report_on_people(
    *,
    home: Home = Path("campaign"),
    names: Annotated[
        bool, Parameter(negative="", help="Call annotators by their names, not by letters.")
    ] = False,
    as_json: Annotated[bool, Parameter(name="--json", negative="", help="For machines.")] = False,
) -> None:
    """Say how far annotators agree, how fast they are, and whether they still read."""
    from learner.live.people_report import read_people, spoken_people

    found = read_people(home, names)
    print(json.dumps(found, indent=2) if as_json else "\n".join(spoken_people(found)))


@people.command
def add(name: Name, *, home: Home = Path("campaign")) -> None:
    """Take an annotator in; prints a one-time password, which is kept nowhere."""
    from labeling.accounts import open_accounts

    with open_accounts(home, _say) as accounts:
        _invite(accounts.add(name))


@people.command(name="list")
def list_(*, home: Home = Path("campaign")) -> None:
    """Name everybody who ever annotated or was asked to, with their submitted answers."""
    from labeling.accounts import open_accounts

    with open_accounts(home, _say) as accounts:
        everybody = accounts.everybody()
    width = max((len(annotator.name) for annotator in everybody), default=0)
    for annotator in everybody:
        _say(f"{annotator.name:{width}}  {annotator.state:8}  {annotator.answers:,} answers")


@people.command
def reset(name: Name, *, home: Home = Path("campaign")) -> None:
    """Print a new one-time password; the annotator's earlier password and logins end."""
    from labeling.accounts import open_accounts

    with open_accounts(home, _say) as accounts:
        _invite(accounts.reset(name))


@people.command
def remove(name: Name, *, home: Home = Path("campaign")) -> None:
    """Let an annotator go: name and answers stay, but nobody can sign in with that name."""
    from labeling.accounts import open_accounts

    with open_accounts(home, _say) as accounts:
        accounts.remove(name)
    _say(f"{name} can no longer sign in; the answers stay (`reset` lets them back in)")


book = App(name="codebook", help="Show the categories of a campaign, and change them on the way.")
app.command(book)
Category = Annotated[str, Parameter(help="The name of a category.")]


@book.command(name="list")
def list_categories(*, home: Home = Path("campaign")) -> None:
    """Name every category with its labels, and the inquiries that fitted none."""
    from learner.live.codebook import codebook_lines

    for line in codebook_lines(home):
        _say(line)


@book.command(name="add")
def add_category(
    name: Category,
    *,
    definition: Annotated[str, Parameter(help="What annotators are told about it.")] = "",
    example: Annotated[
        list[str] | None,
        Parameter(negative="", help="An inquiry of it; repeat the option for several."),
    ] = None,
    out_of: Annotated[
        list[str] | None,
        Parameter(
            negative="", help="A category it was part of so far, whose answers are asked again."
        ),
    ] = None,
    home: Home = Path("campaign"),
) -> None:
    """Add a category; what was discarded is asked again, as it may fit now."""
    examples, parts = tuple(example or ()), tuple(out_of or ())
    change = Change("add", name, definition=definition, examples=examples, out_of=parts)
    _change_codebook(home, [change])


@book.command
def rename(
    name: Category,
    new: Annotated[str, Parameter(help="What to call it from now on.")],
    *,
    home: Home = Path("campaign"),
) -> None:
    """Give a category another name; its answers follow."""
    _change_codebook(home, [Change("rename", name, into=new)])


@book.command
def merge(
    *names: Annotated[str, Parameter(help="The categories that end.")],
    into: Annotated[str, Parameter(help="The category that their answers stand for from now on.")],
    home: Home = Path("campaign"),
) -> None:
    """Make categories part of another one; their answers follow."""
    if not names:
        raise InputError("name the categories that are to be merged, and --into which")
    _change_codebook(home, [Change("merge", name, into=into) for name in names])


@book.command
def retire(
    *names: Annotated[str, Parameter(help="The categories that end.")],
    home: Home = Path("campaign"),
) -> None:
    """End categories; what was answered with them is asked again."""
    if not names:
        raise InputError("name the categories that are to be retired")
    _change_codebook(home, [Change("retire", name) for name in names])


def _change_codebook(home: Path, changes: list[Change]) -> None:
    from learner.live.codebook import change_codebook

    change_codebook(home, changes, _say)


@app.command
def backup(
    *,
    home: Home = Path("campaign"),
    to: Annotated[Path, Parameter(help="The file to make, such as campaign.tar.gz.")],
) -> None:
    """Put a campaign into one file, also while it runs: data, labels, models, passwords."""
    from labeling.backup import back_up

    back_up(home, to)
    _say(f"{to}: {to.stat().st_size / 1e6:,.1f} MB; it holds passwords, keep it as safe as {home}")


@app.command
def export(
    *,
    home: Home = Path("campaign"),
    to: Annotated[str, Parameter(help="A new or empty folder, or hub:OWNER/NAME.")],
) -> None:
    """Hand out labels, data set and model, also while the campaign runs: to a folder or a hub.

    A hub gets two private repositories, and the token from HF_TOKEN or `hf auth login`.
    """
    if to.startswith("hub:"):
        from learner.export.hub import export_to_hub

        export_to_hub(home, to.removeprefix("hub:"), _say)
    else:
        from learner.export.folder import export_to_folder

        export_to_folder(home, Path(to), _say)


@app.command
def report(
    *,
    home: Home = Path("campaign"),
    out: Annotated[Path, Parameter(help="The file to write, such as report.html.")],
) -> None:
    """Write a page about a campaign, also while it runs: one file that opens offline."""
    from learner.report.campaign import write_report

    write_report(home, out, _say)
    _say(f"report   {out}")


@app.command
def restore(
    file: Annotated[Path, Parameter(help="What `parity backup` made.")],
    *,
    home: Home = Path("campaign"),
) -> None:
    """Make a new home folder from a backup; the command the campaign was begun with goes on."""
    from labeling.backup import restore as put_back

    put_back(file, home)
    _say(f"{home}: restored; `parity up` with the same options goes on with it")


@app.command
def predict(
    *text: Annotated[str, Parameter(help="Texts to predict.")],
    model: SavedModel,
    file: Annotated[
        str | None,
        Parameter(
            help="Predict every inquiry of this file, which is streamed: csv, tsv, jsonl or txt "
            "(a line an inquiry); any other SOURCE is read whole."
        ),
    ] = None,
    text_column: TextColumn = None,
    as_json: Annotated[
        bool, Parameter(name="--json", negative="", help="A JSON object a line, instead of CSV.")
    ] = False,
    int8: Annotated[
        bool,
        Parameter(negative="", help="Compute with 8-bit weights: faster on a CPU, less exact."),
    ] = False,
) -> None:
    """Print the category of each inquiry with its score, and the top three.

    Texts on the command line are printed beside it; a file's rows are numbered as in the file.
    """
    if bool(text) == (file is not None):
        raise InputError("give either texts or --file FILE")
    from labeling.inquiries import stream_texts
    from learner.models.loading import load_model
    from learner.predict import counted, predictions, write_csv, write_json

    inquiries: Iterator[tuple[int, str]] = (
        enumerate(text, start=1) if file is None else stream_texts(file, text_column)
    )
    first = next(inquiries)  # tells of a wrong file before the model is loaded
    loaded = load_model(model)
    if int8:
        from learner.models.quantisation import quantised

        loaded = quantised(loaded)
    found = counted(predictions(loaded, chain([first], inquiries)), _remark)
    write = write_json if as_json else write_csv
    _write(lambda: write(found, sys.stdout, file is None))


@app.command
def route(
    *text: Annotated[str, Parameter(help="Texts to route.")],
    model: SavedModel,
    rules: RulesFile = None,
    file: Annotated[
        str | None,
        Parameter(help="Route every inquiry of this file, which is streamed as by `predict`."),
    ] = None,
    evaluate: Annotated[
        bool,
        Parameter(
            negative="", help="Say instead how much would be automated, and how rightly: of --data."
        ),
    ] = False,
    data: Annotated[
        str | None, Parameter(help=f"Labelled inquiries for --evaluate: {SOURCE}")
    ] = None,
    text_column: TextColumn = None,
    label_column: LabelColumn = None,
    as_json: Annotated[
        bool, Parameter(name="--json", negative="", help="JSON, instead of CSV or words.")
    ] = False,
) -> None:
    """Say of each inquiry whether the auto-responder or a human answers it, and why.

    The first rule that fits decides, by category, score, sentiment and words.
    """
    if evaluate != (data is not None):
        raise InputError("--evaluate and --data SOURCE belong together; give both or neither")
    if bool(text) + (file is not None) + evaluate != 1:
        raise InputError("give either texts, --file FILE, or --evaluate with --data SOURCE")
    from labeling.inquiries import read_inquiries, stream_texts
    from learner.predict import counted
    from learner.routing.measuring import evaluation, labelled, spoken_evaluation
    from learner.routing.output import write_csv, write_json
    from learner.routing.router import load_router

    if data is not None:
        inquiries = read_inquiries(data, text_column, label_column)
        for note in inquiries.notes:
            _remark(note)
        known = labelled(inquiries)
        router = load_router(model, rules, _remark)
        measured = evaluation(router, known, _remark)
        said = json.dumps(measured, indent=2) if as_json else "\n".join(spoken_evaluation(measured))
        _write(lambda: print(said))
        return
    stream: Iterator[tuple[int, str]] = (
        enumerate(text, start=1) if file is None else stream_texts(file, text_column)
    )
    first = next(stream)  # tells of a wrong file before the model is loaded
    router = load_router(model, rules, _remark)
    routed = counted(router.stream(chain([first], stream)), _remark)
    _write(lambda: (write_json if as_json else write_csv)(routed, sys.stdout, file is None))


@app.command
def demo(
    *,
    model: SavedModel,
    rules: RulesFile = None,
    home: Annotated[
        Path | None, Parameter(help="Show the campaign in this home folder, too.")
    ] = None,
    port: Annotated[
        int | None, Parameter(help="Port of the page; a free one from 7860 on if left out.")
    ] = None,
    host: Annotated[
        str, Parameter(help="Address to listen on: this machine only, or 0.0.0.0 for all.")
    ] = HOST,
) -> None:
    """Serve a page that shows what the model makes of an inquiry and where it would be routed."""
    from learner.demo.serving import serve

    serve(model, rules, home, host, port, _say)


def main() -> None:
    """Run the command line.

    What it exits with is said in `scripts/reference.py`, which makes docs/reference.md.
    """
    try:
        app(exit_on_error=False, print_error=False)
    except CycloptsError as error:
        _fail(" ".join(str(error).split()), 2)
    except ParityError as error:
        _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        _fail("interrupted; the same command goes on", INTERRUPTED)
    except Exception as error:
        if is_denied(error):
            _fail(
                f"{' '.join(str(error).split())}: this user may not do that; give the command as "
                "the user whom the campaign's home folder belongs to, or name another place",
                1,
            )
        if not is_full_disk(error):
            raise
        _fail(
            f"there is no space left to write to ({' '.join(str(error).split())}): make some, then "
            "the same command goes on",
            1,
        )


def _write(write: Callable[[], None]) -> None:
    try:
        write()
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(line: str) -> None:
    print(line, flush=True)


def _invite(invitation: "Invitation") -> None:
    _say(f"name               {invitation.name}")
    _say(f"one-time password  {invitation.password}")
    _say(f"to be changed at   {invitation.url}?name={invitation.name}")


def _remark(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _fail(line: str, code: int) -> None:
    print(f"parity: {line}", file=sys.stderr, flush=True)
    sys.exit(code)


def _goal(until: str, reference: str, margin: float) -> str:
    if until != "parity":
        return f"until {until} labels"
    if reference == "none":
        return "until the predictions stop changing"
    return (
        f"until parity within {margin * 100:g} point (a small test set cannot prove half a point)"
    )


def _count(labels: float | None) -> str:
    return "never" if labels is None else f"{labels:g}"
