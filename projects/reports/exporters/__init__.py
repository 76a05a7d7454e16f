"""The report in its forms: as a document (page and PDF) and as a workbook."""
