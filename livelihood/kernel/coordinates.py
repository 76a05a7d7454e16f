"""Places on the map of China: stored as WGS-84 (within a metre of CGCS2000), converted at the edge."""

from collections.abc import Callable
from math import atan2, cos, hypot, pi, radians, sin, sqrt

Point = tuple[float, float]

# Krasovsky 1940, the ellipsoid on which GCJ-02 computes its offset.
SEMI_MAJOR_AXIS = 6378245.0
ECCENTRICITY_SQUARED = 0.00669342162296594323
ROUNDS = 4
"""After so many the way back differs by less than a millimetre."""


def from_gcj02(longitude: float, latitude: float) -> Point:
    """Turn a point of GCJ-02, as the map services of China give it, into WGS-84.

    Source: the public form of the GCJ-02 offset; checked against known pairs in the tests.
    """
    return _back(to_gcj02, longitude, latitude)


def to_gcj02(longitude: float, latitude: float) -> Point:
    """Turn a point of WGS-84 into GCJ-02."""
    east, north = _offset(longitude, latitude)
    return longitude + east, latitude + north


def from_bd09(longitude: float, latitude: float) -> Point:
    """Turn a point of BD-09, as Baidu's map gives it, into WGS-84.

    Source: the public form of Baidu's turn and shift of GCJ-02; checked against known pairs in the tests.
    """
    return from_gcj02(*_back(to_bd09, longitude, latitude))


def to_bd09(longitude: float, latitude: float) -> Point:
    """Turn a point of GCJ-02 into BD-09: turned and stretched by waves of some metres, then moved."""
    wave = pi * 3000 / 180
    distance = hypot(longitude, latitude) + 0.00002 * sin(latitude * wave)
    angle = atan2(latitude, longitude) + 0.000003 * cos(longitude * wave)
    return distance * cos(angle) + 0.0065, distance * sin(angle) + 0.006


def _back(convert: Callable[[float, float], Point], longitude: float, latitude: float) -> Point:
    """Find the point that is converted into this one, by taking off again and again by how much it is missed."""
    x, y = longitude, latitude
    for _round in range(ROUNDS):
        east, north = convert(x, y)
        x, y = x + longitude - east, y + latitude - north
    return x, y


def _offset(longitude: float, latitude: float) -> Point:
    """Give the offset of GCJ-02 at a point in degrees, east and north."""
    x, y = longitude - 105, latitude - 35
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    ripple = _waves(x, (6, 20), (2, 20))
    east += ripple + _waves(x, (1, 20), (1 / 3, 40)) + _waves(x, (1 / 12, 150), (1 / 30, 300))
    north += ripple + _waves(y, (1, 20), (1 / 3, 40)) + _waves(y, (1 / 12, 160), (1 / 30, 320))
    bend = 1 - ECCENTRICITY_SQUARED * sin(radians(latitude)) ** 2
    parallel = SEMI_MAJOR_AXIS / sqrt(bend) * cos(radians(latitude))
    meridian = SEMI_MAJOR_AXIS * (1 - ECCENTRICITY_SQUARED) / (bend * sqrt(bend))
    return east * 180 / (parallel * pi), north * 180 / (meridian * pi)


def _waves(position: float, *waves: tuple[float, float]) -> float:
    """Add up sine waves, each given by its frequency (half turns a degree) and its height (metres, times 2/3)."""
    return sum(height * sin(frequency * position * pi) for frequency, height in waves) * 2 / 3
