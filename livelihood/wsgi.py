"""Entry of the web server."""

import os

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livelihood.settings.production")

application = get_wsgi_application()
# Imported by name: it needs the applications, which are loaded only now.
import_string("livelihood.web.deadline.start")()
