from django.apps import AppConfig


class CyclesConfig(AppConfig):
    name = "livelihood.cycles"
    label = "cycles"
