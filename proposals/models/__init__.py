"""Tables of this room: letter, suggestions and their receipts, needs, candidates."""

from proposals.models.answering import AnswerRule, SpecialDay
from proposals.models.candidates import Candidate, CandidateList, CandidateNeed, CostLine, FeasibilitySheet
from proposals.models.inquiries import Inquiry
from proposals.models.letters import LetterCorrection, LetterViews, OpenLetter
from proposals.models.needs import Need, NeedLink
from proposals.models.notes import DeskNote
from proposals.models.objections import Objection
from proposals.models.queue import CLAIM_LASTS, Claim, ListedWord, SuggestionWeight
from proposals.models.receipts import ReceiptHead, ReceiptNode
from proposals.models.replies import ProgressWord, Reply, ReplyDraft, ReplyTemplate
from proposals.models.suggestions import (
    AnswerFigure,
    Erasure,
    FormerWording,
    Screening,
    Suggestion,
    SuggestionContact,
    SuggestionFigure,
)

__all__ = [
    "CLAIM_LASTS",
    "AnswerFigure",
    "AnswerRule",
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
    "LetterViews",
    "ListedWord",
    "Need",
    "NeedLink",
    "Objection",
    "OpenLetter",
    "ProgressWord",
    "ReceiptHead",
    "ReceiptNode",
    "Reply",
    "ReplyDraft",
    "ReplyTemplate",
    "Screening",
    "SpecialDay",
    "Suggestion",
    "SuggestionContact",
    "SuggestionFigure",
    "SuggestionWeight",
]
