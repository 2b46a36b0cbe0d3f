"""One file a model: each turns labelled texts into category probabilities."""
