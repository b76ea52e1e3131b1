"""What families open without an account: their school, their application, its result, and how the draw is checked."""
