"""The verifier, a program of its own: `verify.py` imports nothing of this package and is published with every round."""
