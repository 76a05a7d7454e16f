"""Forms of suggestions, needs, candidates and the letter: they parse and clean, the services decide."""

from proposals.forms.answering import AnswerRuleForm, SpecialDayForm
from proposals.forms.candidates import (
    CandidateForm,
    CandidateRevisionForm,
    CarryForm,
    DiscardForm,
    DropForm,
    SheetForm,
    sheet_initial,
)
from proposals.forms.erasing import ContactForm, ErasureForm, MaskForm, SeenContactForm
from proposals.forms.letters import CorrectionForm, LetterForm
from proposals.forms.needs import LinkCandidateForm, NeedForm, ReasonForm
from proposals.forms.objections import AnswerObjectionForm, ObjectionForm
from proposals.forms.replies import CorrectReplyForm, ProgressForm, ReplyForm, ReturnDraftForm, TemplateForm
from proposals.forms.screening import (
    AnswerForm,
    AskForm,
    BehindNeedForm,
    DeclineForm,
    DeskNoteForm,
    HandOverForm,
    ListedWordsForm,
    SeenForm,
    WordingForm,
)
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
    "AnswerForm",
    "AnswerObjectionForm",
    "AnswerRuleForm",
    "AskForm",
    "BehindNeedForm",
    "CandidateForm",
    "CandidateRevisionForm",
    "CarryForm",
    "ContactForm",
    "CorrectReplyForm",
    "CorrectionForm",
    "DeclineForm",
    "DeskNoteForm",
    "DiscardForm",
    "DropForm",
    "EnteredSuggestionForm",
    "ErasureForm",
    "HandOverForm",
    "LetterForm",
    "LinkCandidateForm",
    "ListedWordsForm",
    "MaskForm",
    "NeedForm",
    "ObjectionForm",
    "ProgressForm",
    "ReasonForm",
    "ReplyForm",
    "ReturnDraftForm",
    "SeenContactForm",
    "SeenForm",
    "SheetForm",
    "SpecialDayForm",
    "SuggestionForm",
    "TemplateForm",
    "TrackForm",
    "WordingForm",
    "answers_sent",
    "contact_of",
    "sheet_initial",
    "with_key",
]
