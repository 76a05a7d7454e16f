"""The acts of this room."""

from livelihood.imports.services.answering import answer_import
from livelihood.imports.services.marking import ask_for_marking, forget_marked, run_marking
from livelihood.imports.services.previewing import ask_for_preview, preview_import, run_preview
from livelihood.imports.services.receiving import (
    drop_import,
    map_import,
    note_file_taken,
    receive_import,
    recheck_import,
)
from livelihood.imports.services.replacing import expire_imports, forget_failures, take_up_import
from livelihood.imports.services.taking_back import ask_for_taking_back, run_taking_back, take_back_import
from livelihood.imports.services.writing import ImportWrong, ask_for_writing, run_write, write_import

__all__ = [
    "ImportWrong",
    "answer_import",
    "ask_for_marking",
    "ask_for_preview",
    "ask_for_taking_back",
    "ask_for_writing",
    "drop_import",
    "expire_imports",
    "forget_failures",
    "forget_marked",
    "map_import",
    "note_file_taken",
    "preview_import",
    "receive_import",
    "recheck_import",
    "run_marking",
    "run_preview",
    "run_taking_back",
    "run_write",
    "take_back_import",
    "take_up_import",
    "write_import",
]
