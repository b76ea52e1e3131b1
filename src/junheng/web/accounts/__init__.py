"""Accounts and posts: who may sign in, as what, for which school, group or department."""
