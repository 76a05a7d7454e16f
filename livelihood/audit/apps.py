from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "livelihood.audit"
    label = "audit"
