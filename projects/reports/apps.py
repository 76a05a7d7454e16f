from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "projects.reports"
    label = "reports"
