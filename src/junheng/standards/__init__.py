"""Standards: policy as dated, cited data. A standard knows no school."""

from junheng.standards.loader import load_standard
from junheng.standards.lookup import StandardOnDate
from junheng.standards.model import Citation, DatedValue, Indicator, Rule, Scope
from junheng.standards.standard import Standard
from junheng.standards.value import Method, Value

__all__ = [
    "Citation",
    "DatedValue",
    "Indicator",
    "Method",
    "Rule",
    "Scope",
    "Standard",
    "StandardOnDate",
    "Value",
    "load_standard",
]
