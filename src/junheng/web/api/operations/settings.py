"""Settings of a plan as JSON, checked by the same form as on the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from junheng.web.api.shapes import Option, PlanIn, Setting
from junheng.web.planning.forms import PlanForm
from junheng.web.planning.kinds import KINDS
from junheng.web.planning.kinds.kind import Kind
from junheng.web.registry.models import Snapshot


class NotValidError(Exception):
    """Fields that are wrong, each with what is wrong with it."""

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


def snapshot_of(pk: int) -> Snapshot:
    """Return the snapshot that a request names.

    Raises
    ------
    NotValidError
        Where there is none.
    """
    found = Snapshot.objects.defer("content").filter(pk=pk).first()
    if found is None:
        raise NotValidError({"snapshot": ["没有此快照 there is no such snapshot"]})
    return found


def refuse_form(form: forms.Form, *, known: Mapping[str, object] | None = None) -> None:
    """Refuse what a form of the pages refuses, field by field, and fields that it does not have.

    Parameters
    ----------
    known
        Fields that were given under their own names.

    Raises
    ------
    NotValidError
        Naming every field that is wrong.
    """
    wrong = {name: ["没有此项 there is no such field"] for name in known or () if name not in form.fields}
    wrong |= {name: [str(one) for one in errors] for name, errors in form.errors.items()}
    if wrong:
        raise NotValidError(wrong)


def options(kind: Kind) -> list[Option]:
    """Return what a kind asks for, in the language of the request."""
    form = kind.form(snapshots=(), may_make=False)
    return [_option(name, form.fields[name]) for name in kind.form.asks]


def checked(given: PlanIn, snapshot: Snapshot) -> PlanForm:
    """Return the form of a kind, filled with settings that it takes; what is not given has its default.

    Raises
    ------
    NotValidError
        Naming every field that is wrong, and settings that the kind does not know.
    """
    if given.kind not in KINDS:
        raise NotValidError({"kind": [" / ".join(KINDS)]})
    kind = KINDS[given.kind]
    unknown = sorted(set(given.settings) - set(kind.form.asks))
    if unknown:
        raise NotValidError({f"settings.{name}": [" / ".join(kind.form.asks)] for name in unknown})
    empty = kind.form(snapshots=(), may_make=False)
    data: MultiValueDict[str, Any] = MultiValueDict()
    for name in kind.form.asks:
        field = empty.fields[name]
        data.setlist(name, _written(given.settings.get(name, _default(field)), field))
    data.setlist("name", [given.name])
    data.setlist("snapshot", [str(snapshot.pk)])
    form = kind.form(data, snapshots=(snapshot,), may_make=False)
    if not form.is_valid():
        names = {name: f"settings.{name}" if name in kind.form.asks else name for name in form.errors}
        raise NotValidError(
            {names[name]: [str(one) for one in errors] for name, errors in form.errors.items()}
        )
    return form


def _option(name: str, field: forms.Field) -> Option:
    choices = field.choices if isinstance(field, forms.ChoiceField) else ()
    if callable(choices):
        choices = choices()
    return Option(
        name=name,
        label=str(field.label),
        help=str(field.help_text),
        is_required=field.required,
        default=_default(field),
        choices=[str(code) for code, _ in choices],
    )


def _default(field: forms.Field) -> Any:
    return field.initial() if callable(field.initial) else field.initial


def _written(value: Setting, field: forms.Field) -> list[str]:
    """Return a value as a form would send it: several lines of one field are one text."""
    if isinstance(value, list):
        return value if isinstance(field, forms.MultipleChoiceField) else ["\n".join(value)]
    if value is None or value is False:
        return []
    return ["on" if value is True else str(value)]
