"""The audit: what was done to which record, by whom, when and why."""
