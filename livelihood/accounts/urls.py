"""Addresses of signing in, and of people and mandates."""

from django.urls import path

from livelihood.accounts import views

app_name = "accounts"

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("desk/<slug:area>/people/", views.people, name="people"),
    path("desk/<slug:area>/people/add/", views.person_add, name="person_add"),
    path("desk/<slug:area>/people/<int:pk>/", views.person, name="person"),
    path("desk/<slug:area>/mandates/<int:pk>/end/", views.mandate_end, name="mandate_end"),
]
