from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "livelihood.privacy"
    label = "privacy"
