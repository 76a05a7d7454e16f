"""Addresses of what the portal says of itself, at the desk; the public ones are the roof's."""

from django.urls import path

from livelihood.imprint import views

app_name = "imprint"

urlpatterns = [
    path("desk/portal/", views.setting_list, name="settings"),
    path("desk/portal/pages/add/", views.page_open, name="page_open"),
    path("desk/portal/<slug:key>/", views.setting, name="setting"),
    path("desk/portal/<slug:key>/<int:number>/", views.version, name="version"),
]
