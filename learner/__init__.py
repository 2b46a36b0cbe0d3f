"""Models: what to ask next, how good is it, when to stop."""
