from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "livelihood.imports"
    label = "imports"
