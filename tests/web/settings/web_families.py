"""A round of the example that takes applications, and what a family sends. The identity numbers belong to nobody."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

PHOTO = b"\xff\xd8\xff\xe0" + b"a photo" * 100
CHILD, SECOND_CHILD, TOO_YOUNG = "110101202003070032", "110101202003070016", "110101202011220037"
MISTYPED = "110101202003070033"
GUARDIAN, OTHER_GUARDIAN = "110101198806150029", "110101198806150010"
CODE = "families"
KEY, OTHER_KEY = "a-key-of-the-form-1234567890", "another-key-of-a-form-123"


def identity(n: int, *, year: int = 2019) -> str:
    """Return the nth identity number of nobody who was born in the school year that began in a year."""
    from junheng.web.admissions.identity import check_character

    digits = f"110101{date(year, 9, 1) + timedelta(days=n % 365):%Y%m%d}{n // 365:03d}"
    return digits + check_character(digits)


def make_round(by: Any, year: int) -> Any:
    """Make a round of the first grade that takes applications and has none, beside the example's own."""
    from junheng.district.examples.admission import with_round
    from junheng.web.admissions.rounds import open_round, set_hours
    from junheng.web.admissions.rulebook import begun
    from junheng.web.admissions.states import open_applications
    from junheng.web.registry.snapshots import district_of, make_snapshot

    snapshot = make_snapshot(by=by, year=year, name="for the round")
    plan = with_round(district_of(snapshot.pk), stage="primary").table("places").to_dicts()
    offered = [
        {name: row[name] for name in ("school", "classes", "places")}
        for row in plan
        if row["stage"] == "primary"
    ]
    rules = begun(stage="primary", year=year, code=CODE)
    found = open_round(by=by, snapshot=snapshot, stage="primary", year=year, code=CODE, rules=rules)
    found.plan = json.dumps({"places": offered})
    found.save()
    set_hours(by=by, found=found, opens_at=None, closes_at=timezone.now() + timedelta(days=2))
    open_applications(by=by, found=found)
    found.refresh_from_db()
    return found


def photo(name: str = "IMG_0001.JPG", content: bytes = PHOTO) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def filled_in(found: Any) -> dict[str, str]:
    """Return a round's form, filled in without a mistake."""
    from junheng.web.families.faces import face

    known = face(found)
    home = next(iter(known.zones.homes))
    return {
        "key": KEY,
        "home": home,
        "dwelling": "3号楼2单元501",
        "tenure": "owned",
        "child_name": "王小明",
        "child_id": CHILD,
        "register": "here",
        "guardian_name": "王建国",
        "guardian_id": GUARDIAN,
        "phone": "138 0013 8000",
        "choice_1": known.own_schools(home)[0].code,
        "adjust": "yes",
        "consent": "yes",
    }
