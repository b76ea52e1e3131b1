"""Capacitated location of one year: which sites to open and who is served where, with a proven bound."""
