"""Forms of this room: they parse and clean, the services decide."""

from voting.forms.ballots import MARKS, BallotPaper, MarkField, SentBallot
from voting.forms.papers import OfficersForm, PaperSheetForm, ReturnedForm
from voting.forms.review import (
    ITEM_FIELDS,
    AddItemForm,
    AdoptForm,
    AnswerForm,
    ItemForm,
    OpinionForm,
    PaperOpinionForm,
    ReasonForm,
    SubmitListForm,
)
from voting.forms.roll import (
    CardForm,
    CardsForm,
    HallCodeForm,
    RollConfirmForm,
    RollFileForm,
    SubstituteForm,
    sign_roll,
)
from voting.forms.rounds import NoteForm, RoundForm, RulesForm

__all__ = [
    "ITEM_FIELDS",
    "MARKS",
    "AddItemForm",
    "AdoptForm",
    "AnswerForm",
    "BallotPaper",
    "CardForm",
    "CardsForm",
    "HallCodeForm",
    "ItemForm",
    "MarkField",
    "NoteForm",
    "OfficersForm",
    "OpinionForm",
    "PaperOpinionForm",
    "PaperSheetForm",
    "ReasonForm",
    "ReturnedForm",
    "RollConfirmForm",
    "RollFileForm",
    "RoundForm",
    "RulesForm",
    "SentBallot",
    "SubmitListForm",
    "SubstituteForm",
    "sign_roll",
]
