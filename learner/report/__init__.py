"""HTML reports that open offline: one file a report, on one page template with shared charts.

page.py (page.css, page.js)   template, tables, sections
campaign/                     the report of a campaign, live or ended
charts.py                     figures that several reports can show, each with its text alternative
"""

from learner.report.comparison import comparison_report
from learner.report.simulation import simulation_report

__all__ = ["comparison_report", "simulation_report"]
