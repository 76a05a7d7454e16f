"""Outlines of areas for the maps: read from GeoJSON, drawn small enough for a phone, found for a place (ADR 59)."""

from livelihood.cycles.outlines.drawing import TooLarge, collection, files, simplify
from livelihood.cycles.outlines.finding import DrawnAreas, drawn_for, folder_can_be_read
from livelihood.cycles.outlines.reading import BadOutlines, Polygon, Ring, Shapes, read_file, read_folder

__all__ = [
    "BadOutlines",
    "DrawnAreas",
    "Polygon",
    "Ring",
    "Shapes",
    "TooLarge",
    "collection",
    "drawn_for",
    "files",
    "folder_can_be_read",
    "read_file",
    "read_folder",
    "simplify",
]
