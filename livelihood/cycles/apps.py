from django.apps import AppConfig
from django.core.checks import register


class CyclesConfig(AppConfig):
    name = "livelihood.cycles"
    label = "cycles"

    def ready(self) -> None:
        """Have the authority's outlines read before the portal is let out."""
        from livelihood.cycles.outlines import folder_can_be_read  # noqa: PLC0415 -- needs the models

        register(folder_can_be_read, deploy=True)
