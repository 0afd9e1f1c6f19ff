"""The whole synthetic world in one call: canonical tables, and what only the truth files know."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from . import (
    accounts,
    added_answers,
    coding,
    contacts,
    deliveries,
    distributors,
    earlier,
    feedback,
    finance,
    hospitals,
    ledger,
    market,
    orders,
    outlets,
    physicians,
    products,
    programme,
    survey,
    volumes,
)  # fmt: skip
from .setting import Setting

__all__ = ["World", "build"]


@dataclass(frozen=True, eq=False)
class World:
    """Everything that was drawn.

    Attributes
    ----------
    setting : Setting
    tables : dict of str to DataFrame
        Canonical tables, clean; ``transactions`` carries ``kind`` and ``region`` besides.
    hospitals, departments, physicians, outlets, distributors : DataFrame
        With the columns that only the truth knows.
    volumes : volumes.Volumes
    survey : survey.Survey
        The latest wave.
    added : added_answers.Added
        Its answers to the questions that are new.
    earlier : earlier.Earlier
        The wave before.
    future : DataFrame
        Order lines of outlets in the 24 months after the as-of date.
    candidates : DataFrame
        Truth about the candidates.
    """

    setting: Setting
    tables: dict[str, pd.DataFrame]
    hospitals: pd.DataFrame
    departments: pd.DataFrame
    physicians: pd.DataFrame
    outlets: pd.DataFrame
    distributors: pd.DataFrame
    volumes: volumes.Volumes
    survey: survey.Survey
    added: added_answers.Added
    earlier: earlier.Earlier
    future: pd.DataFrame
    candidates: pd.DataFrame


def build(setting: Setting) -> World:
    """Draw the world: the same setting gives the same world."""
    clinics = hospitals.build(setting)
    rooms = hospitals.departments(clinics, setting)
    people = physicians.build(clinics, rooms, setting)
    volume = volumes.build(clinics, rooms, setting)
    shops = outlets.build(clinics, setting)
    firms = distributors.build(setting)
    customers = accounts.customers(clinics, rooms, people, shops, firms)
    outlet_lines = orders.build(shops, setting)
    past = outlet_lines[~outlet_lines["future"]]
    regions = customers.set_index("customer_id")["region"]
    lines = ledger.build(deliveries.build(clinics, volume, setting), past, regions, firms, setting)
    answered = survey.build(clinics, people, setting)
    candidates, truth = distributors.candidates(setting)
    activities = programme.register(clinics, firms, volume.programme, setting)
    tables = {
        "customers": customers,
        "products": products.build(setting),
        "transactions": lines,
        "interactions": contacts.interactions(clinics, people, shops, volume, setting),
        "market": market.build(clinics, shops, lines, volume, setting),
        "hospital_facts": hospitals.facts(clinics, people, setting),
        "listings": hospitals.listings(clinics, setting),
        "interventions": activities,
        "targets": finance.targets(lines, firms, setting),
        "costs": finance.costs(lines, activities, shops, setting),
        **distributors.flows(lines, firms, setting),
        "distributor_facts": distributors.facts(firms, customers, setting),
        "distributor_candidates": candidates,
        "policy_events": products.policy_events(setting),
        "feedback_text": feedback.posts(setting),
        "coded_texts": coding.table(coding.coded(answered, setting), answered),
        "plans": contacts.plans(clinics, setting),
        "stance_ratings": physicians.stance_ratings(people, setting),
        "nominations": physicians.nominations(answered.respondents, people, setting),
        "customer_regions": accounts.moves(shops, setting),
    }
    future = outlet_lines[outlet_lines["future"]]
    added = added_answers.build(answered.respondents, answered.answers, setting)
    before = earlier.build(answered, setting)
    return World(
        setting, tables, clinics, rooms, people, shops, firms, volume, answered, added, before, future, truth
    )  # fmt: skip
