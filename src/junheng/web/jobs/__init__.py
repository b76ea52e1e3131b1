"""Jobs: long work in a process of its own that survives being killed."""
