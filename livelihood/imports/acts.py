"""Acts upon files that are brought in, as the journal calls them."""

from livelihood.audit.acts import Act


class ImportAct(Act):
    """Received, written or dropped, and taken back."""

    DROPPED = "import.dropped"
    RECEIVED = "import.received"
    TAKEN_BACK = "import.taken_back"
    WRITTEN = "import.written"
