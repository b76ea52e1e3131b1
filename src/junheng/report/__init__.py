"""The report of the loop: measure, plan, measure again, as one HTML file that opens without internet."""

from junheng.report.loop import LoopReport
from junheng.report.render import render, write_html

__all__ = ["LoopReport", "render", "write_html"]
