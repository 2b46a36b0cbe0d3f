"""What Argilla hands to Redis workers."""
