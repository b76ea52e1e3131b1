"""The draw: a commitment before it, a seed from outside, ranks that anyone can recompute, receipts without names."""
