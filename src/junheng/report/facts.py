"""Names and labels that every section needs: what a school, a home, a stage or a scope is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from junheng.district.columns import label_of
from junheng.district.model import District
from junheng.standards.standard import Standard
from junheng.text import Text

NATION = "national"


@dataclass(frozen=True, slots=True)
class Names:
    """Names by code; a code without a name stands for itself."""

    schools: Mapping[str, str]
    homes: Mapping[str, str]

    @classmethod
    def of(cls, district: District) -> Names:
        """Read the names of one district."""
        schools, homes = district.table("schools"), district.table("homes")
        return cls(
            schools=dict(zip(schools["school"].to_list(), schools["name"].to_list(), strict=True)),
            homes={
                code: name
                for code, name in zip(homes["home"].to_list(), homes["name"].to_list(), strict=True)
                if name is not None
            },
        )

    def school(self, code: str | None) -> str:
        """Return a school's name; a dash for no school."""
        return "—" if code is None else self.schools.get(code, code)

    def home(self, code: str) -> str:
        """Return a home's name."""
        return self.homes.get(code, code)


def stage_label(stage: str | None) -> Text:
    """Return what people call a stage; `None` is every stage."""
    return Text("各学段", "all stages") if stage is None else label_of("stage", stage)


def kind_label(kind: str | None) -> Text:
    """Return what people call a kind of school; `None` is every kind."""
    return Text("各类学校", "all kinds") if kind is None else label_of("kind", kind)


def scope_label(standard: Standard, code: str) -> Text:
    """Return the place whose number was used (``decided_by`` of the measures' frames)."""
    for scope in standard.scopes:
        if code in (scope.code, scope.level):
            return scope.name
    return Text.same(code)


def is_local(code: str | None) -> bool:
    """Say whether a number came from a local overlay and not from the nation."""
    return code is not None and code != NATION
