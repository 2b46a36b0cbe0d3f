"""Placeholders become plausible values, repeatably."""

import re

import pytest

from labeling.inquiries.placeholders import fill_placeholders


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("Order Number", r"\d{8}"),
        ("order_id", r"\d{8}"),
        ("Purchase ID Anonymized", r"\d{8}"),
        ("Account Number", r"\d{8}"),
        ("Invoice Number", r"INV-\d{6}"),
        ("Invoice", r"INV-\d{6}"),
        ("Invoices", "invoices"),
        ("Person Name", r"[A-Z]\w+ [A-Z]\w+"),
        ("Client Name", r"[A-Z]\w+ [A-Z]\w+"),
        ("Customer Support Email Address", r"[a-z.]+@example\.com"),
        ("Customer Support Phone Number", r"555-01\d\d"),
        ("Website URL", r"www\.example\.com"),
        ("Refund Amount", r"\d+\.\d\d"),
        ("Currency Symbol", r"\$"),
        ("Date", r"[A-Z][a-z]+ \d+"),
        ("number of days", r"\d+"),
        ("Delivery City", r"[A-Z][a-z]+"),
        ("Delivery Country", r"[A-Z][a-z]+"),
        ("Shipping Address", r"\d+ [A-Z]\w+ [A-Z]\w+"),
        ("Account Type", r"[a-z]+"),
        ("Order History", "order history"),
        ("Customer Support", "customer support"),
        ("Settings", "settings"),
        ("---", "this"),
    ],
)
def test_the_words_of_a_placeholder_say_what_is_put_in(name: str, pattern: str) -> None:
    for inquiry_id in ("0", "1", "2"):
        filled = fill_placeholders(f"about {{{{{name}}}}}, please", inquiry_id)
        assert re.fullmatch(f"about {pattern}, please", filled)


def test_the_id_alone_decides_what_is_drawn() -> None:
    text = "cancel {{Order Number}} for {{Person Name}}"
    assert fill_placeholders(text, "90f35814519d2723") == fill_placeholders(
        text, "90f35814519d2723"
    )
    assert len({fill_placeholders(text, str(at)) for at in range(50)}) > 40


def test_values_do_not_change_from_one_release_to_the_next() -> None:
    assert fill_placeholders("order {{Order Number}}", "90f35814519d2723") == "order 50289225"


def test_one_name_has_one_value_in_an_inquiry() -> None:
    filled = fill_placeholders("{{Order Number}}={{ order number }}", "a")
    left, right = filled.split("=")
    assert left == right


def test_text_without_placeholders_is_left_alone() -> None:
    for text in ("plain", "{single}", "{{}}", "{{ {{x} }}", "a {{b"):
        assert fill_placeholders(text, "a") == text
