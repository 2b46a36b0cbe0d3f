"""The bill of materials names every package that is installed, with its version, once."""

import json
import subprocess
from pathlib import Path

import pytest

from scripts.bill_of_materials import LOCKS, ROOT, bill_of_materials


def test_every_pin_of_both_lock_files_is_in_it() -> None:
    components = bill_of_materials()["components"]
    said = [each["value"].split(":")[0] for one in components for each in one["properties"]]

    for lock in LOCKS:
        assert said.count(lock) == len((ROOT / lock).read_text().splitlines()) > 50
    references = [one["bom-ref"] for one in components]
    assert len(set(references)) == len(references)
    assert all(one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}" for one in components)


def test_a_package_with_two_versions_and_conditions_is_there_twice(tmp_path: Path) -> None:
    (tmp_path / "learner.lock").write_text("NumPy==2.0 ; python_version < '3.12'\nnumpy==2.1\n")
    (tmp_path / "server.lock").write_text("numpy==2.1\nuvicorn[standard]==0.3\n")

    found = {
        one["purl"]: [each["value"] for each in one["properties"]]
        for one in bill_of_materials(tmp_path)["components"]
    }

    assert found == {
        "pkg:pypi/numpy@2.0": ["learner.lock: python_version < '3.12'"],
        "pkg:pypi/numpy@2.1": ["learner.lock", "server.lock"],
        "pkg:pypi/uvicorn@0.3": ["server.lock"],
    }


def test_what_pins_nothing_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "learner.lock").write_text("numpy>=2\n")

    with pytest.raises(ValueError, match=r"learner\.lock: 'numpy>=2' pins nothing"):
        bill_of_materials(tmp_path)


def test_the_script_writes_it_to_a_file(tmp_path: Path) -> None:
    subprocess.run([ROOT / "scripts" / "sbom", tmp_path / "sbom.json"], check=True)

    written = json.loads((tmp_path / "sbom.json").read_text())
    assert written == bill_of_materials()
    assert (written["bomFormat"], written["specVersion"]) == ("CycloneDX", "1.6")
