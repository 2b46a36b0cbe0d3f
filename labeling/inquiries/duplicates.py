"""Which inquiries say the same, word for word or nearly, and showing each only once.

Near means: the sets of character 5-grams of the two normal forms overlap by a Jaccard index of at
least `THRESHOLD`. Candidates come from MinHash with banding (Broder 1997; Leskovec, Rajaraman and
Ullman, Mining of Massive Datasets, section 3.4), and each is then verified exactly.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

# On Bitext's 20k utterances no near pair at 0.85 carries two different labels (3 of 7,554 do at
# 0.80), on Banking77 2 of 78 do, and both read like label errors.
THRESHOLD = 0.85
GRAM = 5  # characters

# 36 bands of 7 rows: a pair just at the threshold is missed with probability
# (1 - 0.85**7) ** 36 < 1e-6, and pairs that are clearly apart seldom need verifying.
BANDS = 36
PERMUTATIONS = 7 * BANDS
CHUNK = 10_000  # inquiries queried at once, to bound the memory for candidates


def normal_form(text: str) -> str:
    """Fold case, width, digits, punctuation and spacing; `text` stripped if nothing is left."""
    folded = re.sub(r"\d+", "0", unicodedata.normalize("NFKC", text).casefold())
    if folded.isascii():
        letters = re.sub(r"[^a-z0]", " ", folded)
    else:
        # Combining marks belong to their letters: without them Hindi would lose its vowels.
        letters = "".join(
            char if char.isalnum() or unicodedata.category(char) in ("Mn", "Mc") else " "
            for char in folded
        )
    return " ".join(letters.split()) or text.strip()


def near_pairs(forms: Sequence[str], others: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield every (i, j) for which `forms[i]` is near `others[j]`; equal forms are near."""
    from rensa import RMinHash, RMinHashLSH

    sets, other_sets = _gram_sets(forms), _gram_sets(others)
    index = RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, num_bands=BANDS)
    index.insert_many(RMinHash.from_token_sets(other_sets, num_perm=PERMUTATIONS, seed=0))
    for start in range(0, len(sets), CHUNK):
        chunk = sets[start : start + CHUNK]
        hashes = RMinHash.from_token_sets(chunk, num_perm=PERMUTATIONS, seed=0)
        for i, candidates in enumerate(index.query_all(hashes), start=start):
            for j in sorted(candidates):
                if is_near(sets[i], other_sets[j]):
                    yield i, j


def is_near(grams: set[str], others: set[str]) -> bool:
    """Tell whether the Jaccard index of two sets of grams reaches the threshold."""
    shared = len(grams & others)
    return shared >= THRESHOLD * (len(grams) + len(others) - shared)


def near_any(table: pd.DataFrame, others: pd.DataFrame) -> np.ndarray:
    """Tell for each row of `table` whether it is near a row of `others`.

    Both are tables of inquiries, merged or not; a merged row is near when any of its copies is.
    Returns a bool array of shape (len(table),).
    """
    owners, forms = _forms_of_rows(table)
    _, other_forms = _forms_of_rows(others)
    near = np.zeros(len(table), dtype=bool)
    for i, _ in near_pairs(forms, other_forms):
        near[owners[i]] = True
    return near


def merge_duplicates(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each inquiry to show: the leader of every cluster of duplicates.

    Clusters are stars: in file order, an inquiry joins the first leader that it is near, or else
    becomes one, so no chain of small differences joins what is far apart. Copies share the
    category that most of their labelled ones carry; in a tie the leader's, else the first one's.

    Adds the columns `copies` (list of ids, the leader's first), `copy_texts` (list of their
    texts) and `disputed` (bool: labelled copies carry different categories).
    """
    forms = [normal_form(text) for text in table["text"]]
    distinct = {form: at for at, form in enumerate(dict.fromkeys(forms))}
    leaders = _leaders(list(distinct))
    members: dict[int, list[int]] = {}
    for row, form in enumerate(forms):
        members.setdefault(leaders[distinct[form]], []).append(row)

    ids, texts = table["id"].tolist(), table["text"].tolist()
    categories = [None if pd.isna(category) else category for category in table["category"]]
    clusters = list(members.values())
    votes = [[vote for row in rows if (vote := categories[row]) is not None] for rows in clusters]
    merged = table.iloc[[rows[0] for rows in clusters]].reset_index(drop=True)
    merged["category"] = pd.Series(
        [
            _majority(found, categories[rows[0]])
            for found, rows in zip(votes, clusters, strict=True)
        ],
        dtype="str",
    )
    merged["copies"] = pd.Series([[ids[row] for row in rows] for rows in clusters], dtype=object)
    merged["copy_texts"] = pd.Series(
        [[texts[row] for row in rows] for rows in clusters], dtype=object
    )
    merged["disputed"] = [len(set(found)) > 1 for found in votes]
    return merged


def _leaders(forms: list[str]) -> list[int]:
    """For each distinct form, in file order, the position of the form that leads it."""
    earlier: dict[int, list[int]] = {}
    for i, j in near_pairs(forms, forms):
        if j < i:
            earlier.setdefault(i, []).append(j)
    leaders: list[int] = []
    for i in range(len(forms)):
        leaders.append(next((j for j in earlier.get(i, []) if leaders[j] == j), i))
    return leaders


def _majority(votes: list[str], leaders: str | None) -> str | None:
    if not votes:
        return None
    counts = Counter(votes)  # keeps the order of first appearance
    most = max(counts.values())
    tied = [category for category, count in counts.items() if count == most]
    return leaders if leaders in tied else tied[0]


def _forms_of_rows(table: pd.DataFrame) -> tuple[list[int], list[str]]:
    """Return the normal forms of all texts that the rows stand for, and whose row each is."""
    texts = table["copy_texts"] if "copy_texts" in table else table["text"].map(lambda text: [text])
    owned = {(row, normal_form(text)): None for row, copies in enumerate(texts) for text in copies}
    return [row for row, _ in owned], [form for _, form in owned]


def _gram_sets(forms: Sequence[str]) -> list[set[str]]:
    return [{form[at : at + GRAM] for at in range(max(1, len(form) - GRAM + 1))} for form in forms]
