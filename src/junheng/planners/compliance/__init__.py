"""Compliance: the least that must be done, and spent, so that every school passes and nothing varies too much."""
