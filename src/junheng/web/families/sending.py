"""Taking the form of an application from a request: a family's own, or the one that the desk fills in for it."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.admissions.models import Origin, Round
from junheng.web.admissions.papers import Upload
from junheng.web.families import services
from junheng.web.families.asked import Asked, RefusedError, Wrong
from junheng.web.families.faces import Face
from junheng.web.families.reading import DOCUMENT, Form, Kept
from junheng.web.families.services import Receipt
from junheng.web.roles import Person

STALE = Text("请重新打开这一页", "please open this page again")
_KEY = re.compile(r"[A-Za-z0-9_-]{20,64}")
_KEY_BYTES = 24


def new_key() -> str:
    """Return the word of a new form: whatever is sent with it is one application."""
    return secrets.token_urlsafe(_KEY_BYTES)


def send(
    request: HttpRequest,
    found: Round,
    known: Face,
    *,
    by: Person = services.FAMILY,
    origin: Origin = Origin.ONLINE,
    kind: type[Form] = Form,
    now: datetime,
) -> tuple[Receipt | None, tuple[Wrong, ...]]:
    """Take the application that a request brings; return its receipt, or everything that is wrong with it."""
    key = request.POST.get("key", "")
    if not _KEY.fullmatch(key):
        return None, (Wrong("", STALE),)
    asked, wrongs = read_form(request, known, kind=kind)
    if asked is None:
        return None, wrongs
    try:
        return services.apply(by=by, found=found, asked=asked, key=key, now=now, origin=origin), ()
    except RefusedError as error:
        return None, error.wrongs
    except UsageError as error:
        return None, (Wrong("", error.text),)


def read_form(
    request: HttpRequest, known: Face, *, kept: Kept | None = None, kind: type[Form] = Form
) -> tuple[Asked | None, tuple[Wrong, ...]]:
    """Return what the form of a request asks, or `None` and everything that is wrong with it."""
    if request.META.get("junheng.too_large"):
        text = Text(
            "文件合计超过 {n} MB。请先提交报名，再逐份上传材料",
            "the files are over {n} MB together. Send the application first, then its documents one by one",
        )
        return None, (Wrong("", text.format(n=settings.UPLOAD_MAX_BYTES >> 20)),)
    form = kind(known, request.POST.dict(), files=scans_in(request), today=timezone.localdate(), kept=kept)
    return form.read(), tuple(form.wrongs)


def scans_in(request: HttpRequest) -> dict[str, Upload]:
    """Return the scans of a request by the name of their field."""
    given = {name: request.FILES.get(name) for name in request.FILES if name.startswith(DOCUMENT)}
    return {name: one for name, one in given.items() if one is not None}
