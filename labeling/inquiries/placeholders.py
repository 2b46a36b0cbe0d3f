"""Fill `{{Order Number}}` and its like with plausible values, the same for an inquiry each time."""

import re
from collections.abc import Callable
from random import Random

PLACEHOLDER = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")

PEOPLE = (
    *("Alex Miller", "Sam Carter", "Maria Lopez", "Chris Young", "Anna Novak", "David Kim"),
    *("Laura Stein", "Omar Haddad", "Julia Rossi", "Peter Hansen", "Nina Patel", "Tom Baker"),
)
CITIES = ("London", "Berlin", "Chicago", "Madrid", "Toronto", "Dublin", "Vienna", "Sydney", "Lyon")
COUNTRIES = ("Germany", "Canada", "Spain", "Ireland", "France", "Australia", "Italy", "Austria")
STREETS = ("Oak Street", "Mill Lane", "Park Avenue", "Station Road", "High Street", "Elm Drive")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
PRODUCTS = ("wireless headphones", "desk lamp", "winter jacket", "coffee machine", "backpack")
ACCOUNTS = ("basic", "standard", "premium", "business", "freemium")
COMPANIES = ("our shop", "the online store", "the shop")


def _digits(random: Random, count: int) -> str:
    return str(random.randrange(10 ** (count - 1), 10**count))


def _date(random: Random) -> str:
    return f"{random.choice(MONTHS)} {random.randint(1, 28)}"


def _email(random: Random) -> str:
    return random.choice(PEOPLE).lower().replace(" ", ".") + "@example.com"


def _clock(random: Random) -> str:
    return f"{random.randint(8, 18)}:{random.choice(('00', '15', '30', '45'))}"


# The first row with a word of the placeholder decides, so the narrower meaning goes first.
# 555-0100 to 555-0199 and example.com are reserved for examples.
KINDS: tuple[tuple[str, Callable[[Random], str]], ...] = (
    ("email mail", _email),
    ("phone telephone mobile fax", lambda random: f"555-01{random.randint(0, 99):02}"),
    ("website url link site", lambda _: "www.example.com"),
    ("symbol", lambda _: "$"),
    ("currency", lambda random: random.choice(("dollars", "euros", "pounds"))),
    ("zip postcode postal", lambda random: _digits(random, 5)),
    ("city town", lambda random: random.choice(CITIES)),
    ("country region state", lambda random: random.choice(COUNTRIES)),
    ("address street", lambda random: f"{random.randint(1, 99)} {random.choice(STREETS)}"),
    ("days weeks hours minutes months", lambda random: str(random.randint(2, 14))),
    ("date day", _date),
    ("time", _clock),
    ("month", lambda random: random.choice(MONTHS)),
    ("year", lambda random: str(random.randint(2021, 2025))),
    (
        "amount price cost fee total sum money",
        lambda random: f"{random.randint(500, 49999) / 100:.2f}",
    ),
    ("percent percentage discount", lambda random: str(random.choice((5, 10, 15, 20)))),
    ("company store shop brand", lambda random: random.choice(COMPANIES)),
    ("product item article", lambda random: random.choice(PRODUCTS)),
    ("invoice bill receipt", lambda random: f"INV-{_digits(random, 6)}"),
    ("number id code reference order tracking purchase", lambda random: _digits(random, 8)),
    ("name person client customer agent", lambda random: random.choice(PEOPLE)),
    ("type category plan tier", lambda random: random.choice(ACCOUNTS)),
    ("quantity count", lambda random: str(random.randint(2, 9))),
)
# Without one of these words beside them, these name a thing of the shop, not a value:
# "{{Order History}}", "{{Customer Support}}", "{{Invoices}}".
ONLY_WITH_VALUE = {"order", "tracking", "purchase", "invoice", "bill", "receipt"} | {
    *("customer", "client", "agent", "product", "item", "company", "store", "shop"),
}
VALUE_WORDS = {"number", "id", "code", "reference", "name", "anonymized", "no"}


def fill_placeholders(text: str, inquiry_id: str) -> str:
    """Replace every `{{…}}` in `text`; the same name in one inquiry gets the same value.

    What is drawn depends on `inquiry_id` alone, so it is the same on every machine.
    """
    random = Random(inquiry_id)  # text seeds go through SHA-512: no per-process hash
    values: dict[str, str] = {}

    def fill(match: re.Match[str]) -> str:
        name = " ".join(re.split(r"[\W_]+", match[1].casefold())).strip()
        if name not in values:
            values[name] = _value(name, random)
        return values[name]

    return PLACEHOLDER.sub(fill, text)


def _value(name: str, random: Random) -> str:
    """A value for a placeholder of this name; its own words where the name says no kind."""
    words = set(name.split())
    for kind, draw in KINDS:
        named = words & set(kind.split())
        if named and (len(words) == 1 or not named <= ONLY_WITH_VALUE or words & VALUE_WORDS):
            return draw(random)
    return name or "this"
