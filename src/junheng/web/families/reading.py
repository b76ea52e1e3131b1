"""Reads the form of an application: everything that is wrong is said at once, each with its remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from junheng.admission.rounds.facts import CLAIMS
from junheng.admission.rules.model import WORDS
from junheng.text import Text
from junheng.web.admissions.identity import Identity, read_identity
from junheng.web.admissions.papers import Scan, Upload, look_at
from junheng.web.admissions.persons import PersonFacts, digest, unseal
from junheng.web.families.asked import Asked, Wrong
from junheng.web.families.faces import Face
from junheng.web.families.kin import CHOOSE, read_kin

MOST_CHOICES = 6
"""So many schools can be named; the rules of a round set no number."""
OUTSIDE = "none"
"""In the place of a home: the family has none in the district."""
DOCUMENT = "document_"
"""Begins the names of the fields for scans."""
MOST_LETTERS = 80
FILL_IN = Text("请填写", "please fill this in")
_PHONE = re.compile(r"\+?\d{7,15}")
_REGISTERS = ("here", "district", "city", "elsewhere")


@dataclass(frozen=True, slots=True)
class Kept:
    """What an application that is changed keeps where a field stays empty: who the child is, and its digests."""

    sealed: str
    child: Mapping[str, Any]


class Form:
    """One form as it was sent.

    Parameters
    ----------
    face
        The round.
    typed
        Fields by name.
    files
        Scans by the name of their field.
    today
        The day on which it was sent.
    kept
        Of the application that is changed; `None` for a new one.
    """

    without_consent = Text(
        "请阅读并勾选，不同意则不能网上报名，可到教育局现场办理",
        "please read and tick it; without it, apply at the bureau in person",
    )

    def __init__(
        self,
        face: Face,
        typed: Mapping[str, str],
        *,
        files: Mapping[str, Upload],
        today: date,
        kept: Kept | None = None,
    ) -> None:
        self.face, self.typed, self.files, self.today, self.kept = face, typed, files, today, kept
        self.wrongs: list[Wrong] = []

    def read(self) -> Asked | None:
        """Return what is asked, or `None` where anything is wrong with it: see ``wrongs``."""
        facts, child = self._persons()
        child |= {**self._home(), **self._register(), **self._claims()}
        choices, scans = self._choices(), tuple(self._scans())
        kin, older = read_kin(self, born=child.get("born"), before=facts)
        facts = replace(facts, sibling=older.name, sibling_identity=older.identity)
        if not self.text("consent"):
            self.wrongs.append(Wrong("consent", self.without_consent))
        if self.wrongs:
            return None
        apart = bool(self.text("apart"))
        return Asked(facts=facts, child=child, choices=choices, kin=kin, scans=scans, is_apart_meant=apart)

    def text(self, name: str) -> str:
        """Return what was typed into a field, without spaces around it."""
        return str(self.typed.get(name, "")).strip()

    def wrong(self, name: str, zh: str, en: str) -> None:
        """Note what is wrong with a field."""
        self.wrongs.append(Wrong(name, Text(zh, en)))

    def _persons(self) -> tuple[PersonFacts, dict[str, Any]]:
        before = PersonFacts() if self.kept is None else unseal(self.kept.sealed)
        facts = replace(
            before,
            name=self.name("child_name"),
            guardian=self.name("guardian_name"),
            phone=self._phone(),
        )
        if self.kept is None:
            identity = self.child_identity()
            guardian = self.identity("guardian_id")
            if identity is None or guardian is None:
                return facts, {}
            if identity.number == guardian.number:
                self.wrong(
                    "guardian_id",
                    "与孩子的号码相同，请填监护人的",
                    "it is the child's number; give the guardian's",
                )
            self._age(identity.born)
            person, family, born = digest(identity.number), digest(guardian.number), identity.born.isoformat()
            facts = replace(facts, identity=identity.number)
            return facts, {"person": person, "family": family, "born": born}
        return facts, {name: self.kept.child.get(name) for name in ("person", "family", "born")}

    def name(self, field: str) -> str:
        """Return the name of a person in a field, and note what is wrong with it."""
        found = self.text(field)
        if not found:
            self.wrongs.append(Wrong(field, FILL_IN))
        elif len(found) > MOST_LETTERS or not found.isprintable() or any(c.isdigit() for c in found):
            self.wrong(field, "请填写证件上的姓名", "please write the name as on the document")
        return found

    def _phone(self) -> str:
        found = re.sub(r"[\s()（）-]", "", self.text("phone"))
        if not _PHONE.fullmatch(found):
            self.wrong(
                "phone",
                "请填写能联系到您的电话号码，只含数字",
                "please give a telephone number at which you are reached, digits only",
            )
        return found

    def child_identity(self) -> Identity | None:
        """Return the child's number and day of birth, or `None` where they are wrong."""
        return self.identity("child_id")

    def identity(self, field: str) -> Identity | None:
        """Return the identity number of a field, or `None` where it is wrong."""
        found = read_identity(self.text(field), today=self.today)
        if isinstance(found, Text):
            self.wrongs.append(Wrong(field, found if self.text(field) else FILL_IN))
            return None
        return found

    def _age(self, born: date) -> None:
        latest = self.face.latest_birth
        if born > latest:
            text = Text(
                "{born} 出生，今年不到入学年龄：须在 {latest} 及以前出生。请核对；如无误，请到年龄后再报名",
                "born on {born}: too young this year, which takes children born on {latest} or before. Please compare "
                "it; if it is right, apply when the child is old enough",
            )
            self.wrongs.append(Wrong("child_id", text.format(born=born, latest=latest)))

    def _home(self) -> dict[str, Any]:
        home = self.text("home")
        if home == OUTSIDE:
            return {"home": None, "dwelling": None, "tenure": None}
        if home not in self.face.zones.homes:
            self.wrong(
                "home",
                "请先查到并选定住址；在本区没有住房的选“不住在本区”",
                "please find and choose your home; if it is not in the district, say so",
            )
            return {}
        tenure = self.text("tenure")
        if tenure not in WORDS["tenure"]:
            self.wrongs.append(Wrong("tenure", CHOOSE))
        return {"home": home, "dwelling": self._dwelling(home), "tenure": tenure}

    def _dwelling(self, home: str) -> str | None:
        door = re.sub(r"\s", "", self.text("dwelling"))
        kept = {} if self.kept is None else self.kept.child
        if not door and kept.get("home") == home and kept.get("dwelling"):
            return str(kept["dwelling"])
        if not door or len(door) > MOST_LETTERS:
            self.wrong(
                "dwelling",
                "请按房产证或租赁备案填写门牌，如“3号楼2单元501”",
                "please give the door as on the deed or lease, such as “building 3, entrance 2, 501”",
            )
            return None
        return digest(f"{home}/{door}")

    def _register(self) -> dict[str, Any]:
        where = self.text("register")
        if where not in _REGISTERS:
            self.wrongs.append(Wrong("register", CHOOSE))
            return {}
        if where == "here":
            home = self.text("home")
            if home == OUTSIDE:
                self.wrong(
                    "register",
                    "没有选定本区住址，不能选“在上面的住址”",
                    "no home was chosen above, so the register cannot be there",
                )
            return {"register": "district", "register_home": home}
        if where == "district":
            return {"register": "district", "register_home": self._registered_at()}
        return {"register": where, "register_home": None}

    def _registered_at(self) -> str | None:
        typed = self.text("register_home")
        if typed in self.face.zones.homes:
            return typed
        found = self.face.zones.search(typed)
        exact = [one for one in found if one.name == typed]
        if len(exact or found) == 1:
            return (exact or found)[0].code
        named = "、".join(f"{one.name} {one.code}" for one in found[:5])
        text = (
            Text(
                "有多处：{named}。请填写代码",
                "there are several: {named}. Please write the code",
            ).format(named=named)
            if found
            else Text(
                "没有找到。请填写户籍所在小区或村的名称或代码",
                "not found. Please write the name or code of the estate or village of registration",
            )
        )
        self.wrongs.append(Wrong("register_home", text))
        return None

    def _claims(self) -> dict[str, Any]:
        claims = {name: "yes" if self.text(name) else None for name in CLAIMS if name in self.face.asked}
        if claims.get("migrant") and self.text("register") in ("here", "district"):
            self.wrong(
                "migrant",
                "本区户籍的孩子不是随迁子女。请核对户籍，或取消这一项",
                "a child registered in this district is no migrant child. Mend the register, or take this back",
            )
        from_school = self.text("from_school") or None
        if from_school is not None and from_school not in self.face.zones.schools:
            self.wrongs.append(Wrong("from_school", CHOOSE))
        adjust = self.text("adjust")
        return {**claims, "from_school": from_school, "adjust": adjust if adjust in ("yes", "no") else None}

    def _choices(self) -> tuple[str, ...]:
        fields = [(f"choice_{n}", self.text(f"choice_{n}")) for n in range(1, MOST_CHOICES + 1)]
        chosen = [(field, school) for field, school in fields if school]
        if not chosen:
            self.wrong("choice_1", "请至少选一所学校", "please choose at least one school")
        seen: set[str] = set()
        for field, school in chosen:
            if school not in self.face.offering:
                self.wrong(
                    field,
                    "这所学校本轮不招生，请改选",
                    "this school offers no places in this round; choose another",
                )
            elif school in seen:
                self.wrong(
                    field,
                    "与前面的志愿重复，请改选或留空",
                    "you named this school above; choose another, or none",
                )
            seen.add(school)
        return tuple(school for _, school in chosen)

    def _scans(self) -> Iterator[Scan]:
        for name, upload in self.files.items():
            found = look_at(name.removeprefix(DOCUMENT), upload)
            if isinstance(found, Text):
                self.wrongs.append(Wrong(name, found))
            else:
                yield found
