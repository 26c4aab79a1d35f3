"""An issuer in memory: keys, sources, and facts that change on request."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from credentials.identifiers import VerificationMethod
from credentials.issue import prepare, sign
from credentials.keys import Algorithm, PrivateKey
from credentials.profiles import facts as f
from credentials.signers import MemorySigner
from credentials.verify import AccreditationAnswer, SimulatedSources

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
DID = "did:web:registry.example:institutions:kalda"
FACTS = f.AwardFacts(
    id="urn:uuid:0b8d5c1e-6f0f-4d5e-9a55-3c1c2b0a7e01",
    activity_url="https://registry.example/activities/1",
    activity_version=1,
    activity_digest=bytes(32),
    language="en",
    title={"en": "Data protection"},
    description={"en": "Duties of a small organisation."},
    learner=f.Learner(
        "urn:uuid:5d0b2a36-9f1e-4b54-8f2a-6f6a1b0c9d10",
        "Ελένη Καραγιάννη",
        "Ελένη",
        "Καραγιάννη",
        date(1988, 2, 29),
        "eleni@example.org",
    ),
    awarding_body=f.AwardingBody(DID, {"en": "Kalda"}, "EE", "EE001", "https://kalda.example", "1"),
    issued_at=AT,
    awarded_on=date(2026, 2, 27),
    outcomes=(
        f.Outcome(
            "https://registry.example/activities/1/versions/1#LO1",
            {"en": "Draft a plan"},
            "skills",
            ("http://data.europa.eu/esco/skill/a4346013-a967-4a58-a533-6b32ad1364c5",),
        ),
    ),
    workload=f.Workload(Decimal(156), Decimal("6.5"), "ekap"),
    level=f.LevelFacts("ee-estqf", "EstQF", "5", "EstQF 5", None, 5, "short"),
    assessment_types=("written_examination",),
    participation="blended",
    setting="non_formal",
    supervision="supervised_with_id",
    quality_assurance=(f.QualityAssurance("institutional", "QA", None, "HAKA", "EE", "R-1"),),
    prerequisites=("None",),
    grade="A",
    grading_scheme="A to F",
    stackability="stackable",
    stackable_towards=("A certificate",),
    further_information=(("Course page", "https://kalda.example/course"),),
    isced_f="0613",
    languages_of_instruction=("en",),
    valid_until=datetime(2029, 2, 27, 23, 59, 59, tzinfo=UTC),
)


class Issuer:
    def __init__(self, did=DID, algorithm=Algorithm.ED25519):
        self.key = PrivateKey.generate(algorithm)
        self.did = did
        self.method = f"{did}#{self.key.public.thumbprint()}"
        row = VerificationMethod(
            self.method, did, self.key.public, valid_from=datetime(2026, 1, 1, tzinfo=UTC)
        )
        confirmed = AccreditationAnswer("confirmed", authority="HAKA", reference="R-1")
        self.sources = SimulatedSources({self.method: row}, {did: confirmed})

    @property
    def signer(self):
        return MemorySigner(self.key, self.method)

    def issue(self, suite="eddsa-rdfc-2022", **changes):
        facts = replace(FACTS, **changes)
        return sign(prepare(facts, at=AT), signer=self.signer, at=AT, suite=suite).raw
