"""Addresses of the door for sheets: of a year, of an area, and of each file that was brought."""

from django.urls import path

from livelihood.imports.views import bringing, deciding, marking, reading

app_name = "imports"

urlpatterns = [
    path("desk/imports/<int:pk>/", reading.detail, name="import"),
    path("desk/imports/<int:pk>/columns/", reading.columns, name="columns"),
    path("desk/imports/<int:pk>/words/", reading.words, name="words"),
    path("desk/imports/<int:pk>/answers/", reading.answers, name="answers"),
    path("desk/imports/<int:pk>/take-up/", reading.take_up, name="take_up"),
    path("desk/imports/<int:pk>/recheck/", reading.recheck, name="recheck"),
    path("desk/imports/<int:pk>/write/", deciding.write, name="write"),
    path("desk/imports/<int:pk>/drop/", deciding.drop, name="drop"),
    path("desk/imports/<int:pk>/take-back/", deciding.take_back, name="take_back"),
    path("desk/imports/<int:pk>/file/", deciding.file, name="file"),
    path("desk/imports/<int:pk>/errors/", marking.errors, name="errors"),
    path("desk/imports/marked/<int:pk>/", marking.marked, name="marked"),
    path("desk/<slug:area>/imports/", bringing.of_area, name="of_area"),
    path("desk/<slug:area>/<int:year>/imports/", bringing.of_year, name="of_year"),
]
