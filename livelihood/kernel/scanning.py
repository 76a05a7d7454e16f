"""Files from outside, shown to a scanner for malicious code before anything of them is read or kept.

The scanner is the authority's own, named by SCANNER: clamd of ClamAV, or another that speaks its INSTREAM
(docs.clamav.net, “Scanning”). Without one nothing is asked: files are judged by what they are and never run.
"""

import logging
import socket
import struct
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import DomainError
from livelihood.kernel.uploads import FileRefused

NONE = ("", 0)
PIECE = 1 << 16
"""Bytes that are sent at once."""
SECONDS = 10
"""How long the scanner may think; a request has thirty (livelihood.web.deadline)."""
ANSWER = 4096
AWAY = (OSError, UnicodeDecodeError)
log = logging.getLogger("livelihood.scanning")


class ScannerAway(DomainError):
    """The scanner does not answer, or not with a finding: nothing is taken unseen."""

    status = 503
    code = "scanner_away"
    message = _("The file could not be checked for malicious code, and was not taken. Please try again in a minute.")
    seconds = 60


def require_harmless(file: BinaryIO) -> None:
    """Show a file to the scanner, if there is one, and leave the file at its beginning.

    :raises FileRefused: the scanner found something.
    :raises ScannerAway: it gave no finding.
    """
    if settings.SCANNER == NONE:
        return
    try:
        finding = _finding(file)
    except AWAY as error:
        log.exception("The scanner does not answer")
        raise ScannerAway from error
    finally:
        file.seek(0)
    if finding.endswith(" FOUND"):
        log.warning("A file was refused: %s", finding)
        raise FileRefused(
            _("The scanner found malicious code in this file, and it was not taken. Have your computer checked.")
        )
    if not finding.endswith(" OK"):
        log.error("The scanner gave no finding: %s", finding)
        raise ScannerAway


def _finding(file: BinaryIO) -> str:
    """Return the scanner's line on a file: `stream: OK`, `stream: NAME FOUND`, or a complaint."""
    with socket.create_connection(settings.SCANNER, timeout=SECONDS) as scanner:
        scanner.sendall(b"zINSTREAM\0")
        while piece := file.read(PIECE):
            scanner.sendall(struct.pack("!L", len(piece)) + piece)
        scanner.sendall(struct.pack("!L", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < ANSWER and (more := scanner.recv(ANSWER)):
            answer += more
    return answer.rstrip(b"\0\n").decode()
