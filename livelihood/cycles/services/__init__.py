"""Acts upon years: drafting, dating, moving on and taking back, and adopting a list that was decided elsewhere.

Permission is asked by the caller's rule (`livelihood.portal.rules`): the frame below accounts knows no people.
"""

from livelihood.cycles.services._shared import REASON_LENGTH, Periods
from livelihood.cycles.services.adoptions import adopt_list, correct_adoption, withdraw_adoption
from livelihood.cycles.services.phases import advance_phase, begin_cycle, date_phases, take_back_phase
from livelihood.cycles.services.years import Aspects, discard_cycle, edit_cycle, open_cycle

__all__ = [
    "REASON_LENGTH",
    "Aspects",
    "Periods",
    "adopt_list",
    "advance_phase",
    "begin_cycle",
    "correct_adoption",
    "date_phases",
    "discard_cycle",
    "edit_cycle",
    "open_cycle",
    "take_back_phase",
    "withdraw_adoption",
]
