"""The server's lock file keeps to what goes before argilla-server's own requirements."""

import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent


def requirements(file: str) -> list[Requirement]:
    lines = [line.split("#")[0].strip() for line in (ROOT / file).read_text().splitlines()]
    return [Requirement(line) for line in lines if line]


def pinned() -> dict[str, str]:
    return {
        each.name: next(iter(each.specifier)).version
        for each in requirements("server.lock")
        if each.marker is None or each.marker.evaluate()
    }


def test_the_server_has_what_goes_before_others_requirements() -> None:
    pins, overrides = pinned(), requirements("server.overrides")

    assert overrides
    for override in overrides:
        assert override.specifier.contains(pins[override.name]), override


def test_what_is_excluded_is_not_installed() -> None:
    excluded = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]

    assert excluded["exclude-dependencies"]
    assert not set(excluded["exclude-dependencies"]) & set(pinned())
