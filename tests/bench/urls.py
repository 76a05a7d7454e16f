"""The portal and, beside it, what its pages are measured against."""

from django.urls import path

from livelihood import urls
from tests.bench import bare

urlpatterns = [
    path("bare/empty", bare.empty),
    path("bare/insert", bare.insert),
    *urls.urlpatterns,
]
