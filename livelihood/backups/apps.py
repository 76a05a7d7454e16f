from django.apps import AppConfig


class BackupsConfig(AppConfig):
    name = "livelihood.backups"
    label = "backups"
