"""What the bench measures and what each figure has to reach: the one list of names and of goals.

`--only` takes the names of the parts. A figure that is not listed cannot be made, and one that is listed and was not
measured is named as missing, so that nothing is lost unseen.
"""

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

RATIO = "ratio"
"""Unit of a goal that speaks of value ÷ limit and not of the value."""

SIGNS = {"≤": operator.le, "≥": operator.ge}

YEAR = "31,569 sites, as many as Zhejiang had in 2023"
HOUSE = "design goal"
OWN = "our budget"
"""Where goals are set down."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure has to reach. unit: that of the figure, or RATIO. source: where it is set down."""

    sign: str
    bound: float
    unit: str
    source: str

    def is_met(self, value: float, unit: str, ratio: float | None) -> bool:
        """Compare what the goal speaks of.

        :raises ValueError: the figure has another unit, or no ratio.
        """
        compared = ratio if self.unit == RATIO else value
        if compared is None or self.unit not in (unit, RATIO):
            raise ValueError(f"A goal in {self.unit} for a figure in {unit}")
        return bool(SIGNS[self.sign](compared, self.bound))

    def __str__(self) -> str:
        """Write the goal as it stands in the table."""
        return f"ratio {self.sign} {self.bound:g}" if self.unit == RATIO else f"{self.sign} {self.bound:g} {self.unit}"


Goals = Mapping[str, Mapping[str, Sequence[Goal]]]

