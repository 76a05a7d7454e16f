from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "livelihood.jobs"
    label = "jobs"
