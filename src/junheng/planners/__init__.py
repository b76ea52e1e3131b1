"""Planners: each states its problem, checks it before solving, solves, and explains."""
