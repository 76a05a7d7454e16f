"""Forms of this room: they parse and clean, the services decide."""

from voting.forms.ballots import MARKS, BallotPaper, MarkField, SentBallot
from voting.forms.papers import OfficersForm, PaperSheetForm, ReturnedForm, SignedSheetForm
from voting.forms.review import (
    ITEM_FIELDS,
    AddItemForm,
    AdoptForm,
    ItemForm,
    OpinionAnswerForm,
    OpinionForm,
    PaperOpinionForm,
    RevisionForm,
    SubmitListForm,
)
from voting.forms.roll import (
    CardForm,
    CardsForm,
    HallCodeForm,
    InTermForm,
    KioskForm,
    RollCodesForm,
    SubstituteForm,
)
from voting.forms.rounds import HalfForm, NoteForm, RoundForm, RulesForm

__all__ = [
    "ITEM_FIELDS",
    "MARKS",
    "AddItemForm",
    "AdoptForm",
    "BallotPaper",
    "CardForm",
    "CardsForm",
    "HalfForm",
    "HallCodeForm",
    "InTermForm",
    "ItemForm",
    "KioskForm",
    "MarkField",
    "NoteForm",
    "OfficersForm",
    "OpinionAnswerForm",
    "OpinionForm",
    "PaperOpinionForm",
    "PaperSheetForm",
    "ReturnedForm",
    "RevisionForm",
    "RollCodesForm",
    "RoundForm",
    "RulesForm",
    "SentBallot",
    "SignedSheetForm",
    "SubmitListForm",
    "SubstituteForm",
]
