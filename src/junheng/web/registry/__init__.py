"""The registry: records by school year, annual returns and snapshots."""
