"""What is found, in any script and by which spelling, and in which order."""

from decimal import Decimal

import pytest

from registry.catalogue import services
from registry.catalogue.words import MAX_WORDS, read, words
from registry.common.texts import normalise
from tests.registry.catalogue_documents import ask, make, search, titles, total

pytestmark = pytest.mark.django_db

FOLDED = [
    ("Ψηφιακή υγεία", "ψηφιακη ΥΓΕΙΑ"),
    ("ΔΙΑΧΕΊΡΙΣΗ ΈΡΓΩΝ", "διαχείριση έργων"),
    ("Straßenbau", "strassenbau"),
    ("Straßenbau", "STRASSENBAU"),
    ("Ćwiczenia w Łodzi", "cwiczenia lodzi"),
    ("Lodowce", "łodowce"),
    ("Заваряване и йод", "ЗАВАРЯВАНЕ йод"),
    ("Ħaddiem fiż-żgħażagħ", "haddiem zghazagh"),
    ("Işık ve İstanbul", "isik istanbul"),
    ("Cáilíochtaí Éireannacha", "cailiochtai eireannacha"),
    ("Smørrebrød for alle", "smorrebrod"),
    ("Đurđevac", "durdevac"),
    ("Instal·lació elèctrica", "installacio electrica"),
    ("Œuvre collective", "oeuvre"),
    ("Mise en œuvre", "ŒUVRE"),
    ("伤口评估复训", "伤口评估"),
    ("Ｆｕｌｌ width", "full"),
    ("Cafe\u0301", "café"),
    ("e-learning design", "elearning"),
    ("Elearning design", "e-learning"),
    ("L’analyse de l’eau", "l'analyse d’eau"),
    ("Women's health", "womens health"),
    ("Cyber-security", "cyber security"),
]


@pytest.mark.parametrize(("title", "query"), FOLDED, ids=[f"{t}-{q}" for t, q in FOLDED])
def test_accents_case_and_letters_do_not_matter(title, query):
    services.put(make(title))
    services.put(make("Something else"))
    assert titles(query) == [title]


@pytest.mark.parametrize("query", ["Müller", "Mueller", "Muller", "MÜLLER", "müll"])
def test_german_with_and_without_umlauts_is_the_same(query):
    spellings = {"Das Müller-Verfahren", "Das Mueller-Verfahren", "Das Muller-Verfahren"}
    for title in sorted(spellings):
        services.put(make(title))
    services.put(make("Das Miller-Verfahren"))
    assert set(titles(query)) == spellings


def test_as_written_comes_before_the_other_spelling():
    for title in ("Mueller", "Müller", "Muller"):
        services.put(make(title))
    assert titles("Mueller")[0] == "Mueller"
    services.put(make("Boek"))
    services.put(make("Bok"))
    assert titles("boek") == ["Boek", "Bok"]


def test_every_word_must_match_anywhere():
    services.put(make("Welding", outcomes=({"en": "Choose an electrode"},)))
    services.put(make("Welding", provider_names={"et": "Võru Kutsekool"}))
    services.put(make("Choose an electrode"))
    assert len(titles("welding")) == 2
    assert titles("welding electrode") == ["Welding"]
    assert titles("welding voru") == ["Welding"]
    assert titles("electrode welding voru") == []


def test_outcomes_skills_institution_and_synonyms_are_searched_in_every_language():
    services.put(
        make(
            {"et": "Kursus"},
            outcomes=({"et": "Hindab riske", "el": "Αξιολογεί κινδύνους"},),
            skills=({"en": "install heat pump", "fr": "installer une pompe à chaleur"},),
            provider_names={"et": "Kalda kolledž", "en": "Kalda College"},
            synonyms=("Mikrokraad", "μικροδιαπιστευτήριο", "micro-credential"),
        )
    )
    for query in ("κινδυνους", "pompe chaleur", "kolledz", "μικροδιαπιστευτηριο", "mikrokraad"):
        assert titles(query) == ["Kursus"], query
    for query in ("micro-credential", "microcredential", "micro credential", "MICRO-CREDENTIAL"):
        assert titles(query) == ["Kursus"], query


