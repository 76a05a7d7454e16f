"""The frame of the livelihood portal."""

from livelihood.celery import app as celery_app

__all__ = ["celery_app"]
