"""The sample that ships: inquiries, codebook, and the generator that makes more of them."""

from pathlib import Path

INQUIRIES = Path(__file__).with_name("inquiries.csv")
CODEBOOK = Path(__file__).with_name("codebook.csv")
