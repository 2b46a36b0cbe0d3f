"""The sample that ships: inquiries, codebook, and the generator that makes more of them.

`stress.csv` says each category of the codebook in eight odd styles, written by hand, to see what a
model makes of language that it was never trained on (`learner.measuring.stress`).
"""

from pathlib import Path

INQUIRIES = Path(__file__).with_name("inquiries.csv")
CODEBOOK = Path(__file__).with_name("codebook.csv")
STRESS = Path(__file__).with_name("stress.csv")