def test_the_beginning_of_the_last_word_is_enough_and_of_no_other():
    services.put(make("Programming robots"))
    for query in ("pr", "pro", "prog", "programm", "robots prog"):
        assert titles(query) == ["Programming robots"], query
    assert search(ask("progr robots")).hits == ()


def test_what_all_are_called_is_no_beginning():
    services.put(make("Microbiology"))
    services.put(make("Welding"))
    assert titles("microb") == ["Microbiology"]
    assert titles("mikrokr") == []
    assert len(titles("microcredential")) == 2


def test_titles_count_more_than_outcomes_and_short_titles_more_than_long():
    services.put(make("Safety", outcomes=({"en": "Explain welding"},)))
    services.put(make("Welding of thin steel sheets"))
    services.put(make("Welding"))
    services.put(make("Weldings"))
    assert titles("welding") == ["Welding", "Welding of thin steel sheets", "Weldings", "Safety"]


def test_a_rare_word_in_the_title_counts_more_than_a_common_one():
    for _ in range(30):
        services.put(make("Introduction", outcomes=({"en": "Speak"},)))
    services.put(make("Introduction course", outcomes=({"en": "Use telemetry"},)))
    services.put(make("Telemetry course", outcomes=({"en": "Give an introduction"},)))
    assert titles("introduction telemetry")[0] == "Telemetry course"


TYPOS = [
    ("Welding", "weldign"),
    ("Welding", "wlding"),
    ("Welding", "weldingg"),
    ("Welding", "qelding"),
    ("Data", "dsta"),
    ("Management", "managment"),
    ("Management", "manegemant"),
    ("Programming", "progamm"),
    ("Διαχείριση έργων", "διαχειρηση"),
    ("Заваряване", "заваряванне"),
    ("Żółw morski", "zolv morski"),
    ("Datenschutz", "Datenschuts"),
]


@pytest.mark.parametrize(("title", "query"), TYPOS, ids=[q for _, q in TYPOS])
def test_one_or_two_wrong_letters_are_forgiven(title, query):
    services.put(make(title))
    services.put(make("Entirely different"))
    found = search(ask(query))
    assert [next(iter(hit.titles.values())) for hit in found.hits] == [title]
    assert found.read_as


@pytest.mark.parametrize(("title", "query"), [("Law", "lax"), ("Data", "dtta x"), ("Data", "dwwa")])
def test_short_words_and_too_many_errors_are_not(title, query):
    services.put(make(title))
    assert titles(query) == []


def test_what_is_there_as_written_is_not_mixed_with_what_is_nearly_so():
    services.put(make("Marine welding"))
    services.put(make("Marina welding"))
    found = search(ask("marine"))
    assert [hit.titles["en"] for hit in found.hits] == ["Marine welding"]
    assert found.read_as == ()


def test_a_misspelled_word_that_few_have_brings_a_suggestion():
    services.put(make("Managment"))
    for _ in range(20):
        services.put(make("Management"))
    assert search(ask("managment")).suggestion == "management"
    assert search(ask("management")).suggestion == ""


def test_where_nothing_fits_each_word_is_counted_alone():
    services.put(make("Welding"))
    found = search(ask("welding xyzzyq"))
    assert found.total == 0
    assert found.each == (("welding", 1), ("xyzzyq", 0))


def test_orders():
    services.put(make("Beta", hours=Decimal(10)))
    services.put(make("alpha", hours=None, credits=Decimal(1)))
    services.put(make("Ägypten", hours=Decimal("2.5")))
    assert titles() == ["Ägypten", "alpha", "Beta"]
    assert titles(sort="title") == ["Ägypten", "alpha", "Beta"]
    assert titles(sort="size") == ["Ägypten", "Beta", "alpha"]
    assert titles(sort="nonsense") == titles(sort="newest") == titles()


