from labeling.overlap import answers_wanted, is_shared

INQUIRIES = [f"inquiry-{number}" for number in range(4000)]


def test_one_inquiry_in_twenty_is_shared_drawn_at_random_by_the_seed() -> None:
    drawn = [inquiry for inquiry in INQUIRIES if is_shared(inquiry, 0)]
    assert 150 < len(drawn) < 250
    assert drawn == [inquiry for inquiry in INQUIRIES if is_shared(inquiry, 0)]
    assert drawn != [inquiry for inquiry in INQUIRIES if is_shared(inquiry, 1)]


def test_the_share_wants_two_answers_and_the_others_as_many_as_were_asked_for() -> None:
    wanted = answers_wanted(INQUIRIES, 1, 0)
    assert {2} == {n for n, i in zip(wanted, INQUIRIES, strict=True) if is_shared(i, 0)}
    assert {1} == {n for n, i in zip(wanted, INQUIRIES, strict=True) if not is_shared(i, 0)}
    assert set(answers_wanted(INQUIRIES, 3, 0)) == {3}
