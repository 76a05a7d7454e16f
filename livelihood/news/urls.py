"""Addresses of news: public, and at the desk of the area's office."""

from django.urls import path

from livelihood.news import views

app_name = "news"

urlpatterns = [
    path("desk/<slug:area>/news/", views.desk_news, name="desk_news"),
    path("desk/<slug:area>/news/add/", views.news_publish, name="news_publish"),
    path("desk/<slug:area>/news/<int:pk>/withdraw/", views.news_withdraw, name="news_withdraw"),
    path("<slug:area>/news/", views.news_list, name="news_list"),
    path("<slug:area>/news/<int:pk>/", views.news_item, name="news_item"),
]
