from django.apps import AppConfig


class MeaningConfig(AppConfig):
    name = "livelihood.meaning"
    label = "meaning"
