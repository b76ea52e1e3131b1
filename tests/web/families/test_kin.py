"""Older siblings and children who apply together: what the family says, and what only the desk learns of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from web_families import CHILD, CODE, GUARDIAN, MISTYPED, OTHER_KEY, SECOND_CHILD, TOO_YOUNG, identity

from junheng.web.admissions.identity import masked
from junheng.web.admissions.models import Application, Enrolled
from junheng.web.families.faces import face

OLDER = identity(3, year=2015)
THIRD_CHILD = identity(5)
Send = Callable[..., Any]


@pytest.fixture
def with_older(typed: dict[str, str]) -> dict[str, str]:
    """Return a form that names an older sibling at the school of the first choice."""
    older = {"sibling_school": typed["choice_1"], "sibling_name": "王大明", "sibling_id": OLDER}
    return {**typed, **older}


def own() -> Application:
    return Application.objects.get(round__code=CODE)


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"sibling_id": ""}, "sibling_id", "请填写"),
        ({"sibling_id": MISTYPED}, "sibling_id", "校验不通过"),
        ({"sibling_id": TOO_YOUNG}, "sibling_id", "先出生"),
        ({"sibling_id": CHILD}, "sibling_id", "先出生"),
        ({"sibling_name": ""}, "sibling_name", "请填写"),
        ({"sibling_school": ""}, "sibling_school", "请选择"),
        ({"twin": "1 2 3 4 5"}, "twin", "最多填 4 个"),
        ({"twin": "1", "twin_relation": "cousin"}, "twin_relation", "请选择"),
    ],
)
def test_each_mistake_about_kin_is_refused_with_its_remedy(
    change: dict[str, str], field: str, says: str, with_older: dict[str, str], send: Send
) -> None:
    page = send({**with_older, **change}).content.decode()
    assert f'href="#{field}"' in page
    assert f'id="{field}"' in page
    assert says in page
    assert not Application.objects.filter(round__code=CODE).exists()


def test_a_family_learns_nothing_of_who_is_on_a_roll(with_older: dict[str, str], send: Send) -> None:
    """The same child is named four times: on no roll, on the roll, on another school's, and by a stranger."""
    from junheng.web.admissions.persons import identity_hash

    seen = set()
    for n, school in enumerate((None, with_older["choice_1"], "another")):
        Enrolled.objects.all().delete()
        if school is not None:
            Enrolled.objects.create(identity_hash=identity_hash(OLDER), school=school)
        client = Client()
        child = {"child_id": identity(20 + n), "key": f"{OTHER_KEY}-{n}"}
        assert send({**with_older, **child}, client).status_code == 302
        page = client.get("/family/application/").content.decode()
        (made,) = Application.objects.filter(round__code=CODE).order_by("-pk")[:1]
        for private in (made.number, page.split('id="code">')[1][:14], masked(child["child_id"])):
            page = page.replace(private, "")
        page = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "", page)  # the minute at which it was sent
        seen.add(page.partition("<main")[2].partition("csrfmiddlewaretoken")[0])
    assert len(seen) == 1


def test_the_desk_sees_what_the_roll_says(
    with_older: dict[str, str], send: Send, client_of: Callable[[str], Client], found: Any
) -> None:
    from junheng.web.admissions.persons import identity_hash

    send(with_older)
    planner = client_of("planner")
    path = reverse("admissions:application", args=[found.pk, own().number])

    def verdict() -> str:
        return planner.get(path).content.decode().split('id="sibling"')[1].split("</p>")[0]

    assert "没有载入在校生名册" in verdict()
    Enrolled.objects.create(identity_hash=identity_hash(GUARDIAN), school="x")
    assert "不在名册上" in verdict()
    row = Enrolled.objects.create(identity_hash=identity_hash(OLDER), school="x")
    assert "名册上在x" in verdict()
    Enrolled.objects.filter(pk=row.pk).update(school=with_older["choice_1"])
    assert "在该校名册上" in verdict()
    assert "王大明" in verdict()
    assert OLDER not in planner.get(path).content.decode()


def test_a_change_keeps_the_older_siblings_number_unless_another_is_named(
    with_older: dict[str, str], send: Send
) -> None:
    from junheng.web.admissions.persons import unseal

    client = Client()
    send(with_older, client)
    form = client.get("/family/application/change/").content.decode()
    assert "王大明" in form
    assert OLDER not in form
    kept = {**with_older, "version": "1", "phone": "13900139000", "sibling_id": ""}
    assert client.post("/family/application/change/", kept).status_code == 302
    assert unseal(own().sealed).sibling_identity == OLDER
    other = {**kept, "version": "2", "sibling_name": "王二明"}
    assert 'href="#sibling_id"' in client.post("/family/application/change/", other).content.decode()
    gone = {**kept, "version": "2", "sibling_name": "", "sibling_school": ""}
    assert client.post("/family/application/change/", gone).status_code == 302
    assert (unseal(own().sealed).sibling, json.loads(own().values)["kin"]) == ("", [])


