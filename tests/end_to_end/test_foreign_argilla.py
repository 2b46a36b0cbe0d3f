from pathlib import Path

import pandas as pd
import pytest
from campaigns import run, write_inquiries

from labeling.embedded import start_embedded

pytestmark = pytest.mark.end_to_end


def test_a_rehearsal_on_somebody_elses_argilla(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    truth = write_inquiries(tmp_path / "inquiries.csv").set_index("text")["category"]
    with start_embedded(tmp_path_factory.mktemp("theirs"), None, print) as theirs:
        done = run(
            *("up", "--data", "inquiries.csv", "--home", "home", "--annotators", "simulated"),
            *("--model", "head", "--until", "55", "--argilla-url", theirs.url),
            cwd=tmp_path,
            ARGILLA_API_KEY=theirs.credentials.owner.api_key,
        )
    assert done.returncode == 0, done.stderr
    labels = pd.read_csv(tmp_path / "home" / "labels.csv")
    assert len(labels) >= 55
    assert (labels["category"] == labels["text"].map(truth)).all()
    assert not (tmp_path / "home" / "credentials.json").exists()
    assert theirs.credentials.owner.api_key not in done.stdout + done.stderr
