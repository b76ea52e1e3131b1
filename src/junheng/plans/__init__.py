"""Plans: sets of actions with proof, reasons and replay; whoever made them, they are re-scored by `measure`."""
