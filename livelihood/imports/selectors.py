"""Reading imports: their lists, their lines, what is remembered, what may be brought, and what can be taken back."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import User
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import Phase
from livelihood.imports import rules, tasks
from livelihood.imports.content import KeptLine, bring_back, unpack
from livelihood.imports.models import Import, ImportPage, MarkedWorkbook
from livelihood.imports.states import OPEN, TO_DECIDE, TO_WRITE, UNDECIDED, ImportSection, ImportState
from livelihood.jobs.models import UNFINISHED, Job
from livelihood.kernel.errors import Text
from livelihood.kernel.messages import freeze, thaw
from livelihood.kernel.personal import kinds as personal_kinds
from livelihood.kernel.sheets.cells import Choice
from livelihood.kernel.sheets.declaration import Kind
from livelihood.kernel.sheets.handling import Change, Frame, Handler, Written, brought, handlers
from livelihood.kernel.sheets.resolving import Problem
from livelihood.privacy import selectors as privacy
from livelihood.web.work import WorkItem

KEPT_FOR = timedelta(days=1)
"""How long a marked workbook is kept, from when it was asked for."""

REMEMBERED = 20
"""So many imports of one office and kind are looked through for what headings mean."""

COUNTED_AT_ONCE = 5_000
"""Rows of which a page counts how many can be taken back; of more it says how many at most."""

MOST_WHYS = 20
"""Reasons that are listed; further ones are counted together."""


WAITING = Q(state=ImportState.RECEIVED) | Q(state=ImportState.PREVIEWED) & reduce(
    or_, (Q(**{f"counts__{section}__gt": 0}) for section in TO_DECIDE)
)
"""What somebody has to decide: a file of which nothing is to be written is done (`Import.has_nothing_to_write`)."""


class Remembered(NamedTuple):
    """How an office's sheets were read before. source: key of the import of which it was said."""

    mapping: Mapping[str, str]
    meanings: Mapping[str, Mapping[str, str]]
    datum: str
    source: int | None


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind of sheet that somebody may bring somewhere. value: as a form sends it."""

    handler: Handler
    target: str
    label: Text

    @property
    def value(self) -> str:
        """What a form sends."""
        return f"{self.handler.kind.name}:{self.target}"


def offers(user: User, area: Area, cycle: Cycle | None, at: datetime) -> Iterator[Offer]:
    """Yield what somebody may bring for an area or, with a year, for the year."""
    for handler in brought(user, area, cycle, at):
        targets = handler.targets(Frame(area, cycle, user, at))
        if targets is None:
            yield Offer(handler, "", handler.kind.label)
        for value, label in targets or ():
            yield Offer(handler, value, label)


def imports_of(area: Area, cycle: Cycle | None) -> QuerySet[Import]:
    """Return the imports of a year, or those of an area that hang on no year, without their files, newest first."""
    rows = Import.objects.filter(area=area, cycle=cycle).select_related("received_by", "area", "cycle__area")
    return rows.defer("content", "prepared").order_by("-pk")


def find_import(pk: int) -> Import | None:
    """Return an import; its file and what is prepared of it are read when they are needed."""
    people = ("received_by", "decided_by", "taken_back_by")
    others = ("replaced_by", "remembered_from")
    rows = Import.objects.select_related("area", "cycle__area", *others, *people)
    files = (f"{of}{name}" for of in ("", *(f"{one}__" for one in others)) for name in ("content", "prepared"))
    rows = rows.defer(*files)
    return rows.filter(pk=pk).first()


def has_file(batch: Import) -> bool:
    """Say whether the file of an import is kept, without reading it."""
    return Import.objects.filter(pk=batch.pk, content__isnull=False).exists()


def frame_of(batch: Import, by: User, at: datetime) -> Frame:
    """Return where, when and by whom an import is done."""
    answers = {int(row): given for row, given in batch.answers.items()}
    return Frame(batch.area, batch.cycle, by, at, batch.target, answers)


class Destination(NamedTuple):
    """Into what a file is written. what: the kind, or what was chosen with it, such as the roll of a round."""

    what: Text
    area: str
    year: int | None


def destination(batch: Import, frame: Frame) -> Destination:
    """Return into what a file is written."""
    handler = rules.handler_of(batch)
    what = handler.said_target(frame) or handler.kind.label
    return Destination(what, batch.area.name, batch.cycle.year if batch.cycle else None)


def job_key(task: str, batch: Import) -> str:
    """Return what makes the work on an import one job."""
    return f"{task}:{batch.pk}:{batch.version}"


def key_of_taking_back(batch: Import) -> str:
    """Return what makes the taking back of an import one job, until it ends; then the rest may be asked for again."""
    ended = jobs_of_taking_back(batch).exclude(state__in=UNFINISHED).count()
    return f"{job_key(tasks.TAKE_BACK, batch)}:{ended}"


def jobs_of_taking_back(batch: Import) -> QuerySet[Job]:
    """Return the jobs that were to take an import back, found by their keys."""
    return Job.objects.filter(key__startswith=f"{job_key(tasks.TAKE_BACK, batch)}:")


def marked_workbooks(batch: Import, language: str) -> QuerySet[MarkedWorkbook]:
    """Return the marked workbook of an import as it stands now, if it was ever asked for, without its content."""
    rows = MarkedWorkbook.objects.filter(of=batch, version=batch.version, language=language)
    return rows.select_related("job").defer("content")


def kept_workbooks(at: datetime) -> QuerySet[MarkedWorkbook]:
    """Return the marked workbooks that are written and still given."""
    return MarkedWorkbook.objects.filter(content__isnull=False, requested_at__gt=at - KEPT_FOR)


def organisation_in(user: User, area: Area, at: datetime) -> int | None:
    """Return the organisation that somebody acts for in an area, None where there is none or more than one."""
    held = {m.organisation_id for m in accounts.held_mandates(user, at) if m.area_id == area.pk and m.organisation_id}
    return held.pop() if len(held) == 1 else None


def remembered(kind: str, area: Area, organisation: int | None) -> Remembered:
    """Return what an organisation has decided its headings and words to mean, the latest decision first.

    Not from files that could not be read so, or that were dropped: a slip would spoil every file that follows. What
    words mean is as the latest import has it: there they may have been forgotten.
    """
    read = Import.objects.filter(problem="").exclude(reading={}).exclude(state=ImportState.DROPPED)
    rows = read.filter(kind=kind, area=area, organisation=organisation).order_by("-pk")
    rows = rows.annotate(source=Coalesce("remembered_from", "pk"))
    mapping: dict[str, str] = {}
    datum, sources = "", []
    for known, on, source in rows.exclude(mapping={}, datum="").values_list("mapping", "datum", "source")[:REMEMBERED]:
        mapping = {**known, **mapping}
        datum = datum or on
        sources.append(source)
    meanings, source = rows.values_list("meanings", "source").first() or ({}, None)
    sources += [source] if meanings else []
    return Remembered(mapping, meanings, datum, sources[0] if sources else None)


def remembered_from(batch: Import) -> Import | None:
    """Return the import of which was said how this one is read, as far as anything of that is in this one."""
    headings = {text for _place, text, _name in batch.reading.get("headings", ())}
    is_used = batch.problem or batch.meanings or batch.datum or not headings.isdisjoint(batch.mapping)
    return batch.remembered_from if is_used else None


def lines_of(batch: Import, section: str, number: int) -> tuple[list[KeptLine], ImportPage | None]:
    """Return the lines on one page of a section, and the page."""
    page = batch.pages.filter(section=section, number=number).first()
    return (unpack(page.lines), page) if page else ([], None)


def all_lines(batch: Import, sections: Iterable[str]) -> Iterator[KeptLine]:
    """Yield every line of some sections, in their order."""
    for page in batch.pages.filter(section__in=sections).order_by("section", "number"):
        yield from unpack(page.lines)


def replaced_by(batch: Import) -> list[Import]:
    """Return the files that were set aside for one that is still to be decided."""
    if batch.state not in OPEN:
        return []
    return list(batch.replaces.only("file_name", "replaced_by").order_by("-pk"))


def expires_on(batch: Import, at: datetime) -> date | None:
    """Return the day on which a file is discarded that nobody decides."""
    if batch.state not in UNDECIDED:
        return None
    return privacy.over_on(personal_kinds()["waiting-imports"], batch.received_at, at)


class Unknown(NamedTuple):
    """What stands in rows in a column of few values, and is none of them.

    labels: of the values that it may mean.
    """

    column: str
    written: str
    rows: int
    labels: Mapping[str, Text]


def unknown_in(batch: Import) -> list[Unknown]:
    """Return what stands in columns of few values that nobody knows, the most frequent first."""
    kind = rules.handler_of(batch).kind
    return [
        Unknown(column, text, rows, labels_of(kind, column)) for column, text, rows in batch.reading.get("unknown", ())
    ]


def labels_of(kind: Kind, column: str) -> Mapping[str, Text]:
    """Return the values that may stand in a column, with their labels; none where it is no column of few values."""
    parse = kind.by_name[column].parse if column in kind.by_name else None
    return parse.labels if isinstance(parse, Choice) else {}


def standing(batch: Import) -> int:
    """Return how many rows of an import stand as it wrote them."""
    sections = [ImportSection.STAYED] if batch.state == ImportState.PARTLY else TO_WRITE
    return sum(batch.counts.get(section, 0) for section in sections)


def written_rows(batch: Import) -> list[Written]:
    """Return what an import wrote and was not taken back, in the order of its rows."""
    pages = batch.pages.filter(section__in=TO_WRITE).order_by("section", "number")
    rows = [
        _as_written(page.section == ImportSection.NEW, line, subject, kept)
        for page in pages
        for line, subject, kept in zip(unpack(page.lines), page.subjects, page.kept, strict=True)
    ]
    if batch.state == ImportState.PARTLY:
        stayed = _rows_that_stayed([batch])
        rows = [one for one in rows if (batch.pk, one.row) in stayed]
    return sorted(rows, key=lambda one: one.row)


def _as_written(is_new: bool, line: KeptLine, subject: int, kept: object) -> Written:
    if is_new:
        changes = [Change(column, None, bring_back(value)) for column, value in line.values.items()]
    else:
        changes = [Change(column, bring_back(old), bring_back(new)) for column, old, new in line.changes]
    return Written(line.row, line.name, subject, is_new, changes, kept)


def _rows_that_stayed(batches: Iterable[Import]) -> set[tuple[int, int]]:
    """Return import and number of each row that stayed when the rest was taken back."""
    pages = ImportPage.objects.filter(of__in=batches, section=ImportSection.STAYED)
    return {(of, row) for of, rows in pages.values_list("of", "rows") for row in rows}


class WayBack(NamedTuple):
    """What taking an import back would do now.

    rows: that stand as they were written. goes: how many of them can be taken back, None where they are too many to be
    counted for a page. whys: why the others stay, with their number.
    """

    rows: int
    goes: int | None
    whys: Sequence[Text]


def way_back(batch: Import, by: User, at: datetime) -> WayBack:
    """Return what taking an import back would do now, by the rule of its kind."""
    rows = standing(batch)
    if rows > COUNTED_AT_ONCE:
        return WayBack(rows, None, ())
    stays = rules.handler_of(batch).staying(frame_of(batch, by, at), written_rows(batch))
    return WayBack(rows, rows - len(stays), whys(stays.values()))


def whys(problems: Iterable[Problem]) -> list[Text]:
    """Return why rows stay, each reason once with the number of rows and what can be done, the most frequent first."""
    counted = Counter(json.dumps([freeze(one.problem), freeze(one.remedy)]) for one in problems)
    found = counted.most_common(MOST_WHYS)
    said = [_counted(count, format_lazy("{} {}", *map(thaw, json.loads(frozen)))) for frozen, count in found]
    if further := counted.total() - sum(count for _frozen, count in found):
        said.append(_counted(further, _("other reasons.")))
    return said


def _counted(count: int, why: Text) -> Text:
    return format_lazy(ngettext_lazy("{count} row: {why}", "{count} rows: {why}", count), count=count, why=why)


class Trace(NamedTuple):
    """What one import did to one object. is_gone: it was taken back."""

    batch: Import
    line: KeptLine
    is_new: bool
    is_gone: bool


def traces_of(subject: str, *pks: int) -> list[Trace]:
    """Return what imports wrote of objects, line by line, those of the newest import first.

    subject: label of their model, as its handler says.
    """
    kinds = [name for name, handler in handlers().items() if handler.subject == subject]
    pages = ImportPage.objects.filter(subjects__overlap=list(pks), of__kind__in=kinds)
    pages = pages.select_related("of__received_by", "of__decided_by", "of__cycle__area", "of__area")
    rows = pages.defer("of__content", "of__prepared").order_by("-of__decided_at", "-pk")
    found = [
        (page, line) for page in rows for line, pk in zip(unpack(page.lines), page.subjects, strict=True) if pk in pks
    ]
    partly = {page.of for page, _line in found if page.of.state == ImportState.PARTLY}
    stayed = _rows_that_stayed(partly) if partly else set()
    return [
        Trace(
            page.of,
            line,
            page.section == ImportSection.NEW,
            page.of.state == ImportState.TAKEN_BACK or (page.of in partly and (page.of_id, line.row) not in stayed),
        )
        for page, line in found
    ]


def imports_into(row: Model) -> QuerySet[Import]:
    """Return the imports that wrote an object."""
    kinds = [name for name, handler in handlers().items() if handler.subject == row._meta.label_lower]
    pages = ImportPage.objects.filter(subjects__contains=[row.pk], section__in=TO_WRITE, of__kind__in=kinds)
    return Import.objects.filter(pk__in=pages.values("of")).only("pk")


def unfinished_business(cycle: Cycle, _phase: Phase) -> list[Text]:
    """Return what must be done before a phase may end: imports are written or dropped."""
    count = Import.objects.filter(WAITING, cycle=cycle).count()
    text = ngettext_lazy(
        "%(count)d import is neither written nor dropped.",
        "%(count)d imports are neither written nor dropped.",
        "count",
    )
    return [text % {"count": count}] if count else []


def done_in(_cycle: Cycle, _phase: Phase) -> list[Text]:
    """Return what was done in a phase, so that it stands: what a sheet wrote, its own room says."""
    return []


def work_for(user: User, _at: datetime) -> list[WorkItem]:
    """Return what waits for a person: files that they brought and have to decide, and those that they take back."""
    going = Job.objects.filter(task=tasks.TAKE_BACK, state__in=UNFINISHED, requested_by=user)
    going_back = list(going.values_list("arguments__import_id", flat=True))
    rows = Import.objects.filter(WAITING & Q(received_by=user) | Q(pk__in=going_back))
    rows = rows.select_related("area", "cycle__area")
    return [
        WorkItem(
            title=format_lazy(
                _("Import being taken back: {file}") if batch.pk in going_back else _("Import to decide: {file}"),
                file=batch.file_name,
            ),
            url=reverse("imports:import", kwargs={"pk": batch.pk}),
            place=f"{batch.area.name} {batch.cycle.year}" if batch.cycle else batch.area.name,
            waits_for_others=batch.pk in going_back,
        )
        for batch in rows.defer("content", "prepared").order_by("pk")
    ]
