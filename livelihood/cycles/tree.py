"""Finds areas by what sheets call them: a code, a name, or a name with those of the areas above before it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Area, Cycle, FormerAreaName
from livelihood.cycles.querysets import in_year
from livelihood.kernel.folding import fold
from livelihood.kernel.sheets.cells import CellProblem

ENDINGS = (
    "特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "自治州", "自治县", "自治旗", "街道办事处",
    "街道", "新区", "地区", "林区", "特区", "苏木", "省", "市", "县", "区", "旗", "盟", "州", "镇", "乡",
)  # fmt: skip
OWN = {"市本级", "县本级", "区本级", "省本级", "本级", "全市", "全县", "全区", "全省"}
"""What a sheet calls the area of its year itself."""
PARTING = str.maketrans("", "", " /-·>|,，、")
PARTED = "/"
"""What stands between an area and those above it, where each had a cell of its own."""
OF_COUNTY = 6  # digits of a code
SHORTEST = 2  # characters of a name without its ending


@dataclass(frozen=True, slots=True)
class Place:
    """An area as the tree knows it.

    parent: the code of the one above, "" for a province. exists: else another one that its name fits is meant.
    formerly: what it was called before.
    """

    code: str
    name: str
    parent: str
    exists: bool = True
    formerly: tuple[str, ...] = ()


class Tree:
    """Areas, to be found by what a cell says."""

    def __init__(self, places: Iterable[Place], *, own: str = "") -> None:
        self.own = own
        self.by_code = {place.code: place for place in places}
        self.by_name: dict[str, list[Place]] = defaultdict(list)
        self.by_short_name: dict[str, list[Place]] = defaultdict(list)
        self.by_former_name: dict[str, list[Place]] = defaultdict(list)
        self.parents = {place.parent for place in self.by_code.values()}
        for place in self.by_code.values():
            name = _key(place.name)
            self.by_name[name].append(place)
            if (shorter := _shorter(name)) != name:
                self.by_short_name[shorter].append(place)
            for former in map(_key, place.formerly):
                for spelling in {former, _shorter(former)}:
                    self.by_former_name[spelling].append(place)

    @classmethod
    def stored(cls, where: Area | Cycle | None = None) -> Self:
        """Return the tree that is stored; with an area, or the year of one, those in it and above it."""
        area = where.area if isinstance(where, Cycle) else where
        areas = Area.objects.all()
        if area is not None:
            areas = Area.objects.within(area) | areas.filter(code__in=area.codes)
        formerly: dict[str, list[str]] = defaultdict(list)
        for code, name in FormerAreaName.objects.filter(area__in=areas).values_list("area__code", "name_zh"):
            formerly[code].append(name)
        is_there = in_year(where.year) if isinstance(where, Cycle) else Q(valid_to=None)
        rows = areas.annotate(is_there=is_there).values_list("code", "name_zh", "parent__code", "is_there")
        places = (Place(code, name, parent or "", there, tuple(formerly[code])) for code, name, parent, there in rows)
        return cls(places, own=area.code if area else "")

    def code_of(self, written: str) -> str:
        """Return the code of the area that a cell names. Where no area is stored, what is written stays.

        :raises CellProblem: there is none, or more than one.
        """
        if not self.by_code:
            return written
        *above, written = written.split(PARTED)
        spans = [span for part in above if (span := self._span(part))]
        if written.isascii() and written.isdigit():
            code = self._known_code(written)
            found = [self.by_code[code]] if code in self.by_code else []
            if not found or self._is_in_all(found[0], spans):
                return code
            raise CellProblem(
                _("This area does not lie in the one that stands beside it."), _("Correct one of the two.")
            )
        name = _key(written)
        if name in OWN and (own := spans[-1][0].code if spans else self.own):
            return own
        found = self._named(name, spans)
        if self.own and len(found) > 1:
            found = [place for place in found if self._is_within(place, self.own)] or found
        if len(found) == 1:
            return found[0].code
        if not found:
            raise CellProblem(
                _("There is no area of this name."), _("Check the spelling, write its code, or have it added first.")
            )
        problem = format_lazy(_("{count} areas have this name."), count=len(found))
        raise CellProblem(problem, _("Write the code, or the name of the area above before it."))

    def name_of(self, code: str) -> str:
        """Return the name of an area, "" where it is not stored."""
        return self.by_code[code].name if code in self.by_code else ""

    def codes_up(self, code: str) -> Iterator[str]:
        """Yield the code of an area, and those of the areas above it, the nearest first."""
        while code:
            yield code
            code = self.by_code[code].parent if code in self.by_code else ""

    def _is_within(self, place: Place | None, code: str) -> bool:
        """Say whether a place is the area of this code or lies below it."""
        while place is not None and place.code != code:
            place = self.by_code.get(place.parent)
        return place is not None

    def _known_code(self, code: str) -> str:
        """Return a code. One is wrong where its neighbours are stored and it is not; no tree reaches everywhere."""
        above = next((one for one in codes_above(code) if one in self.by_code), None)
        if code not in self.by_code and above in self.parents:
            raise CellProblem(_("There is no area with this code."), _("Check the code, or have the area added first."))
        return code

    def _span(self, written: str) -> list[Place]:
        """Return the areas in which a row lies by a cell beside its own; of an unknown code none, as it tells nothing.

        :raises CellProblem: there is none of this name.
        """
        if written.isascii() and written.isdigit():
            code = self._known_code(written)
            return [self.by_code[code]] if code in self.by_code else []
        name = _key(written)
        if name in OWN and self.own:
            return [self.by_code[self.own]]
        if found := self._named(name):
            return found
        problem = format_lazy(_("There is no area of the name {name}."), name=written)
        raise CellProblem(problem, _("Check the spelling, write its code, or have it added first."))

    def _is_in_all(self, place: Place, spans: Iterable[Sequence[Place]]) -> bool:
        """Say whether a place lies in one area of each span, or is it."""
        return all(any(self._is_within(place, one.code) for one in span) for span in spans)

    def _named(self, name: str, spans: Sequence[Sequence[Place]] = ()) -> list[Place]:
        """Return the areas that a name may mean: the longest name at its end, after names of those above it.

        spans: only areas that lie in one of each are meant.
        """
        others: list[Place] = []
        for names in (self.by_name, self.by_short_name, self.by_former_name):
            for start in range(len(name)):
                ending = name[start:]
                if len(ending) >= SHORTEST and ending in names:
                    found = [place for place in names[ending] if self._lies_in(place, name[:start])]
                    found = [place for place in found if self._is_in_all(place, spans)]
                    if existing := [place for place in found if place.exists]:
                        return existing
                    others = others or found
        return others

    def _lies_in(self, place: Place, before: str) -> bool:
        """Say whether what stands before a name names areas above it, from the highest down."""
        above = []
        while place.parent in self.by_code:
            place = self.by_code[place.parent]
            above.append(place)
        for one in reversed(above):
            names = map(_key, (one.name, *one.formerly))
            for spelling in (each for name in names for each in (name, _shorter(name))):
                if len(spelling) >= SHORTEST and before.startswith(spelling):
                    before = before.removeprefix(spelling)
                    break
        return not before


def codes_above(code: str) -> list[str]:
    """Return the codes of county, city and province that the digits of an unknown code speak of, the lowest first.

    The nearest that is stored is where it would lie: there is no 429000, so 429099 would lie in Hubei itself.
    """
    county = [code[:OF_COUNTY]] if len(code) > OF_COUNTY else []
    return [above for above in [*county, f"{code[:4]}00", f"{code[:2]}0000"] if above != code]


def without_places(name: str, above: Iterable[str]) -> str:
    """Return the name of something without the names of places before it. above: these, the highest first."""
    for place in above:
        for spelling in (_key(place), _shorter(_key(place))):
            if len(spelling) >= SHORTEST and name.startswith(spelling) and name != spelling:
                name = name.removeprefix(spelling)
                break
    return name


def _key(name: str) -> str:
    return fold(name).translate(PARTING)


def _shorter(name: str) -> str:
    ending = next((ending for ending in ENDINGS if name.endswith(ending)), "")
    short = name.removesuffix(ending)
    return short if len(short) >= SHORTEST else name
