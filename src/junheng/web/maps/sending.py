"""Outlines are large and hardly ever change: browsers may keep them, ask each time, and get them only if they changed.

The gate lets nobody past who may not see them, so that what is kept is shown only to those who still may. Everything
that says something of a home, a child or a school is sent apart from them, and is not kept.
"""

from __future__ import annotations

import gzip
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers

from junheng.web.remember import made_once

GEOJSON = "application/geo+json"


def send_outlines(request: HttpRequest, content: bytes) -> HttpResponseBase:
    """Return outlines, packed where the browser unpacks them; nothing but "as before" where it has them already."""
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    whole = HttpResponse(_packed(content) if is_packed else content, content_type=GEOJSON)
    if is_packed:
        whole.headers["Content-Encoding"] = "gzip"
    whole.headers["ETag"] = f'W/"{_digest(content)}"'
    found = get_conditional_response(request, etag=whole.headers["ETag"], response=whole) or whole
    found.headers["Cache-Control"] = "private, no-cache"
    patch_vary_headers(found, ("Accept-Encoding", "Cookie"))
    return found


@made_once(maxsize=8)
def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:32]


@made_once(maxsize=8)
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, 6, mtime=0)
