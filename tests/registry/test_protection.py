"""No hidden number comes back: not by subtraction, not from other tables, not from a later release.

The reader in these tests knows everything that is public: all activities with their categories,
all published cells of all tables, the method, and that a hidden cell holds none to four awards.
"""

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.statistics.codebook import THRESHOLD
from registry.statistics.counting import Atom, tables_of
from registry.statistics.protection import without_small_groups
from registry.statistics.subjects import Profile, Size
from registry.statistics.tallies import HIDDEN, Tally

# --- Random registers: few categories, so that cells are of all sizes and tables hang together ----
PROFILES = st.builds(
    Profile,
    country=st.sampled_from(["EE", "MT"]),
    framework=st.sampled_from(["ee-estqf", "mt-mqf", "eu-baseline"]),
    level=st.sampled_from(["ee-estqf:5", "mt-mqf:4", "eu-baseline:none"]),
    eqf=st.sampled_from(["4", "5", "none"]),
    field=st.sampled_from(["06", "07"]),
    provider_type=st.sampled_from(["vet_college", "public_he"]),
    sector=st.sampled_from([("ict",), ("health", "ict"), ("none",)]),
    transition=st.sampled_from([("digital",), ("digital", "green"), ("none",)]),
    setting=st.sampled_from(["formal", "non_formal"]),
    system=st.sampled_from(["ects", "ekap", "none"]),
)
ATOMS = st.builds(Atom, PROFILES, st.booleans(), st.just(True), st.booleans())
REGISTERS = st.dictionaries(ATOMS, st.integers(0, 9), min_size=1, max_size=8)
HOURS, CREDITS = Decimal(26), Decimal("1.5")


def release(register):
    """The published tables of a register, by the very functions that make a release."""
    atoms = {}
    for atom, number in register.items():
        if number:
            tally = atoms.setdefault(atom, Tally())
            tally.add(
                Size(HOURS if atom.with_hours else None, CREDITS), atom.profile.system, number
            )
    stood = {cell for atom in register for cell in members(atom)}
    return tables_of(atoms, stood)


def cells(tables):
    for table, rows in tables.items():
        if not table.startswith("credentials_"):
            for keys, setting, stored in rows:
                yield (table, tuple(keys), setting), stored


def truth(register, cell):
    return sum(n for atom, n in register.items() if cell in members(atom))


@cache
def members(atom):
    return frozenset(atom.profile.cells())


def hidden_cells(tables):
    return [cell for cell, stored in cells(tables) if stored == HIDDEN]


# --- 1. No shown number is small ---
@given(register=REGISTERS)
def test_whatever_is_shown_rests_on_five_awards_at_least(register):
    for cell, stored in cells(release(register)):
        if stored == HIDDEN:
            continue
        numbers = [stored["n"], stored["with_hours"], *stored["with_credits"].values()]
        numbers += [stored["n"] - stored["with_hours"]]
        numbers += [stored["n"] - sum(stored["with_credits"].values())]
        assert all(number == 0 or number >= THRESHOLD for number in numbers), cell
        assert stored["n"] <= truth(register, cell)


@given(register=REGISTERS)
def test_what_no_small_cell_touches_is_all_there(register):
    """Nothing is left out but for the sake of a small group."""
    big = {atom: number + THRESHOLD for atom, number in register.items()}
    for cell, stored in cells(release(big)):
        assert stored["n"] == truth(big, cell)


# --- 2. The sums of what is shown are what is shown of the sums ---
@given(register=REGISTERS)
def test_totals_are_those_of_the_cells_that_are_shown(register):
    sums = {}
    for (table, _keys, setting), stored in cells(release(register)):
        if stored != HIDDEN:
            sums.setdefault((table, setting), Counter())["n"] += stored["n"]
    for table in ("country", "framework", "level", "eqf", "field", "provider_type"):
        for setting in ("formal", "non_formal"):
            assert sums.get((table, setting)) == sums.get(("total", setting))


