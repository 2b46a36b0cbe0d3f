"""Write what the lock files pin as CycloneDX 1.6: `scripts/sbom [FILE]`."""

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("learner.lock", "server.lock")
_PIN = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?==(?P<version>[^\s;]+)(?: ; (?P<when>.+))?"
)


def bill_of_materials(folder: Path = ROOT) -> dict[str, Any]:
    """Every package and version that a lock file in `folder` names, once, by name.

    Each says in which lock files it stands, and under which condition where there is one.
    """
    found: dict[str, dict[str, Any]] = {}
    for lock in LOCKS:
        for line in (folder / lock).read_text("utf-8").splitlines():
            pin = _PIN.fullmatch(line.strip())
            if pin is None:
                raise ValueError(f"{lock}: {line!r} pins nothing")
            name = re.sub(r"[-_.]+", "-", pin["name"]).lower()
            purl = f"pkg:pypi/{name}@{quote(pin['version'], safe='.!')}"
            component = found.setdefault(
                purl,
                {
                    "type": "library",
                    "bom-ref": purl,
                    "name": name,
                    "version": pin["version"],
                    "purl": purl,
                    "properties": [],
                },
            )
            said = lock if pin["when"] is None else f"{lock}: {pin['when']}"
            component["properties"].append({"name": "parity:lock", "value": said})
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "parity", "name": "parity"}},
        "components": [found[purl] for purl in sorted(found)],
    }


def main(arguments: Sequence[str]) -> None:
    """Write to the file named, or to standard output."""
    text = json.dumps(bill_of_materials(), indent=2) + "\n"
    if arguments:
        Path(arguments[0]).write_text(text, "utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
