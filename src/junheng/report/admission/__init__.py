"""What an admissions office hands out after a draw: letters to families, and the lists by which they are told."""
