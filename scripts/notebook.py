"""Run the example notebook anew, so that what it shows is what the code says.

    .venv/bin/python scripts/notebook.py docs/notebook.ipynb

Its kernel is this very interpreter. Figures are kept as data, without the library that draws them.
"""

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

SECONDS = 300  # at most, for a cell


class ThisPython(AsyncKernelManager):
    """A kernel in the interpreter that runs this, whatever kernels are installed."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """How the kernel is started."""
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=command, display_name="Python 3", language="python")


def run(notebook: nbformat.NotebookNode) -> None:
    """Run all cells in an empty folder and put their outputs in place of what was there.

    Raises CellExecutionError at the first cell that fails.
    """
    os.environ["PLOTLY_RENDERER"] = "plotly_mimetype"
    os.environ["PYTHONWARNINGS"] = "ignore:IProgress not found"  # names a folder of this machine
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook,
            timeout=SECONDS,
            kernel_manager_class=ThisPython,
            resources={"metadata": {"path": folder}},
            record_timing=False,
        )
        client.execute()
    notebook.metadata.pop("widgets", None)


if __name__ == "__main__":
    path = Path(sys.argv[1])
    content = nbformat.read(path, as_version=4)
    run(content)
    nbformat.write(content, path)
