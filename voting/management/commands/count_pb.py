"""Count an approval election of Pabulib with the tally of this portal."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from voting import pabulib, tally


def seats(text: str) -> int:
    """Read a number of seats.

    :raises ArgumentTypeError: no whole number from 1.
    """
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("a whole number from 1")
    return int(text)


class Command(BaseCommand):
    help = (
        "Count an approval election in Pabulib's .pb format and print the count as JSON. The projects with most votes "
        "are elected; no majority is asked for; a tie at the last seat is reported. A ballot that names a project "
        "twice counts it once and is flagged by its voter_id. What the file itself says otherwise goes to stderr."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--seats",
            type=seats,
            metavar="N",
            help="how many are elected; by default as many as the file marks as selected, or all if it does not say",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            election = pabulib.read(pabulib.decode(options["file"].read_bytes()))
        except (OSError, ValueError) as error:
            raise CommandError(f"The file cannot be read: {error}") from error
        kind = election.meta.get("vote_type", "")
        if kind not in pabulib.APPROVAL_TYPES:
            raise CommandError(f"Only approval elections are counted; this one is: {kind or 'unknown'}")
        try:
            result = count(election, selected(election) if options["seats"] is None else options["seats"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        for problem in pabulib.problems(election):
            self.stderr.write(problem)
        self.stdout.write(json.dumps(result, ensure_ascii=False))


def selected(election: pabulib.Election) -> int:
    """Return how many projects the file marks as selected by its rule (1); all of them where it does not say."""
    marks = [project["selected"] for project in election.projects if project.get("selected")]
    return marks.count("1") if marks else len(election.projects)


def count(election: pabulib.Election, number: int) -> dict[str, Any]:
    """Return the count of an approval election, ready for JSON.

    number: seats. Projects in the order of the file, flagged ballots too.

    :raises ValueError: a ballot names a project that is not in the file.
    """
    nothing_asked = tally.Share(tally.Base.IN_TERM, 0, 1)
    rules = tally.Rules(seats=number, majority=nothing_asked, quorum=nothing_asked, form=tally.Form.AT_MOST)
    ballots = [dict.fromkeys(pabulib.approved(vote), tally.Mark.APPROVE) for vote in election.votes]
    everybody = tally.Assembly(in_term=len(ballots), present=len(ballots), issued=len(ballots))
    result = tally.tally(rules, election.project_ids, ballots, everybody)
    return {
        "options": {name: counted.approve for name, counted in result.counts.items()},
        "ballots": result.returned,
        "flagged_ballots": [vote["voter_id"] for vote in election.votes if pabulib.repeats(vote)],
        "elected": list(result.having(tally.Standing.ELECTED)),
        "tied_at_cut": list(result.having(tally.Standing.TIED)),
    }
