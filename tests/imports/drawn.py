"""What tests draw for each kind of sheet, declared once per kind: rows, keys of rows that are there and of new ones."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Model
from hypothesis import strategies as st

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import Role
from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Area, Cycle, FormerAreaName, Organisation, OrganisationAlias
from livelihood.cycles.states import OrganisationKind
from livelihood.imports import selectors, services
from livelihood.imports.models import Import
from livelihood.imports.states import ImportSection
from livelihood.kernel.exports import Field, Sheet, csv_parts, xlsx_into
from livelihood.kernel.listings import listings
from livelihood.kernel.sheets.cells import YesNo
from livelihood.kernel.sheets.declaration import kinds
from livelihood.kernel.sheets.handling import SAID, in_words
from livelihood.places import selectors as places
from projects import selectors as projects
from projects import services as delivery
from projects.models import Site
from tests.factories.frame import NOW, CityFactory, CountyFactory, MandateFactory, OrganisationFactory, official
from tests.factories.projects import SiteFactory
from tests.factories.voting import deputies_of, plenary
from tests.projects.conftest import AT, Scene
from voting import selectors as voting
from voting.models import RollEntry
from voting.states import RoundState

Cells = Mapping[str, str]
"""Column → what stands in a cell of it."""

WORDS = st.text(alphabet="甲乙丙路号栋\uff112aB-。'\"", min_size=1, max_size=12).map(lambda text: f"点{text}位")
MAYBE = st.just("") | WORDS
POINT = {"longitude": 120, "latitude": 30}
"""The two columns of a point, and where those that are drawn begin."""

NAMES = st.text(alphabet="甲乙丙丁", min_size=2, max_size=4)
PHONES = st.integers(1_000_000, 9_999_999).map("0571-8{}".format)


def days(first: date, last: date) -> st.SearchStrategy[str]:
    return st.dates(first, last).map(str)


def decimals(lowest: int, highest: int, places: int) -> st.SearchStrategy[str]:
    return st.decimals(min_value=lowest, max_value=highest, places=places).map(str)


@dataclass
class Drawn:
    """One kind of sheet in a world in which it can be brought.

    place: an area, or a year. rows, fields: the list that is the kind's export. tables: whatever an import may change.
    key: the column by which a row is known. fixed: key → what else each sheet says of such a row.
    known, new: keys that are there and keys that are not. cells: column → what is drawn for it; two columns that come
    together have their names in one, with a blank between. needed: columns without which nothing new is made.
    spelled: what a cell of a row and a column says for what was drawn. becomes: what the export says once it is
    written, for what it said before and what the cell said.
    check: what has to hold after every act.
    """

    kind: str
    place: Area | Cycle
    by: User
    at: datetime
    rows: Callable[[], Iterable[Any]]
    fields: Callable[[], Sequence[Field]]
    tables: Sequence[type[Model]]
    key: str
    known: Sequence[str]
    new: Sequence[str]
    cells: Mapping[str, st.SearchStrategy[str]]
    fixed: Callable[[str], Cells] = field(default=lambda key: {})
    needed: frozenset[str] = frozenset()
    target: str = ""
    spelled: Callable[[str, str, str], str] = field(default=lambda key, column, text: text)
    becomes: Callable[[str, str, str], str] = field(default=lambda column, before, text: text)
    check: Callable[[], object] = field(default=lambda: None)

    @property
    def headings(self) -> dict[str, str]:
        return {column.name: str(column.heading) for column in kinds()[self.kind].columns}

    def row(self) -> st.SearchStrategy[Cells]:
        """Draw whatever a sheet can say of a row."""
        return st.fixed_dictionaries(dict(self.cells))

    def columns(self) -> st.SearchStrategy[set[str]]:
        """Draw which columns a sheet has beside the key."""
        return st.sets(st.sampled_from(sorted(self.cells)), min_size=1).map(self.single)

    def single(self, names: Iterable[str]) -> set[str]:
        """Return names of columns with those that come together each by itself."""
        return {one for name in names for one in name.split()}

    def text(self, key: str, row: Cells, column: str) -> str:
        """Return what a sheet says of a row in a column."""
        drawn = {one: text for name, text in row.items() for one in name.split()}
        text = drawn[column]
        return self.spelled(key, column, str(POINT[column] + Decimal(text)) if column in POINT else text)

    def sheet(self, rows: Mapping[str, Cells], columns: Iterable[str]) -> io.BytesIO:
        """Return a CSV file of some columns of drawn rows."""
        file, names = io.StringIO(newline=""), sorted(columns)
        fixed = sorted(self.fixed(next(iter(rows))))
        table = csv.writer(file)
        table.writerow(self.headings[name] for name in (self.key, *fixed, *names))
        for key, row in rows.items():
            cells = [self.fixed(key)[name] for name in fixed]
            table.writerow([key, *cells, *(self.text(key, row, name) for name in names)])
        return io.BytesIO(file.getvalue().encode())

    def bring(self, file: io.BytesIO) -> Import:
        """Bring a file, and say yes to whatever is asked, with a reason where one is."""
        cycle = self.place if isinstance(self.place, Cycle) else None
        area = self.place.area if isinstance(self.place, Cycle) else self.place
        by, at = self.by, self.at
        batch = services.receive_import(
            kind=self.kind, area=area, cycle=cycle, target=self.target, file=file, file_name="表.csv", by=by, at=at
        )
        batch = services.preview_import(batch=batch, by=by, at=at)
        asked = {
            line.row: {code: in_words("会议纪要") if SAID in may_be else "yes" for code, _, _, may_be in line.questions}
            for line in selectors.all_lines(batch, [ImportSection.DOUBT])
        }
        if asked:
            services.answer_import(batch=batch, answers=asked, by=by, at=at)
            batch = services.preview_import(batch=batch, by=by, at=at)
        problems = [line.problems for line in selectors.all_lines(batch, [ImportSection.WRONG])]
        assert problems == []
        return batch

    def write(self, rows: Mapping[str, Cells], columns: Iterable[str]) -> Import:
        batch = services.write_import(batch=self.bring(self.sheet(rows, columns)), by=self.by, at=self.at)
        self.check()
        return batch

    def take_back(self, batch: Import) -> Import:
        batch = services.take_back_import(batch=batch, reason="错了", by=self.by, at=self.at)
        self.check()
        return batch

    def exported(self, *, as_workbook: bool = False) -> io.BytesIO:
        """Return the list of the kind as a file."""
        file, fields, rows = io.BytesIO(), self.fields(), self.rows()
        if as_workbook:
            xlsx_into(file, [Sheet("表", fields, rows)])
        else:
            file.write(b"".join(csv_parts(rows, fields)))
        file.seek(0)
        return file

    def listed(self) -> dict[str, dict[str, str]]:
        """Return what the list says of each row, by its key."""
        names = {heading: name for name, heading in self.headings.items()}
        table = csv.DictReader(io.TextIOWrapper(self.exported(), "utf-8-sig"))
        rows = [{names[heading]: plain(cell) for heading, cell in row.items() if heading in names} for row in table]
        return {row[self.key]: row for row in rows}

    def stored(self) -> list[Any]:
        """Return every value of every row that an import may change."""
        return [list(table._default_manager.order_by("pk").values()) for table in self.tables]


def plain(cell: str) -> str:
    """Return a number without what its spelling adds, and other texts as they are."""
    whole, point, places = cell.partition(".")
    return f"{whole}.{places}".rstrip("0").rstrip(".") if point and (whole + places).isdigit() else cell


def _list_of(name: str, place: Area, rows: Callable[[], Iterable[Any]]) -> dict[str, Any]:
    return {"place": place, "rows": rows, "fields": lambda: listings()[name].fields(place)}


def sites(request: pytest.FixtureRequest) -> Drawn:
    scene: Scene = request.getfixturevalue("scene")
    assert scene.site.standard
    Site.objects.update(quantity_planned=Decimal("0.5"))
    for key in ("B", "C"):
        SiteFactory(indicator=scene.indicator, area=scene.site.area, key=key, quantity_planned=Decimal(0))
    delivery.refresh_lights(cycle=scene.cycle, at=AT)

    def recounted() -> None:
        assert delivery.recount_figures() == []

    return Drawn(
        kind="sites", place=scene.cycle, by=scene.office, at=AT,
        rows=lambda: projects.sites_for(scene.cycle), fields=lambda: listings()["sites"].fields(scene.cycle),
        tables=[Site], key="key", known="ABC", new=["N1", "三", "-2", "=1", "'x"],
        fixed=lambda _key: {"project": "1", "indicator": scene.indicator.name, "area": scene.site.area.code},
        needed=frozenset({"name", "due_on"}),
        cells={
            "name": WORDS, "address": MAYBE, "source": MAYBE, "quantity_planned": decimals(0, 1, 4),
            "starts_on": days(date(2025, 1, 1), date(2025, 4, 30)),
            "due_on": days(date(2025, 5, 1), date(2025, 12, 31)),
            "longitude latitude": decimals(0, 1, 6),
            "organisation": st.sampled_from(["", scene.unit.name_zh]),
            "standard": st.sampled_from(["", f"{scene.site.standard.title} v1"]),
        },
        check=recounted,
    )  # fmt: skip


def areas(_request: pytest.FixtureRequest) -> Drawn:
    city = CityFactory(code="330200", slug="ningbo", name_zh="宁波市")
    county = CountyFactory(parent=city, code="330212", slug="yinzhou", name_zh="鄞州区")
    for code in ("330203", "330205"):
        CountyFactory(parent=city, code=code)

    def named(key: str, column: str, text: str) -> str:
        return f"{text}{key[-3:]}区" if column == "name_zh" else text

    return Drawn(
        kind="areas", **_list_of("areas", city, lambda: cycles.areas_within(city).exclude(pk=city.pk).order_by("code")),
        by=official(Role.ADMINISTRATOR, city), at=NOW, tables=[Area, FormerAreaName],
        key="code", known=["330203", "330205"], new=[f"{county.code}00{number}" for number in (1, 2)],
        needed=frozenset({"name_zh", "name_en"}), spelled=named,
        cells={
            "name_zh": NAMES, "name_en": st.sampled_from(["Haishu", "Jiangbei"]), "source": MAYBE,
            "valid_from": days(date(2000, 1, 1), date(2010, 1, 1)),
            "valid_until": st.just("") | days(date(2030, 1, 1), date(2040, 1, 1)),
            "longitude latitude": decimals(0, 1, 6),
        },
    )  # fmt: skip


def organisations(_request: pytest.FixtureRequest) -> Drawn:
    city = CityFactory(code="330200", slug="ningbo", name_zh="宁波市")
    for name in ("上级局", "建设局", "教育局"):
        OrganisationFactory(area=city, name_zh=name)

    def added(column: str, before: str, text: str) -> str:
        """Short names are only added."""
        if column != "aliases":
            return text
        return "、".join(sorted({*before.split("、"), *text.split("、")} - {""}))

    return Drawn(
        kind="organisations",
        **_list_of("organisations", city, lambda: places.organisations_in(city)),
        by=official(Role.ADMINISTRATOR, city), at=NOW, tables=[Organisation, OrganisationAlias],
        key="name_zh", known=["建设局", "教育局"], new=["民政局", "卫健局"], becomes=added,
        spelled=lambda key, column, text: text.replace("*", key[0]) if column == "aliases" else text,
        cells={
            "name_en": st.sampled_from(["", "Bureau", "Office"]), "contact": st.just("") | NAMES,
            "phone": st.just("") | PHONES, "parent": st.sampled_from(["", "上级局"]),
            "kind": st.sampled_from([str(kind.label) for kind in OrganisationKind]),
            "aliases": st.sets(st.sampled_from(["*甲", "*乙", "*丙"])).map(sorted).map("、".join),
            "valid_from": st.just("") | days(date(2000, 1, 1), date(2010, 1, 1)),
            "valid_until": st.just("") | days(date(2030, 1, 1), date(2040, 1, 1)),
        },
    )  # fmt: skip


def people(_request: pytest.FixtureRequest) -> Drawn:
    city = CityFactory(code="330200", slug="ningbo", name_zh="宁波市")
    known = [MandateFactory(area=city, role=Role.DEPUTY).user.username for _ in range(2)]
    return Drawn(
        kind="people",
        **_list_of("people", city, lambda: accounts.mandates_in(city).order_by("pk")),
        by=official(Role.ADMINISTRATOR, city), at=NOW, tables=[User, Mandate],
        key="username", known=known, new=["xin-jia", "xin-yi"], needed=frozenset({"name"}),
        fixed=lambda _key: {"role": str(Role.DEPUTY.label)},
        spelled=lambda key, column, text: f"{text}{key}@example.org" if column == "email" and text else text,
        cells={
            "name": NAMES, "phone": st.just("") | PHONES, "email": st.sampled_from(["", "a.", "b."]),
            "ends_on": st.just("") | days(date(2030, 1, 1), date(2040, 1, 1)),
        },
    )  # fmt: skip


def roll(_request: pytest.FixtureRequest) -> Drawn:
    session = plenary(deputies=2, until=RoundState.DRAFT)
    session.fill_roll()
    seated, waiting = session.deputies, deputies_of(session.cycle.area, 1)
    names = {user.username: user.name for user in (*seated, *waiting)} | {"xin-jia": "新代表"}
    keys = list(names)
    return Drawn(
        kind="roll", place=session.cycle, target=str(session.round.number), by=session.staff, at=NOW,
        rows=lambda: voting.roll_of(session.round).select_related("deputy"),
        fields=lambda: listings()["roll"].fields(session.cycle),
        tables=[RollEntry, User, Mandate], key="username", known=keys[:2], new=keys[2:],
        fixed=lambda key: {"name": names[key]},
        spelled=lambda key, column, text: f"{keys.index(key) + 1}{text}" if column == "number" else text,
        cells={
            "number": st.integers(0, 9).map(str), "delegation": MAYBE,
            "may_vote_remotely": st.sampled_from([str(one.label) for one in YesNo]),
        },
    )  # fmt: skip


KINDS: Mapping[str, Callable[[pytest.FixtureRequest], Drawn]] = {
    "areas": areas, "organisations": organisations, "people": people, "roll": roll, "sites": sites,
}  # fmt: skip
