"""Entry of the web server."""

import os

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livelihood.settings.production")

application = get_wsgi_application()
# Imported by name: they need the applications, which are loaded only now.
application = import_string("livelihood.web.bounds.bounded")(application)
import_string("livelihood.web.deadline.start")()
