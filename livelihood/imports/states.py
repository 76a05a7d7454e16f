"""How far an import is, what its lines are, and what may be answered to its questions."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livelihood.kernel.moves import Moves


class ImportState(models.TextChoices):
    """A file is read, shown, and then written as a whole or dropped; what was written may be taken back.

    PARTLY: some rows were, others stayed because somebody had acted on them; those may be tried again.
    """

    RECEIVED = "received", pgettext_lazy("import", "Received")
    PREVIEWED = "previewed", pgettext_lazy("import", "Previewed")
    WRITTEN = "written", pgettext_lazy("import", "Written")
    DROPPED = "dropped", pgettext_lazy("import", "Dropped")
    PARTLY = "partly", pgettext_lazy("import", "Partly taken back")
    TAKEN_BACK = "taken_back", pgettext_lazy("import", "Taken back")


OPEN = (ImportState.RECEIVED, ImportState.PREVIEWED)
"""Of these something is still to be decided."""

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
    LEFT_OUT = "left_out", pgettext_lazy("rows", "Left out")
    READ_AS = "read_as", pgettext_lazy("rows", "Read as")
    STAYED = "stayed", pgettext_lazy("rows", "Not taken back")


TO_WRITE = (ImportSection.NEW, ImportSection.CHANGED)

EMPTIED, KEEP = "emptied", "keep"
"""The question whether cells were left empty on purpose, and the answer that what was there stays."""

ANSWERED = "answered"
"""Why a row is left out: somebody has answered so."""

LEFT_OUT = {ANSWERED: _("left out, as was answered")}
