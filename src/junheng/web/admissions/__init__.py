"""Admissions: rounds from opening to publication, the applications in them, and what happens after the draw."""
