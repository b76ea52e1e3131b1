"""The life of a round: read, frozen, assigned, changed by events; pure functions over frozen records."""
