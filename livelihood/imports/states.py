"""How far an import is, what its lines are, and what may be answered to its questions."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livelihood.kernel.moves import Moves


class ImportState(models.TextChoices):
    """A file is read, shown, and then written as a whole or dropped; what was written may be taken back.

    REPLACED: a later file of the same kind and office took its place; it may be taken up again. EXPIRED: nobody decided
    in time, and the clock discarded it. PARTLY: some rows were taken back, others stayed because somebody had acted on
    them; those may be tried again.
    """

    RECEIVED = "received", pgettext_lazy("import", "Received")
    PREVIEWED = "previewed", pgettext_lazy("import", "Previewed")
    REPLACED = "replaced", pgettext_lazy("import", "Set aside")
    WRITTEN = "written", pgettext_lazy("import", "Written")
    DROPPED = "dropped", pgettext_lazy("import", "Dropped")
    EXPIRED = "expired", pgettext_lazy("import", "Expired")
    PARTLY = "partly", pgettext_lazy("import", "Partly taken back")
    TAKEN_BACK = "taken_back", pgettext_lazy("import", "Taken back")


OPEN = (ImportState.RECEIVED, ImportState.PREVIEWED)
"""Of these something is still to be decided."""

UNDECIDED = (*OPEN, ImportState.REPLACED)
"""Of these nothing is written, and the file is kept for a while."""

STANDS = (ImportState.WRITTEN, ImportState.PARTLY)
"""Of these rows stand as they were written, which may be taken back."""

IMPORT_MOVES: Moves = {
    (ImportState.RECEIVED, "preview"): ImportState.PREVIEWED,
    (ImportState.RECEIVED, "map"): ImportState.RECEIVED,
    (ImportState.PREVIEWED, "map"): ImportState.RECEIVED,
    (ImportState.PREVIEWED, "answer"): ImportState.RECEIVED,
    (ImportState.PREVIEWED, "recheck"): ImportState.RECEIVED,
    (ImportState.PREVIEWED, "write"): ImportState.WRITTEN,
    (ImportState.RECEIVED, "drop"): ImportState.DROPPED,
    (ImportState.PREVIEWED, "drop"): ImportState.DROPPED,
    (ImportState.RECEIVED, "replace"): ImportState.REPLACED,
    (ImportState.PREVIEWED, "replace"): ImportState.REPLACED,
    (ImportState.REPLACED, "take_up"): ImportState.RECEIVED,
    **{(state, "expire"): ImportState.EXPIRED for state in UNDECIDED},
    (ImportState.WRITTEN, "take_back"): ImportState.TAKEN_BACK,
    (ImportState.WRITTEN, "take_back_some"): ImportState.PARTLY,
    (ImportState.PARTLY, "take_back"): ImportState.TAKEN_BACK,
    (ImportState.PARTLY, "take_back_some"): ImportState.PARTLY,
}

MACHINES = [("Import", IMPORT_MOVES, ImportState.RECEIVED)]


class ImportSection(models.TextChoices):
    """What the lines of an import are sorted by, in the order in which somebody should look at them."""

    WRONG = "wrong", pgettext_lazy("rows", "To fix")
    DOUBT = "doubt", pgettext_lazy("rows", "To answer")
    NEW = "new", pgettext_lazy("rows", "New")
    CHANGED = "changed", pgettext_lazy("rows", "Changed")
    UNCHANGED = "unchanged", pgettext_lazy("rows", "Unchanged")
    ANSWERED = "answered", pgettext_lazy("rows", "Answered")
    LEFT_OUT = "left_out", pgettext_lazy("rows", "Left out")
    READ_AS = "read_as", pgettext_lazy("rows", "Read as")
    STAYED = "stayed", pgettext_lazy("rows", "Not taken back")


TO_WRITE = (ImportSection.NEW, ImportSection.CHANGED)

TO_DECIDE = (ImportSection.WRONG, ImportSection.DOUBT, *TO_WRITE)
"""Lines for which somebody has something to do; a previewed file without any is done."""

EMPTIED = "emptied"
"""The question whether cells were left empty on purpose; to it, too, may be answered that what is there stays."""

AGAIN = "again"
"""What may be answered to what was answered: it is asked once more."""

ANSWERED = "answered"
"""Why a row is left out: somebody has answered so."""

LEFT_OUT = {ANSWERED: _("left out, as was answered")}
