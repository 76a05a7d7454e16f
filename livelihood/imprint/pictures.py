"""A mark or an icon as it was uploaded, drawn anew: what is handed out is made here and holds only its points."""

import io
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from livelihood.kernel.scanning import require_harmless
from livelihood.kernel.uploads import FileKind, FileRefused, check_file

MOST_BYTES = 900 * 1024
"""Of the file; a form of the desk has a megabyte (livelihood.web.bounds)."""

MOST_POINTS = 16_000_000
MOST_SIDE = 512
WIDEST = 5
"""How many times as wide as high a picture may be, or as high as wide: it stands in one line with words."""

BROKEN = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)
"""What Pillow raises at a picture that is damaged."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is handed out: PNG, no larger than `MOST_SIDE`."""

    content: bytes
    width: int
    height: int


def drawn_anew(file: BinaryIO, *, least: int) -> Picture:
    """Return the picture in a file, made small and freed of everything that is not a point of it.

    least: how short a side may be, in points.

    SVG is a document with programs and links and is not taken (docs/adr/0040-an-imprint-of-settings.md).

    :raises FileRefused: no PNG or JPEG, damaged, too large, too small, a strip, or malicious.
    :raises ScannerAway: nobody could say whether it is.
    """
    check_file(file, allowed={FileKind.PNG, FileKind.JPEG}, max_bytes=MOST_BYTES)
    require_harmless(file)
    try:
        with Image.open(file, formats=["PNG", "JPEG"]) as opened:
            width, height = opened.size
            if width * height > MOST_POINTS:
                problem = _("This picture has {width} × {height} points. Make it smaller, for instance 512 × 512.")
                raise FileRefused(format_lazy(problem, width=width, height=height))
            picture = ImageOps.exif_transpose(opened).convert("RGBA")
    except BROKEN as error:
        raise FileRefused(_("This picture is damaged. Save it as PNG once more and send that file.")) from error
    shorter, longer = sorted(picture.size)
    if shorter < least or longer > WIDEST * shorter:
        problem = _(
            "This picture has {width} × {height} points. It needs at least {least} on each side, and is at most"
            " {widest} times as wide as high."
        )
        width, height = picture.size
        raise FileRefused(format_lazy(problem, width=width, height=height, least=least, widest=WIDEST))
    picture.thumbnail((MOST_SIDE, MOST_SIDE))
    # What is behind points that cannot be seen is not handed out either.
    drawn = Image.new("RGBA", picture.size)
    drawn.paste(picture, mask=picture.getchannel("A").point(lambda alpha: 255 if alpha else 0))
    content = io.BytesIO()
    drawn.save(content, "PNG", optimize=True)
    return Picture(content.getvalue(), drawn.width, drawn.height)
