"""The command line answers at once: nothing heavy is imported before it is needed."""

import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pytest

from learner import cli
from learner.live.journal import open_journal

PARITY = str(Path(sys.executable).with_name("parity"))
HEAVY = {"torch", "pandas", "sklearn", "transformers", "argilla"}


def imported(*arguments: str, cwd: Path) -> set[str]:
    script = (
        "import sys; from learner import cli\n"
        f"sys.argv = ['parity', *{list(arguments)!r}]\n"
        "try:\n    cli.main()\nexcept SystemExit:\n    pass\n"
        "print('\\n' + ' '.join(sys.modules))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script], cwd=cwd, capture_output=True, text=True, check=True
    )
    return set(shown.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    "arguments", [("--help",), ("predict", "--help"), ("status", "--home", "home")]
)
def test_help_and_status_answer_in_under_a_second(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    open_journal(tmp_path / "home").write_settings(
        {"data": "file.csv", "until": "parity", "margin": 0.005}
    )
    assert not HEAVY & imported(*arguments, cwd=tmp_path)
    seconds = []
    for _ in range(5):
        began = time.monotonic()
        subprocess.run([PARITY, *arguments], cwd=tmp_path, check=True, capture_output=True)
        seconds.append(time.monotonic() - began)
    assert min(seconds) < 1


def test_the_help_names_every_command() -> None:
    shown = subprocess.run([PARITY, "--help"], capture_output=True, text=True, check=True).stdout
    assert all(
        f" {command} " in shown for command in ("up", "status", "simulate", "compare", "predict")
    )


def test_the_version_is_the_packages() -> None:
    shown = subprocess.run([PARITY, "--version"], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == version("parity")


@pytest.mark.filterwarnings("ignore:Cyclopts application invoked")  # it is what is tested
def test_a_home_folder_of_another_user_is_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def deny(home: Path) -> None:  # root is denied nothing, so that no real folder does
        raise PermissionError(13, "Permission denied", str(home / "journal.sqlite"))

    monkeypatch.setattr("learner.live.status.read_status", deny)
    monkeypatch.setattr(sys, "argv", ["parity", "status", "--home", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert said.count("\n") == 1
    assert str(tmp_path / "journal.sqlite") in said
    assert "give the command as the user whom the campaign's home folder belongs to" in said


def test_a_reader_of_the_status_may_leave_early(tmp_path: Path) -> None:
    open_journal(tmp_path / "home").write_settings(
        {"data": "file.csv", "until": "parity", "margin": 0.005}
    )
    shown = subprocess.run(
        ["sh", "-c", f"{PARITY} status --home home | true"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stderr == ""
