"""Feeders: pair every primary school with one junior school, strong with weak, near and with places."""
