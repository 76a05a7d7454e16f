"""Points as offices write them: degrees, minutes and seconds, both in one cell, and on the maps of the web services."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.coordinates import Point, from_bd09, from_gcj02
from livelihood.kernel.errors import InvalidInput, Text
from livelihood.kernel.folding import fold
from livelihood.kernel.sheets.cells import DOT, EXACT_DIGITS, Cell, CellProblem, ColumnParser, decimals_at_once, plain

LONGEST_POINT = 100  # characters
PLACES, MOST_PLACES = Decimal("0.000001"), 6
EAST, NORTH = (Decimal(73), Decimal(136)), (Decimal(3), Decimal(54))
"""What China lies within, by a round margin: no longitude of it can be a latitude of it."""
LONGITUDE, LATITUDE, POINT, DATUM = "longitude", "latitude", "point", "datum"

_NUMBER = r"\d{1,3}(?:\.\d{1,40})?"
_MINUTE, _SECOND = r"['\u2032分]", r"(?:[\"\u2033秒]|''|\u2032\u2032)"
_ANGLE = (
    rf"(?:(东经|北纬|经度|纬度|lng|lon|lat|e|n):?)? ?(-?{_NUMBER})"
    rf"(?: ?[°度o](?: ?(\d{{1,2}}(?:\.\d{{1,20}})?) ?{_MINUTE}(?: ?(\d{{1,2}}(?:\.\d{{1,20}})?) ?{_SECOND})?)?)?"
    r" ?(东经|北纬|e|n)?"
)
_ONE = re.compile(_ANGLE, re.ASCII)
_TWO = re.compile(rf"[(\[]?{_ANGLE} ?[,;、/ ] ?{_ANGLE}[)\]]?", re.ASCII)
_PARTED = re.compile(r"[en]?(\d{1,3})[.:\- ](\d{1,2})[.:\- ](\d{1,2}(?:\.\d{1,20})?)[en]?", re.ASCII)
_EASTERN, _NORTHERN = {"e", "东经", "经度", "lng", "lon"}, {"n", "北纬", "纬度", "lat"}
_SIGNS = str.maketrans("\u02da\u2018\u2019\u201c\u201d", "°''\"\"")


class Datum(StrEnum):
    """Which earth the coordinates of a sheet lie on. CGCS2000 and WGS-84 differ by less than what is kept."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


TO_WGS84: Mapping[Datum, Callable[[float, float], Point]] = {Datum.GCJ02: from_gcj02, Datum.BD09: from_bd09}


class Angle(NamedTuple):
    """Degrees, and whether they are of longitude or latitude; "" where nothing says so."""

    degrees: Decimal
    axis: str = ""


class Remark(NamedTuple):
    """What is to be said of a row's point: `what` is wrong, doubt or read_as."""

    what: str
    column: str
    problem: Text = ""
    remedy: Text = ""


def _angle_in(cell: Cell) -> Angle | tuple[Angle, Angle]:
    """Parse degrees; two of them where both stand in one cell."""
    if type(cell) is float and abs(cell) < 10**EXACT_DIGITS:
        return Angle(Decimal(f"{cell:.{EXACT_DIGITS}g}"))
    text = plain(cell)
    if isinstance(cell, bool) or len(text) > LONGEST_POINT:
        raise _no_angle()
    try:
        text = DOT.sub(".", fold(text.translate(_SIGNS)))
    except InvalidInput as error:
        raise _no_angle() from error
    if found := _ONE.fullmatch(text):
        return _angle(*found.groups())
    if found := _TWO.fullmatch(text):
        parts = found.groups()
        return _angle(*parts[:5]), _angle(*parts[5:])
    if found := _PARTED.fullmatch(text):
        problem = _("Nothing tells degrees, minutes and seconds apart here.")
        remedy = _("Write them with their signs, such as {degrees}, or as degrees with decimals.")
        raise CellProblem(problem, format_lazy(remedy, degrees="{}°{}'{}\"".format(*found.groups())))
    raise _no_angle()


def _angles_at_once(cells: Sequence[Cell]) -> list[Angle] | None:
    numbers = decimals_at_once(cells, MOST_PLACES, Decimal(-180), Decimal(180))
    return [Angle(number) for number in numbers] if numbers else None


angle = ColumnParser(_angle_in, _angles_at_once)
"""Parses degrees; two of them where both stand in one cell."""


def both(cell: Cell) -> tuple[Angle, Angle]:
    """Parse a longitude and a latitude in one cell."""
    read = _angle_in(cell)
    if isinstance(read, Angle):
        raise CellProblem(_("A point needs longitude and latitude."), _("Write both, such as 121.866, 29.475."))
    return read


def _angle(before: str | None, degrees: str, minutes: str | None, seconds: str | None, after: str | None) -> Angle:
    side = before or after
    parts = [Decimal(part or 0) for part in (minutes, seconds)]
    if max(parts) >= 60 or (minutes and "." in degrees):  # noqa: PLR2004 -- minutes of a degree
        raise _no_angle()
    value = Decimal(degrees)
    value += (parts[0] / 60 + parts[1] / 3600).copy_sign(value)
    return Angle(value.normalize() + 0, LONGITUDE if side in _EASTERN else LATITUDE if side in _NORTHERN else "")


