"""Changing the outlines of homes on the map: the page, what is wrong with a change, and keeping it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from junheng.errors import UsageError
from junheng.measure.seven import COMPULSORY
from junheng.text import Text
from junheng.web.gate import person_of
from junheng.web.language import said
from junheng.web.maps import outlines
from junheng.web.maps.component import atlas
from junheng.web.maps.facts import stages_of
from junheng.web.registry.models import Year
from junheng.web.registry.store import give
from junheng.web.schoolyears import year_text

WORDS: dict[str, Text] = {
    "and": Text("；", "; "),
    "noHome": Text("没有选中居住单元", "no home is chosen"),
    "corners": Text("{home}：{n} 个拐点", "{home}: {n} corners"),
    "noOutline": Text("{home} 没有边界，请画一个", "{home} has no outline: draw one"),
    "corner": Text("第 {n} 个拐点", "corner {n}"),
    "between": Text("在第 {n} 个拐点后加一点", "add a corner after corner {n}"),
    "moved": Text("已移动拐点，{n} 个居住单元随之改变", "corner moved, with the outlines of {n} homes"),
    "added": Text("已加一个拐点", "corner added"),
    "removed": Text("已去掉一个拐点", "corner taken away"),
    "tooFew": Text(
        "未作更改：边界至少要有三个拐点，几个单元交会的拐点不能去掉",
        "nothing changed: an outline needs three corners, and where several homes meet a corner stays",
    ),
    "drawn": Text("已重画 {home} 的边界", "{home} drawn anew"),
    "undone": Text("已撤销", "undone"),
    "redone": Text("已重做", "done again"),
    "reverted": Text("已恢复 {home} 的边界", "{home} put back"),
    "drop": Text("恢复", "put back"),
    "trying": Text("正在检查…", "checking…"),
    "sound": Text(
        "边界没有重叠，与相邻单元对齐，可以保存",
        "no outline overlaps, all meet their neighbours: ready to keep",
    ),
    "wrong": Text("不能保存：", "cannot be kept: "),
    "told": Text("请留意：", "look at: "),
    "lost": Text("未能检查，请检查网络后再试", "it could not be checked: check the connection and try again"),
    "moreHomes": Text("只列出前 {n} 个，请输入更多字", "the first {n} only: type more"),
    "drawing": Text(
        "逐点点选新边界，靠近拐点时自动吸附，沿相邻单元的边界走；已定 {n} 点。再点起点或按回车即闭合",
        "Click the new outline corner by corner: it snaps to corners and keeps to the borders beside; {n} so far. "
        "Click the first again, or press Enter, to close it",
    ),
}


def page(request: HttpRequest, year: int) -> HttpResponse:
    if not Year.objects.filter(pk=year).exists():
        raise Http404
    district = give(year)
    stages = stages_of(district, COMPULSORY)
    if not stages or district.table("homes").is_empty():
        raise Http404
    where = [year, stages[0]]
    known = {
        "year": year,
        "year_text": year_text(year),
        "base": outlines.base_of(district),
        "atlas": atlas(
            facts=reverse("maps:facts", args=where), homes=reverse("maps:homes", args=where), words=WORDS
        ),
    }
    return render(request, "maps/outlines.html", known)


def attempt(request: HttpRequest, year: int) -> HttpResponse:
    """Return what would be wrong with changed outlines; nothing is kept."""
    if not Year.objects.filter(pk=year).exists():
        raise Http404
    try:
        given = outlines.read_outlines(request.body)
        return JsonResponse(outlines.told_for_json(outlines.try_outlines(give(year), given)))
    except UsageError as error:
        return JsonResponse({"error": said(error.text)}, status=422)


def keep(request: HttpRequest, year: int) -> HttpResponse:
    if not Year.objects.filter(pk=year).exists():
        raise Http404
    try:
        given = outlines.read_outlines(request.POST.get("outlines", ""))
        outlines.keep_outlines(
            by=person_of(request),
            year=year,
            outlines=given,
            base=request.POST.get("base", ""),
            why=request.POST.get("why", ""),
        )
    except UsageError as error:
        messages.error(request, said(error.text))
    else:
        text = Text("已保存 {n} 个居住单元的边界", "outlines kept: {n}")
        messages.success(request, said(text.format(n=len(given))))
    return redirect("maps:outlines", year=year)
