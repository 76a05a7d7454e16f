"""Propose a category for the texts of a table, as learnt from another one."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from livelihood.meaning.categories import Classifier, NothingToLearn
from livelihood.meaning.management.commands import _tables
from livelihood.meaning.topics import has_letter

HEADINGS = ["id", "category", "certainty"]


class Command(BaseCommand):
    help = (
        "Learn from a table in CSV whose texts have a category, and write a table with a category for each text of "
        "another one: its id (the number of its row where it has none), the category, and how certain that is, of 1. "
        "Nothing leaves the machine, and nothing is decided: a person confirms each category."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--train", type=Path, required=True, metavar="FILE")
        parser.add_argument("--predict", type=Path, required=True, metavar="FILE")
        parser.add_argument("--text", action="append", required=True, metavar="COLUMN", help="may be given again")
        parser.add_argument("--label", required=True, metavar="COLUMN")
        parser.add_argument("--output", type=Path, required=True, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        train, predict = _tables.read(options["train"]), _tables.read(options["predict"])
        texts = predict.texts(options["text"])
        train.expect(options["label"])
        labels = [row[options["label"]] for row in train.rows]
        known = [
            (text, label) for text, label in zip(train.texts(options["text"]), labels, strict=True) if has_letter(label)
        ]
        if not known:
            raise CommandError(f"{train.path} has no row with a category in {options['label']!r}")
        try:
            classifier = Classifier(*zip(*known, strict=True))
        except NothingToLearn as error:
            with translation.override("en"):
                raise CommandError(f"{train.path}: {error.message}") from error
        proposals = classifier.propose(texts)
        _tables.write(
            options["output"],
            HEADINGS,
            (
                {"id": row.get("id", place), "category": found.category, "certainty": f"{found.certainty:.3f}"}
                for place, (row, found) in enumerate(zip(predict.rows, proposals, strict=True), 1)
            ),
        )
        self.stderr.write(f"learnt from {len(known)} rows, proposed for {len(proposals)}")