# --- 3. Other worlds: what a hidden cell holds can be anything up to four ---
@given(register=REGISTERS, choice=st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_a_release_is_the_same_whatever_a_hidden_cell_holds(register, choice):
    """For each hidden cell: five registers, with 0, 1, … 4 awards in it, give this very release."""
    tables = release(register)
    kept = counted(register)
    for cell in hidden_cells(tables):
        inside = [atom for atom in register if cell in members(atom)]
        atom = choice.choice(sorted(inside))
        for number in range(THRESHOLD):
            world = {other: n if other in kept else 0 for other, n in register.items()}
            world[atom] = number
            assert truth(world, cell) == number
            assert release(world) == tables


def counted(register):
    from registry.statistics.counting import _guarded

    atoms = {atom: number for atom, number in register.items() if number}
    return without_small_groups(atoms, _guarded, THRESHOLD)


# --- 4. The linear system of everything published ---
def equations(register, tables):
    """All published numbers as rows over two unknowns for each atom: counted, and left out.

    A shown cell fixes the sum of the counted; so do its hours, its credits of each system, and what
    states them. A hidden cell says that nothing in it was counted.
    """
    atoms = sorted(register)
    # Cells of several tables with the same members say the same.
    rows = {}
    for cell, stored in cells(tables):
        inside = [cell in members(atom) for atom in atoms]

        def row(value, weight, inside=inside):
            weights = [Fraction(weight(a)) * i for a, i in zip(atoms, inside, strict=True)]
            rows[tuple(weights + [Fraction(0)] * len(atoms))] = Fraction(value)

        if stored == HIDDEN:
            row(0, lambda atom: 1)
            continue
        row(stored["n"], lambda atom: 1)
        row(stored["with_hours"], lambda atom: atom.with_hours)
        row(stored["hours"], lambda atom: Fraction(HOURS) * atom.with_hours)
        for system in ("ects", "ekap"):
            number = stored["with_credits"].get(system, 0)
            row(number, lambda atom, s=system: atom.profile.system == s)
            row(
                stored["credits"].get(system, 0),
                lambda atom, s=system: Fraction(CREDITS) * (atom.profile.system == s),
            )
    return atoms, list(rows.items())


def reduced(rows):
    """Gauss and Jordan over the rationals: pivots, each with its row and value."""
    pivots = {}
    for weights, value in rows:
        weights = list(weights)
        for column, (other, its) in pivots.items():
            if weights[column]:
                factor = weights[column]
                weights = [a - factor * b for a, b in zip(weights, other, strict=True)]
                value -= factor * its
        column = next((place for place, w in enumerate(weights) if w), None)
        if column is None:
            assert value == 0, "the published numbers contradict each other"
            continue
        scale = weights[column]
        weights, value = [w / scale for w in weights], value / scale
        for place, (other, its) in list(pivots.items()):
            if other[column]:
                factor = other[column]
                pivots[place] = (
                    [a - factor * b for a, b in zip(other, weights, strict=True)],
                    its - factor * value,
                )
        pivots[column] = (weights, value)
    return pivots


def solved(pivots, wanted):
    """The value that the system gives to a sum of unknowns, ``None`` if it gives none."""
    weights, value = list(wanted), Fraction(0)
    for column, (other, its) in pivots.items():
        if weights[column]:
            factor = weights[column]
            weights = [a - factor * b for a, b in zip(weights, other, strict=True)]
            value += factor * its
    return value if not any(weights) else None


@given(register=REGISTERS)
@settings(max_examples=40, deadline=None)
def test_the_linear_system_determines_no_hidden_cell(register):
    tables = release(register)
    atoms, rows = equations(register, tables)
    pivots = reduced(rows)
    hidden = {tuple(Fraction(cell in members(a)) for a in atoms) for cell in hidden_cells(tables)}
    for inside in hidden:
        assert solved(pivots, inside + inside) is None
        # Neither does it with the bounds: of these two solutions both hold everything published.
        for number in (0, THRESHOLD - 1):
            point = solution(register, atoms, inside, number)
            assert all(dot(weights, point) == value for weights, value in rows)
            assert dot(inside + inside, point) == number
            assert all(value >= 0 for value in point)
            assert all(0 <= dot(there + there, point) < THRESHOLD for there in hidden)


def solution(register, atoms, inside, number):
    kept = counted(register)
    counts = [Fraction(register[atom] if atom in kept else 0) for atom in atoms]
    left_out = [Fraction(0)] * len(atoms)
    left_out[inside.index(1)] = Fraction(number)
    return counts + left_out


def dot(weights, point):
    return sum((a * b for a, b in zip(weights, point, strict=True)), Fraction(0))


@given(register=REGISTERS)
@settings(max_examples=40, deadline=None)
def test_whoever_takes_the_shown_numbers_for_all_there_is_gets_nothing_by_subtracting(register):
    """With one unknown an atom, totals less the cells shown: what comes out is 0."""
    tables = release(register)
    atoms, rows = equations(register, tables)
    pivots = reduced([(weights[: len(atoms)], value) for weights, value in rows if value])
    for cell in hidden_cells(tables):
        wanted = [Fraction(cell in members(atom)) for atom in atoms]
        assert solved(pivots, wanted) in (None, 0)


# --- 5. The procedure itself ---
SMALL = st.dictionaries(
    st.integers(0, 5),
    st.tuples(st.integers(1, 6), st.frozensets(st.integers(0, 4), max_size=4)),
    max_size=6,
)


@given(world=SMALL)
def test_the_set_that_is_counted_is_the_largest_that_holds(world):
    """Held against every subset there is."""

    def holds(chosen):
        counts = Counter()
        for key in chosen:
            for cell in world[key][1]:
                counts[cell] += world[key][0]
        return all(count >= THRESHOLD for count in counts.values())

    found = without_small_groups(
        {key: number for key, (number, _) in world.items()}, lambda key: world[key][1], THRESHOLD
    )
    assert holds(found)
    subsets = [set(c) for size in range(len(world) + 1) for c in combinations(world, size)]
    assert found == set().union(*(subset for subset in subsets if holds(subset)))
