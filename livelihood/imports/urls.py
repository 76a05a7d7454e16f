"""Addresses of the door for sheets: of a year, of an area, and of each file that was brought."""

from django.urls import path

from livelihood.imports import views

app_name = "imports"

urlpatterns = [
    path("desk/imports/<int:pk>/", views.detail, name="import"),
    path("desk/imports/<int:pk>/columns/", views.columns, name="columns"),
    path("desk/imports/<int:pk>/words/", views.words, name="words"),
    path("desk/imports/<int:pk>/answers/", views.answers, name="answers"),
    path("desk/imports/<int:pk>/recheck/", views.recheck, name="recheck"),
    path("desk/imports/<int:pk>/write/", views.write, name="write"),
    path("desk/imports/<int:pk>/drop/", views.drop, name="drop"),
    path("desk/imports/<int:pk>/take-back/", views.take_back, name="take_back"),
    path("desk/imports/<int:pk>/file/", views.file, name="file"),
    path("desk/imports/<int:pk>/errors/", views.errors, name="errors"),
    path("desk/<slug:area>/imports/", views.of_area, name="of_area"),
    path("desk/<slug:area>/<int:year>/imports/", views.of_year, name="of_year"),
]
