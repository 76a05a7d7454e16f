"""Addresses of the two lists, sites, progress and notices, public and at the desk."""

from django.urls import path

from projects.views import desk_lists, desk_progress, desk_sites, public

app_name = "projects"

CYCLE = "<slug:area>/<int:year>"
DESK = f"desk/{CYCLE}"

urlpatterns = [
    path(f"{CYCLE}/projects/", public.projects, name="projects"),
    path(f"{CYCLE}/projects/<int:pk>/", public.project, name="project"),
    path(f"{CYCLE}/standards/", public.standards, name="standards"),
    path(f"{CYCLE}/standards/<int:pk>/", public.standard, name="standard"),
    path(f"{CYCLE}/sites/", public.sites, name="sites"),
    path(f"{CYCLE}/sites/points.geojson", public.points, name="points"),
    path(f"{CYCLE}/sites/areas.geojson", public.areas, name="areas"),
    path(f"{CYCLE}/sites/<int:pk>/", public.site, name="site"),
    path(f"{CYCLE}/progress/", public.progress, name="progress"),
    path(f"{DESK}/projects/", desk_lists.projects, name="desk_projects"),
    path(f"{DESK}/projects/hand-over/", desk_lists.hand_over, name="hand_over"),
    path(f"{DESK}/projects/new/", desk_lists.project_add, name="project_add"),
    path(f"{DESK}/projects/<int:pk>/", desk_lists.project, name="desk_project"),
    path(f"{DESK}/projects/<int:pk>/indicators/<int:indicator>/", desk_lists.indicator, name="indicator_change"),
    path(f"{DESK}/projects/<int:pk>/indicators/<int:indicator>/report/", desk_sites.area_report, name="area_report"),
    path(f"{DESK}/projects/<int:pk>/allocation/", desk_lists.allocation, name="allocation"),
    path(f"{DESK}/projects/<int:pk>/close-out/", desk_lists.close_out, name="close_out"),
    path(f"{DESK}/standards/", desk_lists.standards, name="desk_standards"),
    path(f"{DESK}/standards/new/", desk_lists.standard_add, name="standard_add"),
    path(f"{DESK}/standards/<int:pk>/", desk_lists.standard, name="desk_standard"),
    path(f"{DESK}/lights/", desk_lists.lights, name="lights"),
    path(f"{DESK}/sites/", desk_sites.sites, name="desk_sites"),
    path(f"{DESK}/sites/new/", desk_sites.add, name="site_add"),
    path(f"{DESK}/sites/<int:pk>/", desk_sites.site, name="desk_site"),
    path(f"{DESK}/sites/<int:pk>/correct/", desk_sites.correct, name="site_correct"),
    path(f"{DESK}/sites/<int:pk>/start/", desk_sites.start, name="site_start"),
    path(f"{DESK}/sites/<int:pk>/inspect/", desk_sites.inspect, name="site_inspect"),
    path(f"{DESK}/progress/", desk_progress.grid, name="grid"),
    path(f"{DESK}/progress/paste/", desk_progress.grid_paste, name="grid_paste"),
    path(f"{DESK}/notices/", desk_sites.notices, name="desk_notices"),
    path(f"{DESK}/notices/<int:pk>/", desk_sites.notice, name="desk_notice"),
]
