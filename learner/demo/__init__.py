"""The demo page: what the model makes of an inquiry, and where it would be routed.

serving.py   load, start, stop
page.py      the tabs and what their buttons do (page.css)
results.py   decisions as pieces of the page
files.py     a file of inquiries to a CSV with decisions
curve.py     a campaign's learning curve
confusion.py what the model takes for what, of a campaign's test inquiries
examples.py  inquiries to try
"""
