"""Addresses of signing in and of accounts."""

from __future__ import annotations

from django.urls import path

from junheng.web.accounts import desk, handing_out, own_passkeys, own_tokens, views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/passkey/", own_passkeys.sign_in, name="sign_in_passkey"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("code/", views.second_factor, name="second_factor"),
    path("code/set-up/", views.enrol_second_factor, name="enrol_second_factor"),
    path("code/passkey/", own_passkeys.second_factor, name="second_factor_passkey"),
    path("own/", views.own, name="own"),
    path("own/password/", views.password, name="password"),
    path("own/passkeys/", own_passkeys.listing, name="passkeys"),
    path("own/passkeys/<int:passkey>/remove/", own_passkeys.remove, name="remove_passkey"),
    path("own/tokens/", own_tokens.tokens, name="tokens"),
    path("own/tokens/<int:token>/revoke/", own_tokens.revoke, name="revoke_token"),
    path("permissions/", desk.permissions, name="permissions"),
    path("", desk.listing, name="list"),
    path("new/", desk.new, name="new"),
    path("bulk/", handing_out.page, name="hand_out"),
    path("<int:account>/", desk.one, name="one"),
    path("<int:account>/posts/", desk.add_post, name="add_post"),
    path("<int:account>/posts/<int:post>/remove/", desk.remove_post, name="remove_post"),
    path("<int:account>/active/", desk.set_active, name="set_active"),
    path("<int:account>/reset/", desk.reset, name="reset"),
]
