"""Catchments: give every home to one school, every zone in one piece, with a proven bound."""
