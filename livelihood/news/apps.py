from django.apps import AppConfig


class NewsConfig(AppConfig):
    name = "livelihood.news"
    label = "news"
