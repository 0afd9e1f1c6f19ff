"""The rule profile as plain data: what each profile admits, and the minimum cells.

The kit gives technical aids, not legal advice. Rules G2 and G6 are kit policy,
stricter than the law. Sources of the rules: 2017 opinion of the two general
offices (G1, G3), Personal Information Protection Law (G5).
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "AUDIENCES", "CURRENCIES", "GRAINS", "MIN_CELL", "OVERRIDABLE", "PERSON_GRAIN_SOURCES", "PROFILES", "SOURCE_TYPES",
    "Profile",
]  # fmt: skip

AUDIENCES = ("internal", "shared")
#: smallest group that may be shown (rule G6)
MIN_CELL = {"internal": 5, "shared": 11}
GRAINS = ("person", "department", "facility", "region")
SOURCE_TYPES = (
    "self_report_survey", "licensed_aggregate", "own_lawful_sales", "public", "synthetic", "crm", "internal_finance",
)  # fmt: skip
#: source types that may carry drug quantities of departments (rule G1)
PERSON_GRAIN_SOURCES = ("self_report_survey", "licensed_aggregate", "own_lawful_sales", "public", "synthetic")
#: rules that a written, signed override may lift, never for a shared report
OVERRIDABLE = ("G3", "G4", "G6")
CURRENCIES = ("CNY", "GBP", "USD", "EUR", "JPY", "HKD")


@dataclass(frozen=True)
class Profile:
    """What one rule profile decides.

    Attributes
    ----------
    name : str
    physician_quantities : bool
        Whether drug quantities per physician are admitted at all.
    legitimate_interest : bool
        Whether "legitimate interest" is a ground for tables about persons.
    department_needs_basis : bool
        Whether department quantities need a declared lawful basis.
    """

    name: str
    physician_quantities: bool
    legitimate_interest: bool
    department_needs_basis: bool


PROFILES = {
    "cn": Profile("cn", physician_quantities=False, legitimate_interest=False, department_needs_basis=True),
    "eu": Profile("eu", physician_quantities=False, legitimate_interest=True, department_needs_basis=True),
    "us": Profile("us", physician_quantities=True, legitimate_interest=True, department_needs_basis=False),
}
