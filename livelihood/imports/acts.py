"""Acts upon files that are brought in, as the journal calls them."""

from livelihood.audit.acts import Act


class ImportAct(Act):
    """Received, written or dropped, taken back; and the file taken away as it came."""

    DROPPED = "import.dropped"
    FILE_TAKEN = "import.file_taken"
    RECEIVED = "import.received"
    TAKEN_BACK = "import.taken_back"
    WRITTEN = "import.written"
