"""The codes of a slot of the national SAS guide, and what they say of it.

A feed repeats a few combinations of codes on millions of slots: each is judged once, here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from pipeline.contracts.model import Strict
from pipeline.contracts.registry import read_yaml
from pipeline.errors import ContractError

FILE = Path(__file__).resolve().parent / "layouts" / "sas_fhir" / "codes.yml"
SEVERAL = "plusieurs"


class Codes(Strict):
    """The closed lists of the guide."""

    security: tuple[str, ...]
    service: dict[str, str]
    category: dict[str, str]
    appointment_type: dict[str, str]
    specialty: dict[str, str]
    specialty_prefix: dict[str, str] = Field(default={})
    slot_status: dict[str, str]
    appointment_status: dict[str, str]


@cache
def codes() -> Codes:
    """Return the codes of the guide."""
    try:
        return Codes.model_validate(read_yaml(FILE))
    except ValidationError as error:
        raise ContractError(f"{FILE.name}: {error}") from error


@dataclass(frozen=True)
class Meaning:
    """What the codes of a slot say; `fault` names the member, what was expected, what was found."""

    public: bool = False
    pro: bool = False
    snp: bool = False
    cpts: bool = False
    service: str | None = None
    category: str = ""
    reference: str | None = None
    reservation: str | None = None
    profession: str = "non_precise"
    fault: tuple[str, str, str] | None = None


class UnknownCodeError(Exception):
    """A code, or a shape, the guide does not have."""

    def __init__(self, member: str, expected: str, found: object) -> None:
        self.place = (member, expected, json.dumps(found, ensure_ascii=False)[:80])
        super().__init__(member)


def concepts(member: str, found: Any) -> list[dict[str, Any]]:
    """Return the CodeableConcepts of a member, one or a list; nothing when it is not there."""
    listed = found if isinstance(found, list) else [] if found is None else [found]
    if not all(isinstance(concept, dict) for concept in listed):
        raise UnknownCodeError(member, "coded concepts", found)
    return listed


def codings(member: str, found: Any) -> list[str]:
    """Return the codes of the concepts of a member; a concept of text alone has none."""
    listed = []
    for concept in concepts(member, found):
        coding = concept.get("coding", [])
        if not isinstance(coding, list) or not all(isinstance(c, dict) for c in coding):
            raise UnknownCodeError(member, "a list of codings", coding)
        listed += [str(c.get("code", "")) for c in coding]
    return listed


def mapped(member: str, found: list[str], known: dict[str, str]) -> list[str]:
    """Return what codes mean, each once; an unknown one is refused."""
    for code in found:
        if code not in known:
            raise UnknownCodeError(member, f"one of {', '.join(known)}", code)
    return list(dict.fromkeys(known[code] for code in found))


def profession(found: list[str]) -> str:
    """Return the profession of the specialties of a slot; the first that is listed."""
    known = codes()
    for code in found:
        if code in known.specialty:
            return known.specialty[code]
        prefix = code.rstrip("0123456789")
        if prefix in known.specialty_prefix and code != prefix:
            return known.specialty_prefix[prefix]
        raise UnknownCodeError("specialty", "a code of TRE_R38 of a doctor or dentist", code)
    return "non_precise"


def security(found: Any) -> set[str]:
    """Return the codes of visibility of a slot; it needs one at least."""
    if not isinstance(found, list) or not all(isinstance(c, dict) for c in found):
        raise UnknownCodeError("meta.security", "a list of codings", found)
    listed = {str(coding.get("code", "")) for coding in found}
    if not listed or listed - set(codes().security):
        raise UnknownCodeError("meta.security", f"codes among {', '.join(codes().security)}", found)
    return listed


def service_reference(found: Any) -> str | None:
    """Return the HealthcareService a concept refers to, by the extension that R5 made a member."""
    for concept in concepts("serviceType", found):
        for extension in concepts("serviceType.extension", concept.get("extension")):
            target = extension.get("valueReference")
            if isinstance(target, dict) and isinstance(target.get("reference"), str):
                return str(target["reference"])
    return None


def read_meaning(texts: tuple[str | None, ...]) -> Meaning:
    """Return what a combination of codes says.

    Args:
        texts: the JSON of `meta.security`, `serviceType`, `specialty` and `appointmentType`.
    """
    seen, services, specialties, kinds = (json.loads(t) if t else None for t in texts)
    known = codes()
    try:
        visible = security(seen)
        listed = codings("serviceType", services)
        acts = [code for code in listed if code not in known.category]
        places = mapped("serviceType", acts, known.service)
        if not places:
            raise UnknownCodeError("serviceType", f"one of {', '.join(known.service)}", listed)
        booking = mapped(
            "appointmentType", codings("appointmentType", kinds), known.appointment_type
        )
        return Meaning(
            public="PUBLIC" in visible,
            pro="PRO" in visible,
            snp="SNP" in visible,
            cpts="CPTS" in visible,
            service=places[0] if len(places) == 1 else SEVERAL,
            category=next((known.category[c] for c in listed if known.category.get(c)), ""),
            reference=service_reference(services),
            reservation=booking[0] if booking else None,
            profession=profession(codings("specialty", specialties)),
        )
    except UnknownCodeError as error:
        return Meaning(fault=error.place)
