"""Addresses of lists as files: public, of a year and of an area at the desk, and of each file that is written."""

from django.urls import path

from livelihood.lists import views

app_name = "lists"

YEAR = "<slug:area>/<int:year>/lists"

urlpatterns = [
    # First, as `desk` could be an area and the code of one a year.
    path("desk/lists/<int:pk>/", views.own_file, name="own_file"),
    path("desk/lists/<int:pk>/content/", views.own_content, name="own_content"),
    path("desk/<slug:area>/lists/<slug:listing>/", views.of_area, name="of_area"),
    path(f"desk/{YEAR}/<slug:listing>/", views.of_year, name="of_year"),
    path("desk/<slug:area>/<int:year>/views/<slug:grid>/", views.saved_views, name="views"),
    path(f"{YEAR}/<int:pk>/", views.public_file, name="public_file"),
    path(f"{YEAR}/<int:pk>/content/", views.public_content, name="public_content"),
    path(f"{YEAR}/<slug:listing>/", views.public, name="public"),
]
