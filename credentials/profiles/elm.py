"""European Digital Credential: European Learning Model 3, profile EDC generic, with Annex I.

Two forms of one content: on VC 1.1 with the published context, as Europass takes it in to be
sealed there or with JAdES; and on VC 2.0 with a context of our own, to be signed like any other
credential (the published one redefines a term that VC 2.0 protects).

Every node has an address of its own and is described once. What the model can't say isn't bent:
``docs/formats.md`` lists the losses, and a body whose place isn't known is a note.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from credentials.errors import Malformed
from credentials.profiles.facts import AwardFacts, AwardingBody, LangMap, QualityAssurance
from credentials.profiles.open_badges import decimal, midnight, moment, uri_of
from schemas import elm, isced, vocabularies

Node = dict[str, Any]
VC1 = "https://www.w3.org/2018/credentials/v1"
EDC = "http://data.europa.eu/snb/model/context/edc-ap"
VC2 = "https://www.w3.org/ns/credentials/v2"
ELM_ON_VC2 = "https://registry.example/contexts/elm-vc2/v1"
SHAPES = "http://data.europa.eu/snb/model/ap/edc-generic-full"
_GENERIC = f"{elm.LISTS['credential'].base}e34929035b"
_BASE64 = f"{elm.LISTS['encoding'].base}6146cde7dd"
_PNG = f"{elm.LISTS['file-type'].base}PNG"
# A display needs a picture of its page; a viewer draws its own. One transparent pixel.
_PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)


def build(facts: AwardFacts) -> Node:
    """The document for Europass, on VC 1.1; it carries no status and no proof.

    Raises ``Malformed`` (``facts.missing``) without the issuer's legal identifier, which the model
    asks for, and for a code that no vocabulary has.
    """
    document = _Builder(facts).credential()
    times = {"issuanceDate": moment(facts.issued_at), "validFrom": midnight(facts.awarded_on)}
    if facts.valid_until is not None:
        times |= {"validUntil": moment(facts.valid_until)}
        times |= {"expirationDate": moment(facts.valid_until)}
    schema = {"id": SHAPES, "type": "ShaclValidator2017"}
    return {"@context": [VC1, EDC], **document, **times, "credentialSchema": [schema]}


def build_vc2(facts: AwardFacts) -> Node:
    """The same content on VC 2.0, to be signed. Raises ``Malformed`` like ``build``.

    ``issuer.id`` is the DID that signs; no ``credentialSchema``, whose type nobody here evaluates.
    """
    document = _Builder(facts, issuer_id=facts.awarding_body.did).credential()
    document["validFrom"] = moment(facts.issued_at)
    if facts.valid_until is not None:
        document["validUntil"] = moment(facts.valid_until)
    return {"@context": [VC2, ELM_ON_VC2], **_once(document, set())}


def _once(value: Any, described: set[str]) -> Any:
    """Concepts by their address alone from the second time on: the graph stays the same.

    What we sign describes each node at one place, so that nothing can move under the signature.
    """
    if isinstance(value, list):
        return [_once(item, described) for item in value]
    if not isinstance(value, dict):
        return value
    address = value.get("id")
    if isinstance(address, str):
        if address in described:
            return {"id": address}
        described.add(address)
    return {name: _once(item, described) for name, item in value.items()}


class _Builder:
    def __init__(self, facts: AwardFacts, issuer_id: str | None = None) -> None:
        self._facts = facts
        self._counts: Counter[str] = Counter()
        self._on_vc2 = issuer_id is not None
        self._issuer_id = issuer_id or self._next("org")
        self._described: set[str] = set()

    def credential(self) -> Node:
        facts = self._facts
        return {
            "id": facts.id,
            "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
            "credentialProfiles": [elm.concept(_GENERIC, {"en": "Generic"})],
            "displayParameter": self._display(),
            "issuer": self._organisation(facts.awarding_body),
            "issued": moment(facts.issued_at),
            "credentialSubject": self._person(),
        }

    def _next(self, kind: str) -> str:
        self._counts[kind] += 1
        return f"urn:epass:{kind}:{self._counts[kind]}"

    def _node(self, kind: str, type_: str, /, **members: Any) -> Node:
        node = {"id": self._next(kind), "type": type_, **members}
        return {name: value for name, value in node.items() if value not in (None, [], {})}

    def _texts(self, text: str | None) -> LangMap | None:
        return {self._facts.language: text} if text else None

    def _note(self, texts: LangMap | None) -> Node | None:
        return self._node("note", "Note", noteLiteral=dict(texts)) if texts else None

    # --- who ----------------------------------------------------------------------------------

    def _organisation(self, body: AwardingBody) -> Node:
        """The awarding body, which seals too: in full once, by its address afterwards."""
        if self._issuer_id in self._described:
            return {"id": self._issuer_id}
        self._described.add(self._issuer_id)
        if not body.registration:
            message = "The European format asks for the issuer's legal identifier: register it."
            raise Malformed("facts.missing", message, pointer="/awardingBody/registration")
        legal = {"notation": body.registration, "spatial": elm.country(body.country)}
        organisation: Node = {
            "id": self._issuer_id,
            "type": "Organisation",
            "legalName": dict(body.legal_name),
            "eIDASIdentifier": self._node("legalIdentifier", "LegalIdentifier", **legal),
            "location": [self._location(body.country, body.region)],
        }
        if body.homepage:
            organisation["homepage"] = [
                self._node("webResource", "WebResource", contentURL=body.homepage)
            ]
        return organisation

    def _location(self, country: str, region: str | None) -> Node:
        address = self._node("address", "Address", countryCode=elm.country(country))
        nuts = elm.LISTS["nuts"]
        code = [elm.concept(f"{nuts.base}{region}", {})] if region else None
        return self._node("location", "Location", address=[address], spatialCode=code)

    def _person(self) -> Node:
        learner = self._facts.learner
        born = learner.date_of_birth
        return self._node(
            "person",
            "Person",
            fullName=self._texts(learner.full_name),
            givenName=self._texts(learner.given_name),
            familyName=self._texts(learner.family_name),
            dateOfBirth=midnight(born) if born else None,
            hasClaim=[self._achievement()],
        )

    # --- what ---------------------------------------------------------------------------------

    def _achievement(self) -> Node:
        facts = self._facts
        more = [
            self._node("webResource", "WebResource", title=self._texts(title), contentURL=url)
            for title, url in facts.further_information
        ]
        return self._node(
            "learningAchievement",
            "LearningAchievement",
            title=dict(facts.title),
            awardedBy=self._awarded(),
            **self._description(),
            creditReceived=self._credits(),
            influencedBy=[self._activity()],
            provenBy=self._assessed(),
            specifiedBy=self._qualification(),
            supplementaryDocument=more,
        )

    def _description(self) -> dict[str, Any]:
        # On VC 2.0 the word means schema.org's: there it is a note.
        if self._on_vc2:
            return {"additionalNote": [self._note(self._facts.description)]}
        return {"description": dict(self._facts.description)}

    def _awarded(self) -> Node:
        body = self._organisation(self._facts.awarding_body)
        day = midnight(self._facts.awarded_on)
        return self._node(
            "awardingProcess", "AwardingProcess", awardingBody=[body], awardingDate=day
        )

    def _credits(self) -> list[Node]:
        load = self._facts.workload
        if load.credits is None:
            return []
        framework = elm.concept_of("credit-system", load.credit_system)
        return [
            self._node(
                "creditPoint", "CreditPoint", framework=framework, point=decimal(load.credits)
            )
        ]

    def _activity(self) -> Node:
        facts = self._facts
        specified = self._node(
            "learningActivitySpec",
            "LearningActivitySpecification",
            title=dict(facts.title),
            mode=[self._mode()],
            language=[elm.language(code) for code in facts.languages_of_instruction],
            volumeOfLearning=self._hours(),
        )
        return self._node(
            "activity",
            "LearningActivity",
            title=dict(facts.title),
            awardedBy=self._awarded(),
            workload=self._hours(),
            specifiedBy=specified,
        )

    def _mode(self) -> Node:
        uri = uri_of("participation", self._facts.participation, "/participation")
        return elm.concept(uri, vocabularies.term("participation", self._facts.participation).label)

    def _hours(self) -> str | None:
        hours = self._facts.workload.hours
        if hours is None:
            return None
        whole, rest = divmod(hours * 60, 60)
        return f"PT{int(whole)}H" + (f"{int(rest)}M" if rest else "")

    def _assessments(self) -> list[Node]:
        rows = []
        for code in self._facts.assessment_types:
            uri = uri_of("assessment-type", code, "/assessment")
            label = vocabularies.term("assessment-type", code).label
            scheme = self._facts.grading_scheme
            rows.append(
                self._node(
                    "learningAssessmentSpec",
                    "LearningAssessmentSpecification",
                    title=dict(label),
                    dcType=elm.concept(uri, label),
                    gradingScheme=self._node(
                        "gradingScheme", "GradingScheme", title=self._texts(scheme)
                    )
                    if scheme
                    else None,
                )
            )
        return rows

    def _assessed(self) -> list[Node]:
        """One assessment with the grade; without a grade the model takes none at all."""
        facts = self._facts
        if not facts.grade:
            return []
        first, supervision = self._assessments()[0], facts.supervision
        return [
            self._node(
                "learningAssessment",
                "LearningAssessment",
                title=first["title"],
                awardedBy=self._awarded(),
                grade=self._note(self._texts(facts.grade)),
                idVerification=elm.concept(
                    uri_of("supervision", supervision, "/supervision"),
                    vocabularies.term("supervision", supervision).label,
                )
                if supervision
                else None,
                specifiedBy=first,
            )
        ]

    def _qualification(self) -> Node:
        facts = self._facts
        field = isced.field(facts.isced_f)
        setting = uri_of("setting", facts.setting, "/setting")
        return self._node(
            "qualification",
            "Qualification",
            title=dict(facts.title),
            dcType=[elm.concept(elm.SHORT_PROGRAMME, {"en": "Short learning programme"})],
            learningOutcome=[self._outcome(o.text, o.dimension, o.esco) for o in facts.outcomes],
            creditPoint=self._credits(),
            volumeOfLearning=self._hours(),
            thematicArea=[elm.concept(field.uri, {"en": field.label["en"]})],
            mode=[self._mode()],
            learningSetting=elm.concept(setting, vocabularies.term("setting", facts.setting).label),
            language=[elm.language(code) for code in facts.languages_of_instruction],
            provenBy=self._assessments(),
            entryRequirement=self._note(self._texts("; ".join(facts.prerequisites))),
            isPartialQualification=facts.stackability == "component",
            isPartOf=[
                self._node("qualification", "Qualification", title=self._texts(target))
                for target in facts.stackable_towards
            ],
            **self._levels(),
            **self._quality(),
        )

    def _outcome(self, text: LangMap, dimension: str, skills: tuple[str, ...]) -> Node:
        kind = {"knowledge": "knowledge", "skills": "skill"}.get(dimension)
        uri = f"{elm.LISTS['skill-type'].base}{kind}"
        return self._node(
            "learningOutcome",
            "LearningOutcome",
            title=dict(text),
            dcType=elm.concept(uri, {"en": kind}) if kind else None,
            relatedESCOSkill=[_skill(skill) for skill in skills],
        )

    def _levels(self) -> dict[str, Any]:
        level = self._facts.level
        members: dict[str, Any] = {}
        if level.eqf is not None:
            uri = f"{elm.LISTS['eqf'].base}{level.eqf}"
            members["eqfLevel"] = elm.concept(uri, {"en": f"Level {level.eqf}"})
        if level.national is not None:
            label = {"en": level.national_label or level.national}
            uri = level.national_uri or ""
            if uri.startswith(elm.LISTS["nqf"].base):
                members["nqfLevel"] = [elm.concept(uri, label)]
            else:
                # The European list lacks some frameworks: what it lacks can't stand in its place.
                code = f"{level.framework}:{level.national}"
                members["educationLevel"] = [elm.own_concept("level", code, label)]
        return members

    def _quality(self) -> dict[str, Any]:
        rows = [(qa, self._accreditation(qa)) for qa in self._facts.quality_assurance]
        notes = [_said(qa) for qa, node in rows if node is None]
        if self._facts.level.cycle:
            notes.append(f"QF-EHEA {self._facts.level.cycle} cycle")
        return {
            "accreditation": [node for _, node in rows if node is not None],
            "additionalNote": [self._note({"en": text}) for text in notes],
        }

    def _accreditation(self, qa: QualityAssurance) -> Node | None:
        """``None`` where the kind has no European address, or nobody with a place stands behind."""
        if not (qa.uri and qa.agency and qa.agency_country):
            return None
        label = vocabularies.terms("quality-assurance").get(qa.kind)
        reference = qa.reference and self._node(
            "identifier", "Identifier", notation=qa.reference, schemeName="reference"
        )
        return self._node(
            "accreditation",
            "Accreditation",
            title={"en": qa.title},
            dcType=elm.concept(qa.uri, label.label if label else {"en": qa.title}),
            identifier=[reference] if reference else None,
            accreditingAgent=self._node(
                "org",
                "Organisation",
                legalName={"en": qa.agency},
                location=[self._location(qa.agency_country, None)],
            ),
        )

    def _display(self) -> Node:
        language = elm.language(self._facts.language)
        picture = self._node(
            "mediaObject",
            "MediaObject",
            content=_PIXEL,
            contentEncoding=elm.concept(_BASE64, {"en": "base64"}),
            contentType=elm.concept(_PNG, {"en": "PNG"}),
        )
        page = self._node("displayDetail", "DisplayDetail", page=1, image=picture)
        individual = self._node(
            "individualDisplay", "IndividualDisplay", language=language, displayDetail=[page]
        )
        return self._node(
            "displayParameter",
            "DisplayParameter",
            title=dict(self._facts.title),
            primaryLanguage=language,
            language=[language],
            individualDisplay=[individual],
        )


def _skill(uri: str) -> Node:
    label: Mapping[str, str] = {}
    terms = vocabularies.terms("esco-skill")
    term = terms.get(uri) or terms.get(uri.rpartition("/")[2])
    if term is not None:
        label = term.label
    return elm.concept(uri, label, scheme="http://data.europa.eu/esco/concept-scheme/skills")


def _said(qa: QualityAssurance) -> str:
    parts = [qa.title, qa.agency, qa.reference]
    return f"Quality assurance: {', '.join(part for part in parts if part)}"
