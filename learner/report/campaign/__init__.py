"""The report of `parity report`: one page about a campaign, live or ended.

writing.py      home folder in, file out
gathering.py    what the home folder holds, and what can be found out from it again
measured.py     model and full-data model on inquiries of known category
chance.py       models on labels drawn at random
sections.py     all sections in their order; one file for each beside it
"""

from learner.report.campaign.writing import write_report

__all__ = ["write_report"]
