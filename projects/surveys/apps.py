from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "projects.surveys"
    label = "surveys"
