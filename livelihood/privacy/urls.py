"""Addresses of the record of processing."""

from django.urls import path

from livelihood.privacy import views

app_name = "privacy"

urlpatterns = [
    path("desk/<slug:area>/personal-data/", views.record, name="record"),
    path("desk/<slug:area>/personal-data/<slug:key>/", views.kind, name="kind"),
]
