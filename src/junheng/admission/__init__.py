"""Admission that anyone can check: priorities, reserves, assignment, lottery, and an independent verifier."""
