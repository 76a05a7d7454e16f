"""Reads, writes and checks elections in Pabulib's `.pb` format. No Django.

Three sections, each a title line, a line of column names and rows; fields are separated by semicolons and quoted as in
CSV. Source: pabulib.org/format.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from livelihood.kernel.files import readings

META, PROJECTS, VOTES = SECTIONS = ("META", "PROJECTS", "VOTES")
REQUIRED_META = (
    "description", "country", "unit", "instance", "num_projects", "num_votes", "budget", "vote_type", "rule",
    "date_begin", "date_end",
)  # fmt: skip
REQUIRED_COLUMNS = {META: ["key", "value"], PROJECTS: ["project_id", "cost"], VOTES: ["voter_id", "vote"]}
VOTE_TYPES = ("approval", "choose-1", "ordinal", "cumulative", "scoring")
APPROVAL_TYPES = ("approval", "choose-1")
WHOLE, NUMBER, DATE = r"\d+", r"\d+(\.\d+)?", r"(\d\d\.\d\d\.)?\d{4}"
META_FORMS = {
    "num_projects": WHOLE, "num_votes": WHOLE, "budget": NUMBER, "vote_type": "|".join(VOTE_TYPES),
    "date_begin": DATE, "date_end": DATE, "min_length": WHOLE, "max_length": WHOLE, "min_sum_cost": NUMBER,
    "max_sum_cost": NUMBER, "min_project_score_threshold": WHOLE, "language": "[a-z]{2}", "currency": "[A-Z]{3}",
    "fully_funded": "1", "experimental": "1", "comment": r"(?s)#1: .+",
}  # fmt: skip
PROJECT_FORMS = {"cost": NUMBER, "votes": WHOLE, "score": WHOLE, "selected": "[0-3]"}

LONGEST_FIELD = 10_000_000
"""Characters; a ballot may name thousands of projects."""

Row = dict[str, str]


class UnreadableElection(ValueError):
    """The text does not have the shape of the format."""


@dataclass(frozen=True, slots=True)
class Election:
    """One file. meta: value by key. projects, votes: rows by column name; a section's rows have the same columns."""

    meta: Row
    projects: list[Row]
    votes: list[Row]

    @property
    def project_ids(self) -> list[str]:
        """The projects' ids, in the order of the file."""
        return [project["project_id"] for project in self.projects]


def approved(vote: Row) -> list[str]:
    """Return the project ids a ballot of an approval election names, as often as it names them."""
    return [name for part in vote["vote"].split(",") if (name := part.strip())]


def repeats(vote: Row) -> bool:
    """Say whether a ballot names a project more than once."""
    named = approved(vote)
    return len(set(named)) < len(named)


def decode(data: bytes) -> str:
    """Return the text of a file, in one of the encodings that spreadsheets here write.

    :raises UnreadableElection: no text.
    """
    for _encoding, text in readings(data):
        return text
    raise UnreadableElection("The file is no text in UTF-8 or GB18030.")


def read(text: str) -> Election:
    """Read an election.

    :raises UnreadableElection: a section is missing or twice, or a row does not fit the columns.
    """
    usual = csv.field_size_limit(LONGEST_FIELD)
    try:
        tables = dict(_tables(text.removeprefix("\ufeff")))
    except csv.Error as error:
        raise UnreadableElection(str(error)) from error
    finally:
        csv.field_size_limit(usual)
    for section in SECTIONS:
        if section not in tables:
            raise UnreadableElection(f"The section {section} is missing.")
    keys = [row["key"] for row in tables[META]]
    if len(set(keys)) < len(keys):
        raise UnreadableElection("META has a key twice.")
    return Election({row["key"]: row["value"] for row in tables[META]}, tables[PROJECTS], tables[VOTES])


