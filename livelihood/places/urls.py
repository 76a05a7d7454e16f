"""Addresses of areas and organisations. /<area>/ comes last of all the house's: it is whatever no other page is."""

from django.urls import path

from livelihood.places.views import areas, organisations, people, public

app_name = "places"

urlpatterns = [
    path("desk/<slug:area>/provinces/", areas.provinces, name="provinces"),
    path("desk/<slug:area>/areas/", areas.area_list, name="areas"),
    path("desk/<slug:area>/areas/add/", areas.area_add, name="area_add"),
    path("desk/<slug:area>/areas/load/", areas.area_load, name="area_load"),
    path("desk/<slug:area>/areas/townships/", areas.townships, name="townships"),
    path("desk/<slug:area>/areas/edit/", areas.area_edit, name="area_edit"),
    path("desk/<slug:area>/areas/rename/", areas.area_rename, name="area_rename"),
    path("desk/<slug:area>/areas/end/", areas.area_end, name="area_end"),
    path("desk/<slug:area>/areas/history/", areas.area_history, name="area_history"),
    path("desk/<slug:area>/people/", people.people, name="people"),
    path("desk/<slug:area>/organisations/", organisations.organisation_list, name="organisations"),
    path("desk/<slug:area>/organisations/add/", organisations.organisation_add, name="organisation_add"),
    path("desk/<slug:area>/organisations/<int:pk>/", organisations.organisation, name="organisation"),
    path("desk/<slug:area>/organisations/<int:pk>/edit/", organisations.organisation_edit, name="organisation_edit"),
    path(
        "desk/<slug:area>/organisations/<int:pk>/rename/", organisations.organisation_rename, name="organisation_rename"
    ),
    path("desk/<slug:area>/organisations/<int:pk>/merge/", organisations.organisation_merge, name="organisation_merge"),
    path("desk/<slug:area>/organisations/<int:pk>/end/", organisations.organisation_end, name="organisation_end"),
    path(
        "desk/<slug:area>/organisations/<int:pk>/history/",
        organisations.organisation_history,
        name="organisation_history",
    ),
    path("<slug:area>/", public.area, name="area"),
]
