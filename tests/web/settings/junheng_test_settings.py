"""Django's settings for tests: the application's own, in a folder that goes away, with a fast password hash."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

HOME = tempfile.mkdtemp(prefix="junheng-test-")
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
os.environ["JUNHENG_HOME"] = HOME
os.environ["JUNHENG_SECRET_KEY"] = "a key for tests only: 0123456789abcdefghijklmnopqrstuvwxyz-ABCDEF"
os.environ["JUNHENG_DATABASE_URL"] = os.environ.get("JUNHENG_TEST_DATABASE_URL", "")
os.environ.pop("JUNHENG_PUBLIC_URL", None)
# The browser's library keeps a loop in the thread of the tests; the framework takes that for a loop of its own.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
os.environ.pop("JUNHENG_SECOND_FACTOR", None)

from junheng.web.settings import *  # noqa: E402, F403 - the environment comes first

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
