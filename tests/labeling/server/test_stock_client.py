import os
import subprocess
import sys
from pathlib import Path

import pytest

from labeling.embedded import Embedded

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).with_name("stock_client.py")


def test_a_script_that_knows_nothing_but_argillas_client_is_served(
    server: Embedded, tmp_path: Path
) -> None:
    environment = {
        "ARGILLA_API_URL": server.url,
        "ARGILLA_API_KEY": server.credentials.owner.api_key,
    }

    script = subprocess.run(
        [sys.executable, str(SCRIPT)],
        cwd=tmp_path,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert script.returncode == 0, script.stderr
    assert script.stdout.splitlines()[-1] == "done"


def test_that_script_imports_nothing_else() -> None:
    imports = [line for line in SCRIPT.read_text().splitlines() if "import " in line]

    assert imports == ["import argilla as rg"]
