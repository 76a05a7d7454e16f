from django.apps import AppConfig
from django.core.checks import Tags, register


class WebConfig(AppConfig):
    name = "livelihood.web"
    label = "web"

    def ready(self) -> None:
        """Let Django know what is checked."""
        from livelihood.web import checks  # noqa: PLC0415 -- settings are there only now

        register(checks.addresses_are_ours, Tags.security, deploy=True)
        register(checks.servers_are_ours, Tags.security, deploy=True)
