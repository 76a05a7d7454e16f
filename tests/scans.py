"""What a scanner makes of a sheet of paper."""

import io

from pypdf import PdfWriter


def scan(title: str = "报告单") -> bytes:
    """Return a file as a scanner makes it: one sheet of paper."""
    file, writer = io.BytesIO(), PdfWriter()
    writer.add_blank_page(595, 842)
    writer.add_metadata({"/Title": title})
    writer.write(file)
    return file.getvalue()
