from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "livelihood.portal"
    label = "portal"
