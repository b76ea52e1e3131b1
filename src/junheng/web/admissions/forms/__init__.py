"""Forms of the admissions desk."""
