"""Workbooks (.xlsx): guarded before they are read, written so that they read back exactly."""
