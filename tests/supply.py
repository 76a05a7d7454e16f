"""What the portal is made of: licences of its packages, known weaknesses, the list of parts.

python -m tests.supply licences | audit | sbom FILE
"""

import re
import subprocess
import sys
import tomllib
from email.message import Message
from importlib.metadata import distribution
from pathlib import Path
from typing import cast

ROOT = Path(__file__).resolve().parents[1]
LOCKS = {name: ROOT / "requirements" / f"{name}.lock" for name in ("base", "dev")}
LOCKED = re.compile(r"^([A-Za-z0-9_.-]+)==", re.MULTILINE)
CLASSIFIER = "License :: OSI Approved :: "


def locked(lock: str) -> list[str]:
    """Return the names of the packages in a lock file."""
    return LOCKED.findall(LOCKS[lock].read_text(encoding="utf-8"))


def licence_of(metadata: Message) -> str:
    """Return what a package says of its licence: the SPDX expression, else its classifiers, else the first line."""
    classified = [
        text.removeprefix(CLASSIFIER) for text in metadata.get_all("Classifier") or () if text.startswith(CLASSIFIER)
    ]
    written = metadata.get("License") or ""
    return metadata.get("License-Expression") or " / ".join(classified) or written.strip().split("\n")[0] or "unknown"


def is_allowed(licence: str, allowed: list[str]) -> bool:
    """Say whether a licence is one of those allowed: of several to choose from one is enough."""
    return any(all(part in allowed for part in choice.split(" AND ")) for choice in re.split(r" OR | / ", licence))


def licences() -> list[str]:
    """Return a line for each locked package of production whose licence is not on the list in pyproject.toml."""
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["portal"]["licences"]
    found = {name: licence_of(cast("Message", distribution(name).metadata)) for name in locked("base")}
    return [
        f"{name}: {licence}"
        for name, licence in found.items()
        if not is_allowed(licence, rules["allowed"]) and name not in rules["exceptions"]
    ]


def audit() -> int:
    """Ask for known weaknesses of all locked packages; what could not be asked is a failure, and says so."""
    call = [sys.executable, "-m", "pip_audit", "--disable-pip", "--strict", "--progress-spinner", "off"]
    done = subprocess.run([*call, "--requirement", LOCKS["dev"]], capture_output=True, text=True, check=False)
    sys.stdout.write(done.stdout)
    sys.stderr.write(done.stderr[-2000:])
    if done.returncode and "Found" not in done.stderr:
        sys.stderr.write(
            "\nNOT AUDITED: the database of weaknesses could not be asked from here (see above). This says nothing"
            "\nabout the packages. Run `make audit` where the network reaches it; the CI workflow does.\n"
        )
    return done.returncode


def sbom(target: Path) -> int:
    """Write the packages of production as CycloneDX."""
    target.parent.mkdir(parents=True, exist_ok=True)
    call = ["cyclonedx_py", "requirements", str(LOCKS["base"]), "--output-reproducible", "--output-file", str(target)]
    return subprocess.run([sys.executable, "-m", *call], check=False).returncode


def main(act: str, *arguments: str) -> int:
    """Do one of the three."""
    if act == "licences":
        problems = licences()
        sys.stdout.write("".join(f"Licence not on the list: {line}\n" for line in problems))
        return bool(problems)
    return audit() if act == "audit" else sbom(Path(*arguments))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
