"""People: what is asked, who answered, what they agree on. No torch, no model."""
