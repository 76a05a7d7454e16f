from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "livelihood.places"
    label = "places"
