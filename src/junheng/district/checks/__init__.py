"""Checks on the tables of a District: many small named ones, all problems of one phase together."""

from junheng.district.checks.kit import Check
from junheng.district.checks.run import check, check_tables, registry

__all__ = ["Check", "check", "check_tables", "registry"]
