"""Addresses of surveys, answers and satisfaction, public and at the desk."""

from django.urls import path

from projects.surveys.views import desk, public

app_name = "surveys"

CYCLE = "<slug:area>/<int:year>"
DESK = f"desk/{CYCLE}/surveys"

urlpatterns = [
    path("survey/", public.answer_code, name="answer_code"),
    path(f"{CYCLE}/sites/<int:pk>/answer/", public.answer_site, name="answer_site"),
    path(f"{CYCLE}/projects/<int:pk>/answer/", public.answer_project, name="answer_project"),
    path(f"{CYCLE}/answer/thanks/", public.answer_thanks, name="answer_thanks"),
    path(f"{CYCLE}/satisfaction/", public.satisfaction, name="satisfaction"),
    path(f"{DESK}/", desk.survey_list, name="desk_surveys"),
    path(f"{DESK}/published/", desk.published_enter, name="published_enter"),
    path(f"{DESK}/new/", desk.survey_create, name="survey_create"),
    path(f"{DESK}/<int:pk>/", desk.survey_detail, name="desk_survey"),
    path(f"{DESK}/<int:pk>/invitations/", desk.invitations_draw, name="invitations_draw"),
    path(f"{DESK}/<int:pk>/recount/", desk.survey_recount, name="survey_recount"),
    path(f"{DESK}/<int:pk>/<slug:verb>/", desk.survey_move, name="survey_move"),
]
