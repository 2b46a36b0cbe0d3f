"""Inquiries to try. The odd ones are of the stress set, on which no model is trained."""

from learner.measuring.stress import read_stress_set

PLAIN = "Where is my parcel? The order number is 48213."
ANGRY = (
    "This is the third time that I write, and nobody answers. Your service is a disgrace, I am "
    "furious, and I want my money back!"
)
ABOUT = "track_order"


def examples() -> dict[str, str]:
    """Texts by what they are called on the page."""
    odd = read_stress_set()
    odd = odd[odd["category"] == ABOUT].set_index("style")["text"]
    return {
        "Plain": PLAIN,
        "Angry": ANGRY,
        "Elizabethan": odd["Elizabethan"],
        "Pirate": odd["pirate"],
    }
