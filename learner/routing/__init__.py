"""Who answers an inquiry: the auto-responder, or a human. The first rule that fits decides.

rules.py     a rule, and the built-in ones
reading.py   a TOML file of rules, strictly checked
deciding.py  category, score, sentiment and text to a decision with its reason
router.py    model, sentiment and rules together: texts to decisions, streamed
output.py    decisions as CSV and JSON
measuring.py decisions against true categories: how much is automated, and how rightly
"""
