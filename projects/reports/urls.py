"""Addresses of announcement and reports, public and at the desk."""

from django.urls import path

from projects.reports.views import desk, public

app_name = "reports"

CYCLE = "<slug:area>/<int:year>"
DESK = f"desk/{CYCLE}/reports"

urlpatterns = [
    path(f"{CYCLE}/announcement/", public.announcement, name="announcement"),
    path(f"{CYCLE}/announcement/sites/", public.announced_sites, name="announced_sites"),
    path(f"{CYCLE}/reports/", public.report_list, name="reports"),
    path(f"{CYCLE}/reports/<int:pk>/", public.report, name="report"),
    path(f"{CYCLE}/reports/<int:pk>/<slug:file_format>/", public.report_file, name="report_file"),
    path(f"desk/{CYCLE}/announcement/", desk.announcement_prepare, name="announcement_prepare"),
    path(f"{DESK}/", desk.desk_reports, name="desk_reports"),
    path(f"{DESK}/request/", desk.report_request, name="report_request"),
    path(f"{DESK}/<int:pk>/retry/", desk.report_retry, name="report_retry"),
]
