"""What commands say to whoever runs the portal: in Chinese, and in English below it."""

from django.utils import translation

from livelihood.kernel.errors import Text


def both(text: Text) -> str:
    """Return a text in both languages, a line or more for each."""
    said = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said.append(str(text))
    return "\n".join(said)
