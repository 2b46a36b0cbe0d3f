"""When to stop: parity, proved by a paired test."""
