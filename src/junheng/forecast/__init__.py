"""Pupils to come: cohorts carried forward from births, rolls and housing, with intervals that are tested."""
