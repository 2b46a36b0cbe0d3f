"""One campaign: the loop over a pool, its journal and its queue, until the goal is reached."""
