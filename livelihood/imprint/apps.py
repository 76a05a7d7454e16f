from django.apps import AppConfig


class ImprintConfig(AppConfig):
    name = "livelihood.imprint"
    label = "imprint"
