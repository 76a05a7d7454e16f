from django.apps import AppConfig
from django.core.checks import Tags, register


class WebConfig(AppConfig):
    name = "livelihood.web"
    label = "web"

    def ready(self) -> None:
        """Let Django know what is checked."""
        from livelihood.web.checks import addresses_are_ours  # noqa: PLC0415 -- settings are there only now

        register(addresses_are_ours, Tags.security, deploy=True)
