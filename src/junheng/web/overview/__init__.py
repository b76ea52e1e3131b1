"""The overview: the district at a glance, and one school."""
