"""Addresses of one's own messages, and of the way out of mails."""

from django.urls import path

from livelihood.inbox import views

app_name = "inbox"

urlpatterns = [
    path("account/messages/", views.messages, name="messages"),
    path("account/messages/read/", views.messages_read, name="messages_read"),
    path("account/messages/settings/", views.preference, name="preference"),
    path("account/messages/<int:pk>/open/", views.message_open, name="message_open"),
    path("messages/stop/<str:token>/", views.stop, name="stop"),
]
