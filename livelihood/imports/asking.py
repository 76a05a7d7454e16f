"""What is, or was, asked about the rows of a file, one by one and all alike; what is said before they are written."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.imports.content import KeptLine, bring_back
from livelihood.imports.models import Import
from livelihood.imports.rules import handler_of
from livelihood.imports.selectors import all_lines, labels_of
from livelihood.imports.states import AGAIN, TO_WRITE, ImportSection
from livelihood.kernel.errors import Text
from livelihood.kernel.messages import DIFFERS, Frozen, freeze, in_common, thaw

MOST_RANGES = 20
"""Ranges of rows, or names, that are listed; of more the first."""


ASKED = (ImportSection.ANSWERED, ImportSection.DOUBT)
"""Sections in which something may be answered, what is still asked last."""
AGAIN_LABEL = _("Not answered: ask again")


def answers_to(line: KeptLine) -> Iterator[tuple[str, Frozen, Mapping[str, Frozen], str]]:
    """Yield what may be answered about a line: code, what is asked, answers, and the one that was given or ""."""
    given = {code: answer for code, answer, *_told in line.given}
    for code, _column, problem, answers in line.questions:
        again = {AGAIN: freeze(AGAIN_LABEL)} if code in given else {}
        yield code, problem, {**answers, **again}, given.get(code, "")


def questions_of(batch: Import, sections: Iterable[str] = ASKED) -> dict[tuple[int, str], set[str]]:
    """Return what is, or was, asked about a file: row and code → the answers that may be given."""
    return {
        (line.row, code): set(answers)
        for section in sections
        for line in all_lines(batch, [section])
        for code, _problem, answers, _given in answers_to(line)
    }


def with_those_sent(batch: Import, lines: Sequence[KeptLine], sent: Collection[str]) -> list[KeptLine]:
    """Return lines, and those beside of which an answer was sent: a page of before asks what was answered since.

    sent: row and code of each, as `about` writes them.
    """
    known = {about(line.row, code) for line in lines for code, *_asked in line.questions}
    if not (missing := set(sent) - known):
        return list(lines)
    others = (line for section in ASKED for line in all_lines(batch, [section]))
    return [*lines, *(one for one in others if any(about(one.row, code) in missing for code, *_asked in one.questions))]


def about(row: int, code: str) -> str:
    """Return what names a question in a form."""
    return f"{row}_{code}"


def who_answered(lines: Iterable[KeptLine]) -> dict[int, str]:
    """Return the names of those who have answered what was asked of lines, by key."""
    keys = {by for line in lines for _code, _answer, _asked, _words, by, _at in line.given}
    return dict(User.objects.filter(pk__in=keys).values_list("pk", "name")) if keys else {}


def places_of_answers(batch: Import, lines: Iterable[KeptLine]) -> dict[int, int]:
    """Return on which page of what was answered some rows stand, of those of which something was."""
    rows = {line.row for line in lines if line.given}
    if not rows:
        return {}
    pages = batch.pages.filter(section=ImportSection.ANSWERED, rows__overlap=list(rows)).only("number", "rows")
    return {row: page.number for page in pages for row in rows.intersection(page.rows)}


class AskedAlike(NamedTuple):
    """What is asked of several rows in the same words. answers: value → label, with the rows that it would answer."""

    code: str
    asked: Text
    answers: Mapping[str, Text]


def asked_alike(batch: Import, section: str = ImportSection.DOUBT) -> list[AskedAlike]:
    """Return what is asked of several rows, in words that fit all, and what may be answered to more than one.

    section: DOUBT, or ANSWERED for what was asked.
    """
    problems: dict[str, list[Frozen]] = defaultdict(list)
    answered: dict[str, dict[str, list[tuple[int, Frozen]]]] = defaultdict(lambda: defaultdict(list))
    for line in all_lines(batch, [section]):
        for code, problem, labels, _given in answers_to(line):
            problems[code].append(problem)
            for value, label in labels.items():
                answered[code][value].append((line.row, label))
    found = (AskedAlike(code, thaw(in_common(several)), _answers(answered[code])) for code, several in problems.items())
    return [alike for alike in found if alike.answers]


def _answers(answered: Mapping[str, list[tuple[int, Frozen]]]) -> dict[str, Text]:
    text = _("{answer} (rows {rows})")
    return {
        value: format_lazy(
            text, answer=thaw(in_common(label for _row, label in given)), rows=row_ranges(row for row, _label in given)
        )
        for value, given in answered.items()
        if len(given) > 1
    }


def row_ranges(rows: Iterable[int]) -> str:
    """Return numbers of rows as people write them, `2–5、9`; of very many the first."""
    ranges: list[list[int]] = []
    for row in sorted(rows):
        if ranges and row == ranges[-1][1] + 1:
            ranges[-1][1] = row
        else:
            ranges.append([row, row])
    return _listed([str(first) if first == last else f"{first}–{last}" for first, last in ranges])


def _listed(texts: Sequence[str]) -> str:
    """Return texts in a line; of very many the first."""
    return gettext(", ").join([*texts[:MOST_RANGES], *([DIFFERS] if len(texts) > MOST_RANGES else [])])


def weighty_rows(batch: Import) -> list[Text]:
    """Return what rows give that nobody should give unawares: each value, how many rows give it, and their names."""
    weighty, found = handler_of(batch).weighty, defaultdict[tuple[str, str], list[str]](list)
    if not weighty:
        return []
    for line in all_lines(batch, TO_WRITE):
        given = line.values if line.subject is None else {column: new for column, _old, new in line.changes}
        for column, values in weighty.items():
            if (kept := given.get(column)) and bring_back(kept) in values:
                found[column, bring_back(kept)].append(line.name)
    kind, text = handler_of(batch).kind, _("{column} {value}: {count} ({names})")
    return [
        format_lazy(
            text,
            column=kind.by_name[column].heading,
            value=labels_of(kind, column)[value],
            count=len(names),
            names=_listed(names),
        )
        for (column, value), names in sorted(found.items())
    ]
