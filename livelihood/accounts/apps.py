from django.apps import AppConfig
from django.core.checks import Tags, register


class AccountsConfig(AppConfig):
    name = "livelihood.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Let Django know what is checked."""
        from livelihood.accounts.checks import second_factor_is_required  # noqa: PLC0415 -- models are there only now

        register(second_factor_is_required, Tags.security, deploy=True)
