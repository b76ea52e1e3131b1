"""Who leads which school next year: two-term rule, no vacancy, a mix of ages in town and country, promoted teachers."""
