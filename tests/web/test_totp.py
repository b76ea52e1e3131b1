"""One-time codes against the published vectors of RFC 6238, appendix B."""

from __future__ import annotations

import base64

import pytest

from junheng.web.accounts import totp

SECRET = base64.b32encode(b"12345678901234567890").decode("ascii")


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, expected: str) -> None:
    assert totp.code(SECRET, seconds // 30, digits=8) == expected


def test_a_code_is_taken_one_step_early_or_late_and_no_more() -> None:
    now = 1_234_567_890.0
    step = int(now) // 30
    taken = [
        d
        for d in range(-3, 4)
        if totp.step_of(SECRET, totp.code(SECRET, step + d), now=now, after=0) is not None
    ]
    assert taken == [-1, 0, 1]


def test_a_code_works_once() -> None:
    now = 1_234_567_890.0
    code = totp.code(SECRET, int(now) // 30)
    used = totp.step_of(SECRET, code, now=now, after=0)
    assert used is not None
    assert totp.step_of(SECRET, code, now=now, after=used) is None


@pytest.mark.parametrize("given", ["", "000000", "12345", "1234567", "abcdef", "１２３４５６"])
def test_nonsense_is_no_code(given: str) -> None:
    assert totp.step_of(SECRET, given, now=59.0, after=0) is None


def test_a_code_may_be_typed_with_a_space() -> None:
    code = totp.code(SECRET, 1)
    assert totp.step_of(SECRET, f"{code[:3]} {code[3:]}", now=45.0, after=0) == 1
