"""The README.md beside exported labels: what they are, how they came about, how to load them."""

from learner.export.markdown import data_name, front_matter, table
from learner.live.record import Record

COLUMNS = [
    ["`id`", "the inquiry's id in the data"],
    ["`text`", "what the customer wrote, unchanged"],
    ["`category`", "what the answers agree on"],
    ["`confidence`", "how likely that is, 0 to 1, by how reliable each annotator is"],
    ["`answers`", "how many annotators answered"],
    ["`round`", "the round in which it was asked first; 0 is the cold start"],
]


def dataset_card(record: Record, loading: str) -> str:
    """The card, in Markdown; `loading` is the line of Python that gives `labels`."""
    labels = record.labels
    counts = labels["category"].value_counts()
    by = "People" if record.settings["annotators"] == "people" else "Simulated annotators"
    return f"""\
{front_matter(task_categories=["text-classification"], tags=["customer-support", "parity"])}\
# Labelled customer inquiries

{len(labels):,} of {len(record.pool):,} inquiries of {data_name(record.settings["data"])}, in \
{len(counts)} categories. {by} labelled them in Parity, which asked for those that teach a model \
most. They are no random sample: how often a category is here does not say how often it is asked.

```python
{loading}
```

## Columns

{table(["column", "what it holds"], COLUMNS)}

## Categories

{table(["category", "labels"], [[str(name), f"{count:,}"] for name, count in counts.items()])}

## Before it is passed on

Customers may have written names, numbers and addresses; nothing was taken out of the texts.
"""
