"""Taking a round in: every problem of its records at once, and the waivers that a person signs for."""
