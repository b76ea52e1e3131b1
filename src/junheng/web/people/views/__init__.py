"""Pages of the people desk."""
