"""What leaves a campaign: labels, data set, model and journal, in a folder or on a hub."""
