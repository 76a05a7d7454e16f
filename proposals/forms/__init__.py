"""Forms of suggestions, needs, candidates and the letter: they parse and clean, the services decide."""

from proposals.forms.candidates import (
    CandidateForm,
    CandidateRevisionForm,
    CarryForm,
    DropForm,
    SheetForm,
    sheet_initial,
)
from proposals.forms.erasing import ContactForm, ErasureForm, MaskForm, SeenContactForm
from proposals.forms.letters import CorrectionForm, LetterForm
from proposals.forms.needs import LinkCandidateForm, NeedForm, ReasonForm
from proposals.forms.screening import BehindNeedForm, DeclineForm, HandOverForm, ReplyForm, WordingForm
from proposals.forms.suggestions import (
    CONTACT_FIELDS,
    EnteredSuggestionForm,
    SuggestionForm,
    TrackForm,
    answers_sent,
    contact_of,
    with_key,
)

__all__ = [
    "CONTACT_FIELDS",
    "BehindNeedForm",
    "CandidateForm",
    "CandidateRevisionForm",
    "CarryForm",
    "ContactForm",
    "CorrectionForm",
    "DeclineForm",
    "DropForm",
    "EnteredSuggestionForm",
    "ErasureForm",
    "HandOverForm",
    "LetterForm",
    "LinkCandidateForm",
    "MaskForm",
    "NeedForm",
    "ReasonForm",
    "ReplyForm",
    "SeenContactForm",
    "SheetForm",
    "SuggestionForm",
    "TrackForm",
    "WordingForm",
    "answers_sent",
    "contact_of",
    "sheet_initial",
    "with_key",
]
