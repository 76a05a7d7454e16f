from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "livelihood.lists"
    label = "lists"
