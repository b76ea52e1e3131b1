"""School years in words."""

from __future__ import annotations

from junheng.text import Text


def year_text(year: int) -> Text:
    """Return a school year as people say it."""
    return Text(f"{year}–{year + 1} 学年", f"{year}–{(year + 1) % 100:02d}")
