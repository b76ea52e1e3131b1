"""The notice that a family gets: an explanation in words, as plain text or as one page in both languages."""

from __future__ import annotations

import html

from junheng.admission.explanation import CHOICE_RESULTS, ChoiceStory, Explanation
from junheng.admission.rounds.result import STATUSES
from junheng.admission.rules.model import Rules
from junheng.text import LANGUAGES, Language, Text

_STYLE = (
    "body{font:16px/1.7 serif;max-width:44em;margin:2em auto;padding:0 1em;color:#111}"
    "h1{font-size:1.3em}h2{font-size:1.05em;margin-top:1.6em}li{margin:.4em 0}"
    "section+section{border-top:1px solid #999;margin-top:2em;padding-top:1em}"
    ".mark{color:#a00}@media print{body{margin:0}}"
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def notice(explanation: Explanation, rules: Rules) -> tuple[Text, ...]:
    """Return the notice as lines: heading, place, why, each choice, what happens next, where to complain."""
    lines = [
        rules.title,
        Text("报名号 {number}：{status}", "Applicant {number}: {status}").format(
            number=explanation.applicant, status=STATUSES[explanation.status]
        ),
    ]
    if rules.is_example:
        lines.insert(1, Text("【示例，不是真实录取】", "[An example, no real admission]"))
    if explanation.together:
        together = "、".join(explanation.together)
        lines.append(Text(f"与 {together} 捆绑录取", f"Kept together with {together}"))
    if explanation.school is not None:
        lines.append(
            Text("录取学校：{school}（{code}）", "School: {school} ({code})").format(
                school=explanation.school_name, code=explanation.school
            )
        )
        lines.append(
            Text("依据：{rule}；摇号序号 {draw}", "By: {rule}; draw number {draw}").format(
                rule=explanation.rule, draw=explanation.draw
            )
        )
    lines += [choice_line(story) for story in explanation.choices]
    lines.append(Text("下一步：{next}", "What happens next: {next}").format(next=explanation.next_steps))
    lines.append(
        Text(
            "依据文件：{title}{number}，{day} 公布；结果可用公布的核验程序自行核验",
            "Rules: {title}{number}, published on {day}; anyone can check the result with the published verifier",
        ).format(title=rules.notice.title, number=_number(rules), day=rules.notice.published)
    )
    return tuple(lines)


def choice_line(story: ChoiceStory) -> Text:
    """Return what became of one choice, in one line."""
    line = Text("第 {rank} 志愿 {school}：{result}", "Choice {rank}, {school}: {result}").format(
        rank=story.rank, school=story.school_name, result=CHOICE_RESULTS[story.result]
    )
    if story.result != "admitted" and story.rule is not None:
        line = line.joined("", Text("；您的类别：{rule}", "; yours: {rule}").format(rule=story.rule))
    if story.needed is not None:
        line = line.joined("", Text("；{needed}", "; {needed}").format(needed=story.needed))
    if story.waiting is not None:
        line = line.joined(
            "", Text("；候补第 {n} 位", "; number {n} on the waiting list").format(n=story.waiting)
        )
    return line


def notice_page(explanation: Explanation, rules: Rules) -> str:
    """Return the notice as one HTML page that opens offline: Chinese first, then English."""
    lines = notice(explanation, rules)
    title = html.escape(f"{rules.title.zh} {explanation.applicant}")
    sections = "".join(_section(lines, language) for language in LANGUAGES)
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body>{sections}</body></html>\n"
    )


def _section(lines: tuple[Text, ...], language: Language) -> str:
    heading, *rest = (html.escape(line.in_(language)) for line in lines)
    body = "".join(f"<p>{line}</p>" for line in rest)
    return f'<section lang="{"zh-CN" if language == "zh" else "en"}"><h1>{heading}</h1>{body}</section>'


def _number(rules: Rules) -> Text:
    number = rules.notice.number
    return Text("", "") if number is None else Text(f"（{number}）", f" ({number})")
