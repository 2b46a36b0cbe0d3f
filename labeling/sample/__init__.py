"""The sample that ships: inquiries, codebook, and the generator that makes more of them."""
