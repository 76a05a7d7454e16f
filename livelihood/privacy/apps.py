from django.apps import AppConfig
from django.core.checks import Tags, register


class PrivacyConfig(AppConfig):
    name = "livelihood.privacy"
    label = "privacy"

    def ready(self) -> None:
        """Let Django know what is checked."""
        from livelihood.privacy.checks import keys_are_others  # noqa: PLC0415 -- settings are there only now

        register(keys_are_others, Tags.security, deploy=True)
