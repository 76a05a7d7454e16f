"""How much is read of one file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read of one file; larger files are refused, never cut."""

    bytes: int = 20 * 1024 * 1024
    unpacked: int = 100 * 1024 * 1024
    ratio: int = 100  # of unpacked bytes to packed ones; real sheets stay below 50
    rows: int = 100_000
    columns: int = 200
    sheets: int = 255
    merges: int = 100_000  # of a sheet
    cells: int = 2_500_000  # of the rectangle around everything that is filled in
    text: int = 50_000_000  # characters of all cells; the file may hold a text once that stands in each of them
    texts: int = 1_000_000  # of an xls, which cells share; one of five bytes takes ten times as much to be kept
    seconds: float = 60.0
    errors: int = 100_000  # kept one by one; further ones are counted


LIMITS = Limits()
