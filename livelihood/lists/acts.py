"""Acts upon lists and how they are looked at, as the journal calls them."""

from livelihood.audit.acts import Act


class ListAct(Act):
    """Somebody at the desk took a list away as a file, or keeps how they look at it."""

    TAKEN = "list.taken"
    VIEW_CHOSEN = "view.chosen"
    VIEW_DROPPED = "view.dropped"
    VIEW_SAVED = "view.saved"
