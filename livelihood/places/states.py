"""What can hang on an area or an organisation that is to end."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Hangs(models.TextChoices):
    """Something that refers to an area or an organisation and is not over."""

    DRAFTS = "drafts", _("Drafts of years")
    DECIDING = "deciding", _("Years whose list is not decided yet")
    DELIVERING = "delivering", _("Years that are carried out or judged")
    LETTERS = "letters", _("Open letters that collect suggestions")
    ROUNDS = "rounds", _("Voting rounds that are not over")
    BELOW = "below", _("Organisations that belong to it")
    ORGANISATIONS = "organisations", _("Organisations")
    PEOPLE = "people", _("Accounts that are open")
    MANDATES = "mandates", _("Mandates that run or are to come")
    SUGGESTIONS = "suggestions", _("Suggestions on which nobody has decided")
    NEEDS = "needs", _("Needs under examination")
    CANDIDATES = "candidates", _("Candidates that are not on a frozen list")
    PROJECTS = "projects", _("Projects of years that are not closed")
    SITES = "sites", _("Sites of years that are not closed")
    TARGETS = "targets", _("Targets of years that are not closed")
    IMPORTS = "imports", _("Imports on which nobody has decided")


YEARS = frozenset({Hangs.DRAFTS, Hangs.DECIDING, Hangs.DELIVERING})
"""Years of the area itself, or of the area whose livelihood office it is."""

HANDED_ON = YEARS | {Hangs.ROUNDS, Hangs.MANDATES, Hangs.CANDIDATES, Hangs.PROJECTS, Hangs.SITES}
"""What needs an organisation that is there: whoever ends gives it to another, or is merged into another."""
