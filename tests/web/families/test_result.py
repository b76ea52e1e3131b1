"""From a family's application through the draw to its result: it sees what the program and the verifier say."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from led_rounds import lead_to
from web_families import SECOND_CHILD

from junheng.web.admissions import drawing, files, later, records
from junheng.web.families import drawn


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Forget what was computed: a test's rows go, and the next one's may get the same keys."""
    for module in (records, files, drawing, later):
        module.clear_cache()
    drawn._verified.cache_clear()


@pytest.fixture
def example_round() -> Any:
    """Return the example's round: open, with many made-up applications."""
    from junheng.web.admissions.models import Round

    return Round.objects.get(is_example=True)


@pytest.fixture
def family(example_round: Any, typed: dict[str, str]) -> Client:
    """Return the browser of a family that has applied in the example's round."""
    client = Client()
    answer = client.post(f"/family/apply/{example_round.code}/", {**typed, "child_id": SECOND_CHILD})
    assert answer.status_code == 302
    return client


def own() -> Any:
    from junheng.web.admissions.models import Application

    return Application.objects.get(origin="online")


def seen(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_until_the_publication_a_family_sees_its_line_and_no_result(
    family: Client, example_round: Any, person: Any
) -> None:
    assert "名单还没有公布" in seen(family, "/family/application/draw/")
    lead_to(example_round, "committed", by=person("planner"))
    line = seen(family, "/family/application/draw/")
    assert "您的回执在名单中" in line
    assert "WRONG" not in line
    assert "不符" not in line
    lead_to(example_round, "verified", by=person("planner"))
    page = seen(family, "/family/application/")
    assert 'id="placed"' not in page
    assert "正在核验" in page
    assert "独立核验程序重新推算" not in seen(family, "/family/application/draw/")


def test_after_the_publication_result_line_and_the_verifier_at_home_agree(
    family: Client, example_round: Any, person: Any, tmp_path: Path
) -> None:
    lead_to(example_round, "published", by=person("planner"))
    told = json.loads(own().notices.get().explanation)
    page = seen(family, "/family/application/")
    assert told["next_steps"]["zh"] in page
    if told["school"] is not None:
        assert f'id="placed">{told["school_name"]}<' in page
        assert told["rule"]["zh"] in page
    check = seen(family, "/family/application/draw/")
    assert "独立核验程序重新推算" in check
    assert "不符" not in check
    number, salt, receipt = (
        re.search(rf'id="line-{name}">([^<]+)<', check).group(1)  # type: ignore[union-attr]
        for name in ("number", "salt", "receipt")
    )
    answer = Client().get(f"/rounds/{example_round.code}/files.zip")
    zipfile.ZipFile(BytesIO(answer.content)).extractall(tmp_path)
    call = [sys.executable, "-I", "verify.py", ".", "--commitment", example_round.commitment]
    done = subprocess.run(
        [*call, "--number", number, "--salt", salt], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert receipt in done.stdout
    place = re.search(r"\n  \d+ (\S+?):[^\n]*<- 录取", done.stdout)
    assert (place.group(1) if place else None) == told["school"]
    listed = re.findall(r'<th scope="row">(\d+)\. ', check)
    assert len(listed) == len(re.findall(r"\n  \d+ \S+: 类", done.stdout))


def test_a_published_file_that_was_changed_is_noticed_on_the_page(
    family: Client, example_round: Any, person: Any
) -> None:
    from junheng.admission.lottery.published import sha256
    from junheng.web.admissions.models import RoundFile

    lead_to(example_round, "published", by=person("planner"))
    found = RoundFile.objects.get(round=example_round, folder="public", name="results.csv")
    content = bytes(found.content).replace(b",1\n", b",2\n", 1)
    assert content != bytes(found.content)
    RoundFile.objects.filter(pk=found.pk).update(content=content, sha256=sha256(content))
    page = seen(family, "/family/application/draw/")
    assert "不符" in page
    assert "WRONG" in page


def test_who_withdrew_takes_no_part_in_the_draw(family: Client, example_round: Any, person: Any) -> None:
    family.post("/family/application/withdraw/", {"sure": "yes"})
    lead_to(example_round, "published", by=person("planner"))
    assert "不参加摇号" in seen(family, "/family/application/draw/")
    assert 'id="placed"' not in seen(family, "/family/application/")
