"""Settings: `base` is common; `local`, `test` and `production` add what differs. Chosen by DJANGO_SETTINGS_MODULE."""
