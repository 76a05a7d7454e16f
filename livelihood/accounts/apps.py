from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "livelihood.accounts"
    label = "accounts"
