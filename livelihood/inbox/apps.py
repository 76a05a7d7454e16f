from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import import_string


class InboxConfig(AppConfig):
    name = "livelihood.inbox"
    label = "inbox"

    def ready(self) -> None:
        """Look for the classes that send, so that a server with a name of nothing does not start."""
        for name in filter(None, (settings.SMS_SENDER, settings.WORK_SENDER)):
            import_string(name)
