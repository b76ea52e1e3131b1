"""The rules of a round as data: what the locality decides, in one file that parents can read."""

from junheng.admission.rules.load import EXAMPLES, example_rules, load_rules
from junheng.admission.rules.model import Rules

__all__ = ["EXAMPLES", "Rules", "example_rules", "load_rules"]
