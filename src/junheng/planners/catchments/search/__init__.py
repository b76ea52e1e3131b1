"""Good plans: growing zones, shifting homes, clearing patches and growing them again."""
