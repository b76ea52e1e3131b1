"""Loading the roll of pupils by which older siblings are checked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.admissions.forms.roll import RollForm
from junheng.web.admissions.models import Enrolled
from junheng.web.admissions.roll import MOST_SAID, read_roll, take_roll
from junheng.web.gate import person_of
from junheng.web.language import said
from junheng.web.registry.names import school_names
from junheng.web.registry.reading import safe_name


def page(request: HttpRequest) -> HttpResponse:
    """Show how many pupils the roll has, and take another in its place unless anything is wrong with it."""
    if request.META.get("junheng.too_large"):
        return render(request, "pages/form_refused.html", {"is_too_large": True}, status=413)
    form = RollForm(request.POST or None, request.FILES or None)
    wrongs: tuple[Text, ...] = ()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        try:
            roll, wrongs = read_roll(given.read(), schools=school_names(), today=timezone.localdate())
        except UsageError as error:
            wrongs = (error.text,)
        if not wrongs:
            n = take_roll(by=person_of(request), roll=roll, file=safe_name(given.name))
            messages.success(request, said(Text("已载入 {n} 名学生", "{n} pupils are loaded").format(n=n)))
            return redirect("admissions:roll")
    known = {
        "form": form,
        "wrongs": wrongs[:MOST_SAID],
        "n_wrongs": len(wrongs),
        "n_pupils": Enrolled.objects.count(),
        "n_schools": Enrolled.objects.values("school").distinct().count(),
    }
    return render(request, "admissions/roll.html", known, status=422 if wrongs or form.errors else 200)