GOALS: Goals = {
    "suggestions": {
        "suggestion_post": [Goal("≥", 0.30, RATIO, HOUSE)],
        "suggestion_post_against_naked_insert": [],
        "suggestion_post_p99": [Goal("≤", 200, "ms", HOUSE)],
        "suggestion_post_max": [Goal("≤", 1000, "ms", OWN)],
        "suggestion_form": [Goal("≥", 0.75, RATIO, HOUSE)],
        "suggestion_form_against_naked_page": [],
        "suggestion_form_not_modified": [Goal("≥", 0.75, RATIO, HOUSE)],
    },
    "letter": {
        "letter_page": [Goal("≥", 0.75, RATIO, HOUSE)],
        "letter_page_against_naked_page": [],
        "letter_page_not_modified": [Goal("≥", 0.75, RATIO, HOUSE)],
    },
    "journal": {"journaled_commits": [Goal("≥", 2000, "per second", HOUSE)]},
    "votes": {
        "votes_cast": [Goal("≥", 200, "per second", HOUSE)],
        "votes_cast_p99": [Goal("≤", 400, "ms", HOUSE)],
        "votes_cast_max": [Goal("≤", 1000, "ms", OWN)],
        "votes_cast_cpu": [],
        "votes_cast_sealed": [Goal("≥", 0.75, RATIO, OWN)],
        "votes_counted": [Goal("≤", 1, "s", OWN)],
        "votes_opened": [Goal("≤", 5, "s", OWN)],
        "recount_election": [Goal("≤", 5, "s", OWN)],
    },
    "proposal-growth": {
        "growth_proposals_board": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_board_middle": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_board_aspect": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_board_common_word": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_need": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_suggestions": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_suggestions_middle": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_suggestions_aspect": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_suggestions_area": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_suggestions_common_word": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_suggestions_two_words": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_suggestions_rare_word": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_suggestions_no_such_word": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_suggestions_one_character": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_statistics": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_home": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_search": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_desk": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_desk_middle": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_desk_state": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_desk_channel": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_desk_unlinked": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_desk_common_word": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_desk_number": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_desk_part_of_a_number": [],
        "growth_proposals_desk_suggestion": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_desk_needs": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_desk_work": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_api_suggestions": [Goal("≤", 50, "ms", OWN)],
        "growth_proposals_api_needs": [Goal("≤", 50, "ms", OWN)],
    },
    "import": {
        "import_sites": [Goal("≤", 10, "s", YEAR), Goal("≤", 3, RATIO, YEAR)],
        "import_sites_memory": [Goal("≤", 400, "MB", OWN)],
    },
    "import-people": {
        "import_people": [Goal("≤", 10, "s", OWN)],
        "import_people_memory": [Goal("≤", 400, "MB", OWN)],
    },
    "import-growth": {
        "growth_import_sites": [Goal("≤", 12, RATIO, OWN)],
        "growth_import_people": [Goal("≤", 12, RATIO, OWN)],
    },
    "lists": {
        "list_public_p95": [Goal("≤", 150, "ms", YEAR)],
        "list_public_max": [Goal("≤", 300, "ms", OWN)],
        "list_desk_p95": [Goal("≤", 150, "ms", YEAR)],
        "list_desk_max": [Goal("≤", 300, "ms", OWN)],
    },
    "list-file": {
        "list_xlsx": [Goal("≤", 15, "s", OWN)],
        "list_xlsx_memory": [Goal("≤", 400, "MB", OWN)],
    },
    "desk": {
        "my_work_p95": [Goal("≤", 150, "ms", OWN)],
        "grid_p95": [Goal("≤", 150, "ms", OWN)],
        "journal_of_a_year_p95": [Goal("≤", 150, "ms", OWN)],
        "place_search_p95": [Goal("≤", 150, "ms", OWN)],
    },
    "grids": {
        "grid_window": [Goal("≤", 100, "ms", HOUSE)],
        "bulk_500": [Goal("≤", 2, "s", HOUSE)],
        "paste_500": [Goal("≤", 1, "s", HOUSE)],
    },
    "paint": {
        "paint_front": [Goal("≤", 2, "s", HOUSE)],
        "weight_front": [Goal("≤", 100, "kB", HOUSE)],
        "paint_year": [Goal("≤", 2, "s", HOUSE)],
        "weight_year": [Goal("≤", 100, "kB", HOUSE)],
        "paint_sites": [Goal("≤", 2, "s", HOUSE)],
        "weight_sites": [Goal("≤", 220, "kB", HOUSE)],
        "paint_progress": [],
        "weight_progress": [Goal("≤", 100, "kB", HOUSE)],
        "paint_letter": [],
        "weight_letter": [Goal("≤", 100, "kB", HOUSE)],
        "paint_suggest": [],
        "weight_suggest": [Goal("≤", 100, "kB", HOUSE)],
        "blocking_scripts": [Goal("≤", 0, "scripts", HOUSE)],
    },
    "recount": {"recount": [Goal("≤", 30, "s", YEAR)]},
    "site-growth": {
        "growth_sites_list": [Goal("≤", 200, "ms", OWN), Goal("≤", 3, RATIO, OWN)],
        "growth_sites_light": [Goal("≤", 200, "ms", OWN), Goal("≤", 3, RATIO, OWN)],
        "growth_sites_common_word": [Goal("≤", 200, "ms", OWN), Goal("≤", 3, RATIO, OWN)],
        "growth_sites_rare_word": [Goal("≤", 200, "ms", OWN), Goal("≤", 3, RATIO, OWN)],
        "growth_sites_no_such_word": [Goal("≤", 200, "ms", OWN), Goal("≤", 3, RATIO, OWN)],
        "growth_sites_project": [Goal("≤", 200, "ms", OWN), Goal("≤", 3, RATIO, OWN)],
        "growth_sites_progress": [Goal("≤", 200, "ms", OWN), Goal("≤", 3, RATIO, OWN)],
        "growth_sites_map": [Goal("≤", 200, "ms", OWN), Goal("≤", 3, RATIO, OWN)],
        "growth_sites_home": [Goal("≤", 200, "ms", OWN), Goal("≤", 3, RATIO, OWN)],
        "growth_sites_api": [Goal("≤", 200, "ms", OWN), Goal("≤", 3, RATIO, OWN)],
        "growth_sites_api_common_word": [Goal("≤", 200, "ms", OWN), Goal("≤", 3, RATIO, OWN)],
        "growth_sites_api_no_such_word": [Goal("≤", 200, "ms", OWN), Goal("≤", 3, RATIO, OWN)],
        "growth_sites_search": [Goal("≤", 200, "ms", OWN)],
        "growth_sites_search_no_such_word": [Goal("≤", 200, "ms", OWN), Goal("≤", 3, RATIO, OWN)],
    },
    "report": {
        "announcing": [Goal("≤", 10, "s", OWN)],
        "report_pdf": [Goal("≤", 90, "s", YEAR)],
        "report_pdf_memory": [Goal("≤", 1536, "MB", YEAR)],
        "report_xlsx": [Goal("≤", 15, "s", YEAR)],
        "report_xlsx_memory": [Goal("≤", 200, "MB", YEAR)],
    },
}


def goals_of(name: str) -> Sequence[Goal]:
    """Return what a figure has to reach; nothing where it is only looked at.

    :raises LookupError: nobody has listed the figure.
    """
    for figures in GOALS.values():
        if name in figures:
            return figures[name]
    raise LookupError(f"{name} is not listed in tests/bench/goals.py")
