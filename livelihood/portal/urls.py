"""Addresses of the pages over all rooms."""

from django.urls import path

from livelihood.portal import manners, views, years
from livelihood.web import styleguide

app_name = "portal"

urlpatterns = [
    path("", views.index, name="index"),
    path("card.png", views.front_card, name="front_card"),
    path("map/areas.geojson", views.front_areas, name="front_areas"),
    path("map/years.geojson", views.front_years, name="front_years"),
    path("map/centres.json", views.centres, name="centres"),
    path("feed.xml", manners.feed, name="feed"),
    path("track/", views.track, name="track"),
    path("search/", views.search, name="search"),
    path("data/", views.data, name="data"),
    path("pages/<slug:key>/", views.page, name="page"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("desk/", views.my_work, name="my_work"),
    path("desk/search/", views.desk_search, name="desk_search"),
    path("site-map/", views.site_map, name="site_map"),
    path("desk/manuals/", views.manuals, name="manuals"),
    path("desk/manuals/<slug:key>/", views.manual, name="manual"),
    path("account/", views.account, name="account"),
    path("desk/<slug:area>/people/<int:pk>/journal/", views.person_journal, name="person_journal"),
    path("desk/<slug:area>/journal/", views.area_journal, name="area_journal"),
    path("desk/<slug:area>/set-up/", views.setting_up, name="setting_up"),
    path("desk/<slug:area>/years/open/", years.year_open, name="year_open"),
    path("desk/<slug:area>/<int:year>/", years.desk, name="desk"),
    path("desk/<slug:area>/<int:year>/edit/", years.year_edit, name="year_edit"),
    path("desk/<slug:area>/<int:year>/discard/", years.year_discard, name="year_discard"),
    path("desk/<slug:area>/<int:year>/adopt/", years.year_adopt, name="year_adopt"),
    path("desk/<slug:area>/<int:year>/decision/", years.adoption_correct, name="adoption_correct"),
    path("desk/<slug:area>/<int:year>/dates/", years.year_dates, name="year_dates"),
    path("desk/<slug:area>/<int:year>/advance/", years.year_advance, name="year_advance"),
    path("desk/<slug:area>/<int:year>/take-back/", years.year_take_back, name="year_take_back"),
    path("desk/<slug:area>/<int:year>/journal/", views.journal, name="journal"),
    path("<slug:area>/<int:year>/", views.cycle, name="cycle"),
    path("<slug:area>/<int:year>/card.png", views.year_card, name="year_card"),
    path("<slug:area>/<int:year>/letter/card.png", views.letter_card, name="letter_card"),
    path("<slug:area>/<int:year>/decision/file/", years.adoption_file, name="adoption_file"),
]
