from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "livelihood.web"
    label = "web"
