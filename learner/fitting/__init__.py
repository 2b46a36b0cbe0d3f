"""Recipes, and models fitted by them, in this process or in the background."""
