from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "livelihood.demo"
    label = "demo"
