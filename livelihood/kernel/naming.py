"""The name of the portal for what leaves it: mails, papers, passkeys. Pages have it from the imprint themselves."""

from django.conf import settings
from django.utils.module_loading import import_string


def portal_name() -> str:
    """Return the name as it is set, in the active language."""
    return str(import_string(settings.PORTAL_NAME_PROVIDER)())
