"""Measure: a District against a Standard, giving value, verdict and gap for every rule and every school."""
