"""docs/security/asvs.md, written from the table beside it: each control of OWASP ASVS 5.0, levels 1 and 2.

python -m tests.asvs      writes the page anew
"""

import csv
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "security"
STATES = {
    "test": "a test shows it",
    "file": "a file shows it",
    "operator": "whoever runs it sees to it",
    "open": "**not met yet**",
    "n/a": "there is no such thing here",
}
CHAPTERS = {
    1: "Encoding", 2: "Validation and business logic", 3: "Web frontend", 4: "API", 5: "Files", 6: "Authentication",
    7: "Sessions", 8: "Authorization", 9: "Self-contained tokens", 10: "OAuth and OIDC", 11: "Cryptography",
    12: "Communication", 13: "Configuration", 14: "Data protection", 15: "Coding and architecture",
    16: "Logging and errors", 17: "WebRTC",
}  # fmt: skip
HEAD = """# OWASP ASVS 5.0, levels 1 and 2

Every control by its number in the standard, in our words, and what shows that it is met. Written by
`python -m tests.asvs` from `asvs.csv` beside it; tests/house/test_asvs.py fails when a test or file that is named is
gone, and when a control is missing. It is our own assessment: nobody outside has looked at it.

"""


@dataclass(frozen=True, slots=True)
class Control:
    """A line of the table. where: files, tests as `file::name`."""

    number: str
    level: str
    state: str
    control: str
    where: str
    how: str

    @property
    def chapter(self) -> int:
        return int(self.number.partition(".")[0])


def controls() -> list[Control]:
    """Return the table."""
    with (FOLDER / "asvs.csv").open(encoding="utf-8", newline="") as file:
        return [Control(**row) for row in csv.DictReader(file, delimiter="|")]


def page() -> str:
    """Return the page."""
    found = controls()
    counts = {state: sum(one.state == state for one in found) for state in STATES}
    lines = [f"{len(found)} controls: {', '.join(f'{counts[state]} × {says}' for state, says in STATES.items())}.", ""]
    for chapter, title in CHAPTERS.items():
        lines += [f"## V{chapter} {title}", "", "| | level | control | met | by |", "|---|---|---|---|---|"]
        for one in (one for one in found if one.chapter == chapter):
            by = ", ".join(f"`{place}`" for place in one.where.split())
            says = "; ".join(part for part in (one.how, by) if part)
            lines.append(f"| {one.number} | {one.level} | {one.control} | {STATES[one.state]} | {says} |")
        lines.append("")
    return HEAD + "\n".join(lines)


if __name__ == "__main__":
    (FOLDER / "asvs.md").write_text(page(), encoding="utf-8")
