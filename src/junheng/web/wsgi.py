"""What the web server runs."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "junheng.web.settings")
application = get_wsgi_application()
# Django reads the pages on the first request: each process would keep the first families waiting for seconds.
get_resolver().url_patterns  # noqa: B018 - a cached property: to ask for it is to read them