def write(election: Election) -> str:
    """Write an election; `read` gives the same back, but for blanks around fields."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerows([[META], REQUIRED_COLUMNS[META], *election.meta.items()])
    for section, rows in ((PROJECTS, election.projects), (VOTES, election.votes)):
        columns = list(rows[0]) if rows else REQUIRED_COLUMNS[section]
        writer.writerows([[section], columns, *(row.values() for row in rows)])
    return out.getvalue()


def problems(election: Election) -> list[str]:
    """Say where an election breaks the format or does not agree with itself; an empty list: nowhere."""
    return [*_problems_of_meta(election), *_problems_of_projects(election), *_problems_of_votes(election)]


def _tables(text: str) -> Iterator[tuple[str, list[Row]]]:
    """Return each section with its rows by column name.

    What a spreadsheet makes of a file does no harm: lines of blanks or delimiters alone, and empty fields at the end.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    seen: set[str] = set()
    columns: list[str] = []
    rows: list[Row] = []
    lines = (fields for raw in reader if any(fields := [cell.strip() for cell in raw]))
    for fields in lines:
        title = _filled(fields)
        if title in ([META], [PROJECTS], [VOTES]):
            if title[0] in seen:
                raise UnreadableElection(f"Line {reader.line_num}: the section {title[0]} begins a second time.")
            seen.add(title[0])
            columns, rows = _columns(title[0], next(lines, [])), []
            yield title[0], rows
        elif len(fields) < len(columns) or any(fields[len(columns) :]):
            raise UnreadableElection(f"Line {reader.line_num}: {len(fields)} fields for {len(columns)} columns.")
        else:
            rows.append(dict(zip(columns, fields, strict=False)))


def _filled(fields: list[str]) -> list[str]:
    """Return the fields of a line up to the last that is not empty."""
    return fields[: max((place for place, field in enumerate(fields, start=1) if field), default=0)]


def _columns(section: str, row: list[str]) -> list[str]:
    columns = _filled(row)
    required = REQUIRED_COLUMNS[section]
    if columns[:1] != required[:1] or not set(required).issubset(columns) or len(set(columns)) < len(columns):
        raise UnreadableElection(
            f"{section} needs a line of column names, all different, {required[0]} first, with {', '.join(required)}."
        )
    return columns


def _problems_of_meta(election: Election) -> Iterator[str]:
    meta = election.meta
    missing = [name for name in REQUIRED_META if not meta.get(name)]
    if missing:
        yield f"META lacks {', '.join(missing)}."
    yield from _wrong_forms("META", meta, META_FORMS)
    for name, number in (("num_projects", len(election.projects)), ("num_votes", len(election.votes))):
        if meta.get(name, "") != str(number):
            yield f"META says {name} {meta.get(name)}; the file has {number}."


def _problems_of_projects(election: Election) -> Iterator[str]:
    yield from _doubles(PROJECTS, election.project_ids)
    for project in election.projects:
        yield from _wrong_forms(f"Project {project['project_id']}", project, PROJECT_FORMS)
    if election.meta.get("vote_type") in APPROVAL_TYPES:
        named = Counter(name for vote in election.votes for name in set(approved(vote)))
        for project in election.projects:
            name, count = project["project_id"], named.pop(project["project_id"], 0)
            if project.get("votes", str(count)) != str(count):
                yield f"Project {name}: the file says {project['votes']} votes, its ballots give {count}."
        for name in sorted(named):
            yield f"Ballots name the project {name}, which is not in the file."


def _problems_of_votes(election: Election) -> Iterator[str]:
    yield from _doubles(VOTES, [vote["voter_id"] for vote in election.votes])
    least, most = election.meta.get("min_length", "1"), election.meta.get("max_length", "")
    bounds = re.compile(r"\d{1,9}")
    for vote in election.votes:
        if repeats(vote):
            yield f"Ballot {vote['voter_id']} names a project more than once."
        length = len(set(approved(vote)))
        if (bounds.fullmatch(least) and length < int(least)) or (bounds.fullmatch(most) and length > int(most)):
            yield f"Ballot {vote['voter_id']} names {length} projects, out of bounds."


def _doubles(section: str, ids: list[str]) -> Iterator[str]:
    for name, times in Counter(ids).items():
        if times > 1 or not name or (section == PROJECTS and "," in name):
            yield f"{section} has an id that is empty, has a comma or is not unique: {name}"


def _wrong_forms(place: str, row: Row, forms: dict[str, str]) -> Iterator[str]:
    for name, form in forms.items():
        if row.get(name) and not re.fullmatch(form, row[name]):
            yield f"{place}: {name} may not be {row[name][:40]}"
