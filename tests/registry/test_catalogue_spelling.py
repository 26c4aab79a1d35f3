"""The automaton over sets finds what a comparison word by word finds."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from registry.catalogue import services
from registry.catalogue.bits import BLOCK, Sums, flags, numbers, pack, union, with_place
from registry.catalogue.models import Head
from registry.catalogue.spelling import errors_allowed, near_words
from tests.registry.catalogue_documents import make


def distance(one, other):
    """Edits between two words, a swap of neighbours being one (Wagner and Fischer, 1974)."""
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, facing in enumerate(other, 1):
            steps = [rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != facing)]
            if i > 1 and j > 1 and one[i - 2] == facing and letter == other[j - 2]:
                steps.append(rows[-2][j - 2] + 1)
            row.append(min(steps))
        rows.append(row)
    return rows[-1][-1]


def beginning(word, other):
    return min(distance(word, other[:size]) for size in range(len(other) + 1))


letters = st.text("abcdé", min_size=1, max_size=12)


@pytest.mark.django_db
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sets(letters, min_size=1, max_size=30), letters, st.booleans())
@example({"welding"}, "wleding", False)
@example({"abcdabcd", "ba"}, "badcabdc", False)
def test_near_words_are_those_a_plain_comparison_finds(vocabulary, asked, prefix):
    services.rebuild(
        [make(" ".join(sorted(vocabulary)), outcomes=(), provider_names={}, synonyms=())]
    )
    head = Head.objects.get()
    from registry.common.texts import normalise

    known, asked = {normalise(word) for word in vocabulary}, normalise(asked)
    found = near_words(head.generation, head.next_word, asked, prefix=prefix)
    allowed = errors_allowed(asked)
    whole = {near.word: near.errors for near in found if not near.prefix}
    expected = {word: distance(asked, word) for word in known - {asked}}
    assert whole == {w: d for w, d in expected.items() if allowed and d <= allowed}
    begun = {near.word for near in found if near.prefix}
    if not prefix or len(asked) < 6:
        assert begun == set()
    else:
        near = {word for word in known - {asked} if beginning(asked, word) <= allowed}
        assert begun == near - whole.keys()


@given(st.sets(st.integers(0, BLOCK - 1), max_size=40), st.integers(0, BLOCK - 1))
def test_a_block_holds_what_was_put_in(places, more):
    block = with_place(pack(sorted(places)), more)
    assert set(numbers(union([(0, block)]))) == places | {more}


def test_a_block_turns_into_a_bitmap_when_that_is_shorter():
    few, many = list(range(0, 4094, 2)), list(range(0, 4096, 2))
    assert (len(pack(few)), len(pack(many))) == (len(few) * 2, BLOCK // 8)
    grown = b""
    for place in range(0, 6000, 2):
        grown = with_place(grown, place)
    assert list(numbers(union([(2, grown)]))) == list(range(2 * BLOCK, 2 * BLOCK + 6000, 2))


@given(st.lists(st.tuples(st.integers(0, 2), st.sets(st.integers(0, BLOCK - 1), max_size=9))))
def test_blocks_together_are_the_union(rows):
    packed = [(index, pack(sorted(places))) for index, places in rows]
    expected = {index * BLOCK + place for index, places in rows for place in places}
    assert set(numbers(union(packed))) == expected


@given(st.lists(st.tuples(st.sets(st.integers(0, 60)), st.integers(0, 40)), max_size=12))
def test_sums_are_sums(rows):
    sums, plain = Sums(), dict.fromkeys(range(61), 0)
    for members, amount in rows:
        sums.add(sum(1 << n for n in members), amount)
        for n in members:
            plain[n] += amount
    classes = list(sums.classes((1 << 61) - 1))
    assert [total for total, _ in classes] == sorted({*plain.values()}, reverse=True)
    assert {n: total for total, held in classes for n in numbers(held)} == plain


@given(st.sets(st.integers(0, 500)))
def test_flags_say_who_is_in(members):
    bits = sum(1 << n for n in members)
    assert {n for n, flag in enumerate(flags(bits, 501)) if flag} == members
