"""From cells as they stand in a file to typed tables, with every problem named by row and column."""
