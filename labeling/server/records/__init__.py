"""Routes for records and answers, beside Argilla's or in their place."""