def _no_angle() -> CellProblem:
    return CellProblem(_("These are no degrees."), _("Write degrees, such as 121.866 or 121°52'30\"."))


def settle(values: dict[str, Any], datum: Datum) -> list[Remark]:
    """Make a longitude and a latitude in WGS-84, of six decimals, out of what the cells of a row gave; say what is odd.

    values: of the row; `longitude`, `latitude` and `point` are read, the first two are written. Where one of them is
    doubtful, both are as they would be with the answer yes.
    """
    datum = values.pop(DATUM, None) or datum
    east, north = values.get(LONGITUDE), values.get(LATITUDE)
    if east is None and north is None and POINT not in values:
        return []
    if (
        datum is Datum.WGS84
        and isinstance(east, Angle)
        and isinstance(north, Angle)
        and _is_plain(east, EAST)
        and _is_plain(north, NORTH)
        and values.get(POINT) is None
    ):
        values.pop(POINT, None)
        values[LONGITUDE], values[LATITUDE] = east.degrees, north.degrees
        return []
    if POINT in values:
        values |= {LONGITUDE: values.get(LONGITUDE), LATITUDE: values.get(LATITUDE)}
    point = values.pop(POINT, None)
    named = POINT if point else LONGITUDE if east is not None else LATITUDE
    if pair := next(
        (each for each in (point, east, north) if isinstance(each, tuple) and not isinstance(each, Angle)), None
    ):
        others = [each for each in (point, east, north) if each is not None and each != pair]
        if others:
            problem = _("A point stands here, and more beside it.")
            return [Remark("wrong", named, problem, _("Write the point once."))]
        east, north = pair
    if east is None and north is None:
        return []
    if east is None or north is None:
        missing = LONGITUDE if east is None else LATITUDE
        return [Remark("wrong", missing, _("A point needs longitude and latitude."), _("Fill in both or neither."))]
    names = (named, named) if pair else (LONGITUDE, LATITUDE)
    return [*_placed(values, names, east, north, datum), *([Remark("read_as", named)] if pair else [])]


def _placed(values: dict[str, Any], names: tuple[str, str], east: Angle, north: Angle, datum: Datum) -> list[Remark]:
    """Put two angles where they belong. names: of the columns in which they stand."""
    named, otherwise = names[0], [Remark("read_as", name) for name in dict.fromkeys(names)]
    told = east.axis == LATITUDE or north.axis == LONGITUDE
    if told and (east.axis == LONGITUDE or north.axis == LATITUDE):
        return [Remark("wrong", named, _("Both are of one kind."), _("Write a longitude and a latitude."))]
    remarks = []
    if told:
        east, north = north, east
        remarks += otherwise
    elif _within(east.degrees, NORTH) and _within(north.degrees, EAST):
        problem = _("Longitude and latitude seem to stand in each other's place.")
        remarks.append(Remark("doubt", named, problem, _("Exchange the two.")))
        east, north = north, east
    for name, found, most in ((LONGITUDE, east, 180), (LATITUDE, north, 90)):
        if abs(found.degrees) > most:
            column = named if named == POINT else name
            return [
                Remark("wrong", column, _("There are no such degrees."), _("Check the number and its decimal point."))
            ]
    degrees = east.degrees, north.degrees
    # Outside of China all of them are one.
    if (convert := TO_WGS84.get(datum)) and in_china(*degrees):
        x, y = convert(float(degrees[0]), float(degrees[1]))
        degrees = Decimal(repr(x)), Decimal(repr(y))
        remarks += otherwise
    values[LONGITUDE], values[LATITUDE] = (part.quantize(PLACES).normalize() + 0 for part in degrees)
    rounded = zip(names, degrees, (LONGITUDE, LATITUDE), strict=True)
    remarks += [Remark("read_as", name) for name, found, axis in rounded if found != values[axis]]
    if not in_china(values[LONGITUDE], values[LATITUDE]):
        problem = _("This point does not lie in China.")
        remedy = _("Correct it, or leave both degrees empty where the point is not known.")
        remarks.append(Remark("doubt", named, problem, remedy))
    return remarks


def in_china(longitude: Decimal, latitude: Decimal) -> bool:
    """Say whether a point lies in China or near it."""
    return _within(longitude, EAST) and _within(latitude, NORTH)


def _is_plain(angle: Angle, span: tuple[Decimal, Decimal]) -> bool:
    """Say whether nothing is to be asked of an angle: in China, and of no more decimals than are kept."""
    return not angle.axis and _within(angle.degrees, span) and angle.degrees.quantize(PLACES) == angle.degrees


def _within(value: Decimal, span: tuple[Decimal, Decimal]) -> bool:
    return span[0] <= value <= span[1]
