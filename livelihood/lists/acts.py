"""Acts upon lists as files, as the journal calls them."""

from livelihood.audit.acts import Act


class ListAct(Act):
    """Somebody at the desk took a list away as a file."""

    TAKEN = "list.taken"
