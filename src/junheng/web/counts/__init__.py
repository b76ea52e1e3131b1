"""What the processes of one installation count together."""
