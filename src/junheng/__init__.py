"""Junheng (均衡): measure a district's schools, plan how to close the gaps, and re-measure the plan."""

__version__ = "0.1.0"