def test_those_alike_have_one_order_too():
    same = make("Same")
    documents = [make("Same", registered_at=same.registered_at) for _ in range(30)]
    services.rebuild([same, *documents])
    for sort in ("newest", "title", "size", "relevance"):
        found = [hit.activity_id for hit in search(ask("same", sort=sort), size=31).hits]
        pages = [
            hit.activity_id
            for start in range(0, 31, 7)
            for hit in search(ask("same", sort=sort), start=start, size=7).hits[: 31 - start]
        ]
        assert len(set(found)) == 31
        assert pages == found, sort


def test_a_page_behind_the_last_is_the_last():
    services.rebuild([make(f"Number {n}") for n in range(25)])
    found = search(ask(), start=400, size=20)
    assert (found.position, len(found.hits), found.total) == (20, 5, 25)


@pytest.mark.parametrize("sort", ["newest", "title", "size", "relevance"])
def test_pages_after_a_hit_are_stable_while_documents_come_and_go(sort):
    services.rebuild([make(f"Course {n % 7} {n}") for n in range(60)])
    wish = ask("course", sort=sort)
    everything = [hit.activity_id for hit in search(wish, size=60).hits]
    seen, last = [], None
    while page := search(wish, after=last, start=len(seen), size=11).hits:
        seen += [hit.activity_id for hit in page]
        last = seen[-1]
        services.put(make("Course aaa"))
        services.remove(everything[2])
    assert [one for one in seen if one in everything] == everything
    assert len(set(seen)) == len(seen)


def test_a_changed_document_stands_once_as_it_is_now():
    first = make("Old name")
    services.put(first)
    services.put(make("New name", activity_id=first.activity_id, country="FI", number=2))
    assert total() == 1
    assert titles("old") == []
    assert titles("new") == ["New name"]
    assert titles(country="EE") == []
    assert search(ask(country="FI")).hits[0].number == 2


def test_a_removed_document_is_gone_and_may_come_back():
    document = make("Here")
    services.put(document)
    services.remove(document.activity_id)
    services.remove(document.activity_id)
    assert (titles("here"), total()) == ([], 0)
    services.put(document)
    assert titles("here") == ["Here"]


def test_rebuilding_leaves_what_was_given_and_nothing_else():
    services.put(make("Before"))
    assert services.rebuild([make("One"), make("Two")]) == 2
    assert titles(sort="title") == ["One", "Two"]
    services.put(make("Three"))
    assert services.rebuild([]) == 0
    assert titles() == []
    services.put(make("Four"))
    assert titles("four") == ["Four"]


def test_no_query_breaks_it():
    services.put(make("Welding"))
    for query in (
        "",
        " ",
        "'",
        '"',
        "%",
        "_",
        "\\",
        "a\0b",
        "-",
        "--",
        "*",
        "🙂",
        "((",
        "AND OR NOT",
    ):
        search(ask(query), facets=("country",))
    assert search(ask("x" * 5000)).hits == ()
    assert search(ask("welding " + "x" * 5000)).hits == ()


def test_words_beyond_the_limit_are_named():
    query = " ".join(f"w{n}" for n in range(MAX_WORDS + 2))
    assert search(ask(query)).ignored == ("w10", "w11")


def test_an_empty_catalogue_answers():
    found = search(ask("anything", country="EE"), facets=("country", "provider"))
    assert (found.hits, found.total, found.unknown) == ((), 0, (("country", "EE"),))


def test_normalising_twice_changes_nothing():
    for text in ("Łódź ÅΣς ﬁ ß İ ǅ", "Ψηφιακή", "e\u0301", "ⓐ①"):
        once = normalise(text)
        assert normalise(once) == once


def test_a_query_reads_words_as_the_index_cuts_them():
    for text in ("Data-driven design", "Ψηφιακή υγεία", "伤口评估 A1", "Straße 7b"):
        for word in read(text).words:
            assert any(set(form) <= set(words(text)) for form in word.forms), (text, word)
