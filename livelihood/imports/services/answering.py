"""What a file leaves open is answered, and answered otherwise as long as nothing of it is written."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livelihood.accounts.models import User
from livelihood.imports import asking, rules, selectors
from livelihood.imports.content import Given, KeptLine, Question
from livelihood.imports.models import Import
from livelihood.imports.services.locking import lock_import, reopen
from livelihood.imports.services.pages import keep_lines
from livelihood.imports.states import AGAIN, IMPORT_MOVES, ImportSection
from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.messages import Frozen, freeze, thaw
from livelihood.kernel.moves import check_move
from livelihood.kernel.sheets.handling import SAID, SAID_LENGTH, in_words
from livelihood.kernel.text import clean_text
from livelihood.kernel.verdict import require

Answers = Mapping[int, Mapping[str, str]]
"""Row → code of a question → answer."""


@transaction.atomic
def answer_import(*, batch: Import, answers: Answers, by: User, at: datetime) -> Import:
    """Answer questions about rows, and those that were answered before otherwise, or not any more (AGAIN).

    Other answers given before stay.

    :raises NotAllowed: by rule.
    :raises IllegalMove: it is not previewed.
    :raises InvalidInput: nobody asked that, it is no answer to it, or the words of one are too few or too many.
    """
    batch = lock_import(batch, waits=False)
    require(rules.may_decide_import(by, batch, at))
    check_move(IMPORT_MOVES, batch.state, "answer")
    asked = asking.questions_of(batch)
    given = {
        row: {code: _checked(answer, asked.get((row, code), ())) for code, answer in each.items()}
        for row, each in answers.items()
    }
    for row, each in given.items():
        kept = {**batch.answers.get(str(row), {}), **each}
        batch.answers[str(row)] = {code: answer for code, answer in kept.items() if answer != AGAIN}
    lines = list(_answered(batch, given, by, at))
    batch.pages.filter(section=ImportSection.ANSWERED).delete()
    keep_lines(batch, ImportSection.ANSWERED, lines)
    reopen(batch, "answer")
    return batch


def _answered(batch: Import, answers: Answers, by: User, at: datetime) -> Iterator[KeptLine]:
    """Yield the rows of which something is answered now, with what was asked and what was said, row by row."""
    lines: dict[int, KeptLine] = {}
    kept: dict[int, dict[str, tuple[Question, Given]]] = defaultdict(dict)
    for section in (ImportSection.ANSWERED, ImportSection.DOUBT):
        for line in selectors.all_lines(batch, [section]):
            lines[line.row], before = line, {one[0]: one for one in line.given}
            for question in line.questions:
                code, _column, problem, labels = question
                answer = answers.get(line.row, {}).get(code)
                if answer and answer != AGAIN:
                    told = code, answer, problem, _in_words(answer, labels), by.pk, at.isoformat()
                    kept[line.row][code] = question, told
                elif not answer and code in before:
                    kept[line.row][code] = question, before[code]
    for row, answered in sorted(kept.items()):
        questions, given = zip(*answered.values(), strict=True)
        yield lines[row]._replace(questions=questions, given=given)


def _in_words(answer: str, labels: Mapping[str, Frozen]) -> Frozen:
    value, _colon, text = answer.partition(":")
    if value == SAID and SAID in labels:
        return freeze(format_lazy("{}{} {}", thaw(labels[SAID]), pgettext_lazy("before a name", ":"), text))
    return labels[answer]


def _checked(answer: str, offered: Collection[str]) -> str:
    """Return an answer as it is kept; one in words is cleaned."""
    value, _colon, text = answer.partition(":")
    if value == SAID and SAID in offered:
        least, most = SAID_LENGTH
        return in_words(clean_text(text, min_length=least, max_length=most, multiline=False))
    if answer not in offered:
        raise InvalidInput(_("Choose one of the answers that are offered."))
    return answer
