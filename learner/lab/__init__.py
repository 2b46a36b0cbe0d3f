"""Experiments on labelled inquiries: simulated campaigns and the comparison of sizes."""
