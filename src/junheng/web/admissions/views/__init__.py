"""Pages of the admissions desk, one module a part of the work."""
