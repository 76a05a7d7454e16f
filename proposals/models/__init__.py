"""Tables of this room: letter, suggestions, needs, candidates."""

from proposals.models.candidates import Candidate, CandidateList, CandidateNeed, CostLine, FeasibilitySheet
from proposals.models.inquiries import Inquiry
from proposals.models.letters import LetterCorrection, OpenLetter
from proposals.models.needs import Need, NeedLink
from proposals.models.notes import DeskNote
from proposals.models.queue import CLAIM_LASTS, Claim, ListedWord, SuggestionWeight
from proposals.models.suggestions import (
    AnswerFigure,
    Erasure,
    FormerWording,
    Reply,
    Screening,
    Suggestion,
    SuggestionContact,
    SuggestionFigure,
)

__all__ = [
    "CLAIM_LASTS",
    "AnswerFigure",
    "Candidate",
    "CandidateList",
    "CandidateNeed",
    "Claim",
    "CostLine",
    "DeskNote",
    "Erasure",
    "FeasibilitySheet",
    "FormerWording",
    "Inquiry",
    "LetterCorrection",
    "ListedWord",
    "Need",
    "NeedLink",
    "OpenLetter",
    "Reply",
    "Screening",
    "Suggestion",
    "SuggestionContact",
    "SuggestionFigure",
    "SuggestionWeight",
]
