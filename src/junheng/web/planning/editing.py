"""Editing a catchment plan by hand on the map: the page, what an edit does, and what becomes of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from junheng.district.columns import label_of
from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.gate import person_of
from junheng.web.language import said
from junheng.web.planning import edits
from junheng.web.planning.comparing import stage_of
from junheng.web.planning.kinds.by_hand import WAYS
from junheng.web.planning.mapping import map_of, mapped

_WORDS: dict[str, Text] = {
    "and": Text("；", "; "),
    "chosen": Text("已选 {n} 个居住单元，{children} 名适龄儿童", "{n} homes chosen, {children} children"),
    "nothingChosen": Text("没有选中居住单元", "no home is chosen"),
    "gave": Text("已把 {n} 个居住单元划给 {school}", "given to {school}: {n}"),
    "pinned": Text("已固定 {n} 个居住单元", "{n} homes pinned"),
    "banned": Text("已禁止 {n} 个居住单元划给 {school}", "{n} homes forbidden to {school}"),
    "reverted": Text("已恢复 {n} 个居住单元", "{n} homes put back"),
    "undone": Text("已撤销", "undone"),
    "redone": Text("已重做", "done again"),
    "refused": Text(
        "{n} 个居住单元已禁止划给 {school}，未作更改", "{n} homes are forbidden to {school}: nothing changed"
    ),
    "pinnedElsewhere": Text(
        "{n} 个居住单元已固定在别校，未作更改", "{n} homes are pinned to other schools: nothing changed"
    ),
    "move": Text("{home}：{from} → {to}", "{home}: {from} → {to}"),
    "pin": Text("{home} 固定在 {school}", "{home} pinned to {school}"),
    "ban": Text("{home} 不得划给 {school}", "{home} must not go to {school}"),
    "drop": Text("取消", "drop"),
    "same": Text("未变", "unchanged"),
    "better": Text("改善", "better"),
    "worse": Text("变差", "worse"),
    "brokenNow": Text("{n} 个居住单元与学校不连片", "{n} homes are cut off from their school"),
    "measured": Text("已测算", "measured"),
    "measuring": Text("正在测算…", "measuring…"),
    "drawing": Text(
        "逐点点选，线贴着居住单元的边界走；已定 {n} 点。再点起点或末点，或按回车，即选中线内的居住单元",
        "Click corner by corner: the line keeps to the borders of homes; {n} so far. Click the first or last "
        "again, or press Enter, to choose the homes inside",
    ),
    "lost": Text(
        "未能测算，请检查网络后再试", "it could not be measured: check the connection and try again"
    ),
    "moreHomes": Text("只列出前 {n} 个，请输入更多字", "the first {n} only: type more"),
}


def page(request: HttpRequest, plan: int) -> HttpResponse:
    found = mapped(plan)
    known = {
        "plan": found,
        "stage": label_of("stage", stage_of(found)),
        "atlas": map_of(found, _WORDS),
        "ways": WAYS.items(),
    }
    return render(request, "planning/edit.html", known)


def effect(request: HttpRequest, plan: int) -> HttpResponse:
    """Return what an edit does; nothing is kept."""
    found = mapped(plan)
    try:
        return JsonResponse(edits.effect_of(found, edits.read_edit(request.body)))
    except UsageError as error:
        return JsonResponse({"error": said(error.text)}, status=422)


def keep(request: HttpRequest, plan: int) -> HttpResponse:
    found = mapped(plan)
    seconds = request.POST.get("seconds", "")
    try:
        if not (seconds.isascii() and seconds.isdigit() and 1 <= int(seconds) <= 3600):
            raise UsageError(Text("最长计算时间应为 1 至 3600 秒", "the longest time is 1 to 3600 seconds"))
        made = edits.keep(
            by=person_of(request),
            plan=found,
            name=request.POST.get("name", ""),
            how=request.POST.get("how", ""),
            edit=edits.read_edit(request.POST.get("edit", "")),
            seconds=int(seconds),
        )
    except UsageError as error:
        messages.error(request, said(error.text))
        return redirect("planning:edit", plan=found.pk)
    return redirect("planning:plan", plan=made.pk)
