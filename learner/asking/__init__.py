"""What to ask next: strategies, and a round of labels in, batch out."""
