"""The tabs of the page, and what their buttons do."""

import tempfile
import threading
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import plotly.graph_objects as go

from labeling.errors import InputError
from learner.demo.confusion import draw_confusion
from learner.demo.curve import draw_curve, on_any_page, read_curve, say_curve
from learner.demo.examples import examples
from learner.demo.files import route_file
from learner.demo.results import file_result, one_result
from learner.report.page import paragraph
from learner.routing.output import as_item
from learner.routing.router import Routed, Router

FORMATS = [".csv", ".tsv", ".jsonl", ".txt"]
FONT, MONO = ["system-ui", "sans-serif"], ["ui-monospace", "monospace"]  # none is fetched
KEPT = 3600  # seconds that an uploaded file is kept
AT_ONCE = 32  # test inquiries, before somebody else's inquiry gets its turn


def build(router: Router, home: Path | None) -> gr.Blocks:
    """The page, with a tab for the campaign in `home` if there is one."""
    turn = threading.Lock()  # tokenizers are not for several threads at once

    def route(inquiries: Sequence[tuple[int, str]]) -> list[Routed]:
        with turn:
            return router.route(inquiries)

    def probabilities(texts: Sequence[str]) -> np.ndarray:
        parts = []
        for start in range(0, len(texts), AT_ONCE):
            with turn:
                parts.append(router.model.probabilities(texts[start : start + AT_ONCE]))
        return np.concatenate(parts)

    @cache  # neither the model nor the test inquiries change
    def confusion(home: Path) -> go.Figure | None:
        try:
            drawn = draw_confusion(home, router.model.categories, probabilities)
        except InputError:
            return None  # what is wrong is said beside the curve
        return None if drawn is None else on_any_page(drawn)

    def one(text: str) -> str:
        if not text.strip():
            return paragraph("Type an inquiry, or take an example.")
        return one_result(route([(1, text)])[0], router.sentiment.name)

    def as_json(text: str) -> dict[str, Any]:
        if not isinstance(text, str) or not text.strip():
            raise _error("the inquiry is empty; give some text")
        return as_item(route([(1, text)])[0])

    def whole(
        file: str | None,
        text_column: str,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 (how Gradio asks for it)
    ) -> tuple[str, str]:
        if file is None:
            raise _error("no file yet; choose one first")
        source = Path(file)
        out = Path(tempfile.mkdtemp(dir=source.parent)) / f"{source.stem}-routed.csv"
        try:
            found = route_file(
                route,
                source,
                text_column.strip() or None,
                out,
                lambda done, of: progress((done, of), unit="inquiries"),
            )
        except InputError as error:
            raise _error(str(error).replace(file, source.name)) from None
        return str(out), file_result(found.found, found.automated, found.first)

    with gr.Blocks(title="Parity", analytics_enabled=False, delete_cache=(KEPT, KEPT)) as page:
        gr.HTML(
            "<h1>Who answers this inquiry?</h1>"
            + paragraph(
                f"{len(router.model.categories)} categories; sentiment by "
                f"{router.sentiment.name}; routed by {router.rules.source}."
            ),
            elem_classes="result",
        )
        with gr.Tab("One inquiry"):
            text = gr.Textbox(label="Inquiry", lines=4, max_lines=12)
            button = gr.Button("Route it", variant="primary")
            with gr.Row():
                tries = [
                    (gr.Button(name, size="sm", min_width=120), said)
                    for name, said in examples().items()
                ]
            result = gr.HTML(elem_classes="result")
            for trigger in (button.click, text.submit):
                trigger(one, text, result, api_visibility="private", queue=False)
            for choice, said in tries:
                choice.click(
                    lambda said=said: (said, one(said)),
                    None,
                    [text, result],
                    api_visibility="private",
                    queue=False,
                )
        with gr.Tab("A file"):
            file = gr.File(label="CSV, TSV, JSONL or TXT", file_types=FORMATS)
            column = gr.Textbox(label="Text column", info="Guessed if empty")
            go_on = gr.Button("Route them", variant="primary")
            routed = gr.File(label="With category, sentiment and route", interactive=False)
            told = gr.HTML(label="Summary", elem_classes="result")
            go_on.click(
                whole,
                [file, column],
                [routed, told],
                api_name="route_file",
                api_description="Route every inquiry of a file. Gives a CSV with row, text, "
                "category, score, sentiment, to, rule and reason, and a summary in HTML.",
            )
        if home is not None:
            with gr.Tab("Campaign"):
                last = gr.HTML(elem_classes="result")
                curve = gr.Plot(label="Learning curve", show_label=False)
                taken = gr.Plot(label="Confusion matrix", show_label=False)
            page.load(lambda: _curve(home), None, [last, curve], api_visibility="private")
            page.load(lambda: confusion(home), None, taken, api_visibility="private")
        gr.api(
            as_json,
            api_name="route",
            queue=False,
            api_description="Route one inquiry. Gives category, score, the top three categories, "
            "sentiment from -1 to 1, to (auto-responder or human), rule and reason.",
        )
    return page


def launch(page: gr.Blocks, host: str, port: int | None) -> str:
    """Start serving the page; its address. Whoever calls closes it."""
    _, url, _ = page.launch(
        server_name=host,
        server_port=port,
        share=False,
        prevent_thread_lock=True,
        quiet=True,
        ssr_mode=False,
        run_history=False,
        footer_links=["api"],
        theme=gr.themes.Default(font=FONT, font_mono=MONO),
        css_paths=Path(__file__).with_name("page.css"),
    )
    return url


def _error(says: str) -> gr.Error:
    """A message for the page, which would take it for HTML."""
    return gr.Error(escape(says, quote=False), print_exception=False)


def _curve(home: Path) -> tuple[str, go.Figure | None]:
    """The campaign's last evaluation in words, and all of them drawn, as of now."""
    try:
        found = read_curve(home)
    except InputError as error:
        return paragraph(str(error)), None
    if found is None:
        return paragraph("Nothing is measured yet."), None
    return paragraph(say_curve(found)), draw_curve(found)
