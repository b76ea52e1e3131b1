"""The people desk: rosters, what teachers wish, what schools and teachers say of an exchange, and its letters."""
