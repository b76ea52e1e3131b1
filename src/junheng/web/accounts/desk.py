"""The administrator's pages: accounts and posts, and the table of permissions for people to read."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.accounts import services
from junheng.web.accounts.forms import NewAccountForm, PostForm
from junheng.web.accounts.models import Account, Post
from junheng.web.gate import person_of
from junheng.web.language import said
from junheng.web.listing import Column, Link, Listing, Mark
from junheng.web.permissions import RULES
from junheng.web.registry.names import group_names, school_names
from junheng.web.roles import DEPARTMENTS, ROLES, Department, Role
from junheng.web.rule import Rule

_COLUMNS = (
    Column("username", Text("账号名", "account")),
    Column("name", Text("姓名", "name")),
    Column("posts", Text("岗位", "posts")),
    Column("state", Text("状态", "state")),
    Column("factor", Text("第二重验证", "second factor")),
)
_OPEN, _CLOSED = Mark(Text("启用", "open"), "ok"), Mark(Text("停用", "closed"), "none")
_SET, _NOT_SET = Mark(Text("已绑定", "set up"), "ok"), Mark(Text("未绑定", "not set up"), "none")


def listing(request: HttpRequest) -> HttpResponse:
    names = school_names()
    rows = [
        {
            "username": Link(account.username, reverse("accounts:one", args=[account.pk])),
            "name": account.name,
            "posts": "；".join(said(describe(post, names)) for post in account.posts.all()),
            "state": _OPEN if account.is_active else _CLOSED,
            "factor": _SET if account.has_second_factor else _NOT_SET,
        }
        for account in Account.objects.prefetch_related("posts", "passkeys")
    ]
    table = Listing(request, name="accounts", title=Text("账号", "accounts"), columns=_COLUMNS, rows=rows)
    if table.wants_export:
        return table.export()
    return render(request, "accounts/list.html", {"table": table})


def new(request: HttpRequest) -> HttpResponse:
    form = NewAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            password = services.new_password()
            account = services.open_account(by=person_of(request), password=password, **form.cleaned_data)
        except UsageError as error:
            form.add_error("username", said(error.text))
        else:
            _show_new_password(request, account, password)
            return redirect("accounts:one", account=account.pk)
    return render(request, "accounts/new.html", {"form": form})


def one(request: HttpRequest, account: int) -> HttpResponse:
    found = get_object_or_404(Account.objects.prefetch_related("posts"), pk=account)
    return _page(request, found, PostForm(schools=_schools()))


def add_post(request: HttpRequest, account: int) -> HttpResponse:
    found = get_object_or_404(Account, pk=account)
    form = PostForm(request.POST, schools=_schools())
    if form.is_valid():
        try:
            services.give_post(by=person_of(request), account=found, **form.post())
        except UsageError as error:
            form.add_error(None, said(error.text))
    return _page(request, found, form) if form.errors else redirect("accounts:one", account=account)


def remove_post(request: HttpRequest, account: int, post: int) -> HttpResponse:
    held = get_object_or_404(Post.objects.select_related("account"), pk=post, account_id=account)
    try:
        services.take_post(by=person_of(request), post=held)
    except UsageError as error:
        messages.error(request, said(error.text))
    return redirect("accounts:one", account=account)


def set_active(request: HttpRequest, account: int) -> HttpResponse:
    found = get_object_or_404(Account, pk=account)
    try:
        services.set_active(
            by=person_of(request),
            account=found,
            is_active=not found.is_active,
            why=request.POST.get("why", ""),
        )
    except UsageError as error:
        messages.error(request, said(error.text))
    return redirect("accounts:one", account=account)


def reset(request: HttpRequest, account: int) -> HttpResponse:
    found = get_object_or_404(Account, pk=account)
    _show_new_password(request, found, services.reset(by=person_of(request), account=found))
    return redirect("accounts:one", account=account)


def permissions(request: HttpRequest) -> HttpResponse:
    """Show the table of permissions."""
    columns = (Column("what", Text("页面或操作", "page or action")), Column("who", Text("谁可以", "who may")))
    rows = [{"what": rule.what, "who": _who(rule)} for rule in RULES.values()]
    table = Listing(
        request, name="permissions", title=Text("权限一览", "who may do what"), columns=columns, rows=rows
    )
    return (
        table.export()
        if table.wants_export
        else render(request, "accounts/permissions.html", {"table": table})
    )


def describe(post: Post, names: dict[str, str]) -> Text:
    """Return a post in words: role, and its school, group, department or number."""
    role = ROLES[Role(post.role)]
    if post.department:
        return role.joined(" · ", DEPARTMENTS[Department(post.department)])
    if post.group:
        return role.joined(" · ", Text.same(group_names().get(post.group, post.group)))
    if post.school:
        role = role.joined(" · ", Text.same(names.get(post.school, post.school)))
    return role.joined(" · ", Text.same(post.teacher)) if post.teacher else role


def _page(request: HttpRequest, account: Account, form: PostForm) -> HttpResponse:
    names = school_names()
    posts = [(post, describe(post, names)) for post in account.posts.all()]
    known = {"account": account, "form": form, "posts": posts}
    return render(request, "accounts/one.html", known, status=422 if form.errors else 200)


def _schools() -> list[tuple[str, str]]:
    return [(code, f"{name} {code}") for code, name in school_names().items()]


def _show_new_password(request: HttpRequest, account: Account, password: str) -> None:
    """Show the password once; it stands nowhere else."""
    text = Text(
        "{name} 的临时口令：{password}（只显示这一次，首次登录后须修改）",
        "the temporary password of {name}: {password} (shown only now; it must be changed at the first sign-in)",
    )
    messages.warning(request, said(text.format(name=account.name, password=password)))


def _who(rule: Rule) -> Text:
    if rule.roles is None:
        return Text("所有人（无需登录）", "everybody, without an account")
    if not rule.roles:
        return Text("所有登录用户", "everybody who is signed in")
    texts = [_role(role, rule) for role in Role if role in rule.roles]
    return Text("、".join(text.zh for text in texts), ", ".join(text.en for text in texts))


def _role(role: Role, rule: Rule) -> Text:
    if role is not Role.OFFICER or rule.departments is None:
        return ROLES[role]
    names = [DEPARTMENTS[one] for one in Department if one in rule.departments]
    inside = Text("、".join(name.zh for name in names), ", ".join(name.en for name in names))
    return Text("{role}（{inside}）", "{role} ({inside})").format(role=ROLES[role], inside=inside)
