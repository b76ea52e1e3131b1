"""What no plan can beat: bounds, and the exact step that closes the gap to them."""
