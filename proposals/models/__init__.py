"""Tables of this room: letter, suggestions, needs, candidates."""

from proposals.models.candidates import Candidate, CandidateList, CandidateNeed, CostLine, FeasibilitySheet
from proposals.models.letters import LetterCorrection, OpenLetter
from proposals.models.needs import Need, NeedLink
from proposals.models.suggestions import (
    AnswerFigure,
    Erasure,
    Reply,
    Screening,
    Suggestion,
    SuggestionContact,
    SuggestionFigure,
)

__all__ = [
    "AnswerFigure",
    "Candidate",
    "CandidateList",
    "CandidateNeed",
    "CostLine",
    "Erasure",
    "FeasibilitySheet",
    "LetterCorrection",
    "Need",
    "NeedLink",
    "OpenLetter",
    "Reply",
    "Screening",
    "Suggestion",
    "SuggestionContact",
    "SuggestionFigure",
]