def test_three_children_of_one_family_are_linked(typed: dict[str, str], send: Send) -> None:
    numbers = []
    for child in (CHILD, SECOND_CHILD, THIRD_CHILD):
        form = {**typed, "child_id": child, "key": f"{OTHER_KEY}{child}", "twin": "、".join(numbers)}
        assert send({**form, "twin_relation": "sibling_too"}).status_code == 302
        numbers = list(
            Application.objects.filter(round__code=CODE).order_by("pk").values_list("number", flat=True)
        )
    (last,) = Application.objects.filter(round__code=CODE).order_by("-pk")[:1]
    assert json.loads(last.values)["kin"] == [
        {"relation": "sibling_too", "other": number} for number in numbers[:2]
    ]


@pytest.fixture
def twin(typed: dict[str, str], send: Send, found: Any) -> dict[str, str]:
    """Send one child's application; return the form of its twin, with a second choice that the first does not have."""
    send(typed)
    other = next(code for code in face(found).offering if code != typed["choice_1"])
    return {
        **typed,
        "child_id": SECOND_CHILD,
        "key": OTHER_KEY,
        "twin": own().number,
        "choice_2": other,
    }


def test_a_family_is_told_before_sending_that_twins_with_different_choices_are_not_kept_together(
    twin: dict[str, str], send: Send
) -> None:
    page = send(twin).content.decode()
    assert 'href="#apart"' in page
    assert f"与报名号 {own().number} 的孩子志愿不同" in page
    assert Application.objects.filter(round__code=CODE).count() == 1
    assert send(twin, apart="yes").status_code == 302
    assert Application.objects.filter(round__code=CODE).count() == 2


def test_twins_who_ask_alike_are_taken_at_once(twin: dict[str, str], send: Send) -> None:
    assert send({**twin, "choice_2": ""}).status_code == 302


def test_a_change_that_parts_twins_is_told_to_either_but_no_other_change_is(
    typed: dict[str, str], send: Send, found: Any
) -> None:
    first, second, change = Client(), Client(), "/family/application/change/"
    send(typed, first)
    linked = {**typed, "child_id": SECOND_CHILD, "key": OTHER_KEY, "twin": own().number}
    send(linked, second)
    other = next(code for code in face(found).offering if code != typed["choice_1"])
    apart = {**typed, "choice_2": other, "version": "1"}
    assert 'href="#apart"' in first.post(change, apart).content.decode(), "the one who is named is told, too"
    assert first.post(change, {**apart, "apart": "yes"}).status_code == 302
    telephone = {**linked, "version": "1", "phone": "13900139000"}
    assert second.post(change, telephone).status_code == 302, "it was told when it was parted"
    assert 'href="#apart"' not in second.get(change).content.decode()


def test_the_desk_takes_out_a_sibling_who_is_not_there(
    with_older: dict[str, str], send: Send, client_of: Callable[[str], Client], found: Any
) -> None:
    send(with_older)
    path = reverse("admissions:mend", args=[found.pk, own().number])
    values = json.loads(own().values)
    form = {**values["applicants"], "choices": "\n".join(values["choices"]), "why": "查无学籍"}
    planner = client_of("planner")
    for wrong in ("sibling_here", "cousin 1", "sibling_here nowhere"):
        assert planner.post(path, {**form, "kin": wrong}).status_code == 422
    assert planner.post(path, {**form, "kin": ""}).status_code == 302
    assert json.loads(own().values)["kin"] == []


def test_a_roll_is_loaded_whole_or_not_at_all(client_of: Callable[[str], Client], own_school: str) -> None:
    from junheng.web.admissions.persons import identity_hash
    from junheng.web.audit.models import Event

    planner, path = client_of("planner"), reverse("admissions:roll")

    def load(text: str, encoding: str = "utf-8") -> Any:
        file = SimpleUploadedFile("名册.csv", text.encode(encoding), content_type="text/csv")
        return planner.post(path, {"file": file})

    good = f'学校代码,身份证号\n{own_school},"{OLDER}"\n\n{own_school}\t{CHILD}\n'
    assert load(good, "gb18030").status_code == 302
    assert set(Enrolled.objects.values_list("identity_hash", "school")) == {
        (identity_hash(one), own_school) for one in (OLDER, CHILD)
    }
    bad = f"{own_school},{MISTYPED}\n9999,{CHILD}\n{own_school}\n"
    page = load(bad).content.decode()
    assert [f"第 {n} 行" in page for n in (1, 2, 3)] == [True, True, True]
    assert MISTYPED not in page
    assert load("").status_code == 422
    assert load("学校代码,身份证号\n").status_code == 422
    assert planner.post(path, {"file": SimpleUploadedFile("x.csv", b"\xff\xfe\x00\x81")}).status_code == 422
    assert Enrolled.objects.count() == 2
    told = json.dumps(list(Event.objects.filter(action="roll-taken").values("why", "changes", "subject_id")))
    assert OLDER not in told
