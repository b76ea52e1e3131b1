"""The sections of the report: each module turns measurements into what one template shows."""
