"""Everything about one customer on one card: `of`."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..core.result import Note
from . import card_face, card_standing, history, people, reasons

if TYPE_CHECKING:
    from .run import Run

__all__ = ["CustomerCard", "of"]

_WHO = ("name", "customer_type", "region", "province", "city", "district", "hospital_level", "ownership")
_NEWEST = 12


@dataclass(frozen=True, eq=False, kw_only=True)
class CustomerCard:
    """One customer. Of a physician only what the rules allow: role, specialty, hospital, consent, contacts.

    Attributes
    ----------
    run : Run
        Where it comes from.
    customer_id : str
    physician : bool
    who : dict
        name, customer_type, region, province, city, district, hospital_level, ownership as far as known; of a
        physician: role, specialty, hospital, consent_basis, opt_out.
    contacts_12m : int or None
        Physicians only: recorded contacts in the last twelve months.
    profile : dict
        The account's numbers, as in ``run.accounts``.
    trend : DataFrame
        month, value, state.
    tier_history : DataFrame
        quarter_end, value_12m, tier, months_missing: judged by today's frozen cut points.
    tier : DataFrame
        One row for the region's and one for the national cut points.
    type, segment : dict
        Empty where the account has none.
    standing : dict
        cooperation, grid, stage, level, people: see `card_standing.of`.
    next_steps : DataFrame
        Open plans.
    order_lines : DataFrame
        Every order line up to the cut-off date, newest first, free goods and transfers included.
    units : dict
        customer_id -> name of the account's departments that are customers of their own.
    notes : tuple of Note
        What is missing, and why.
    """

    run: Run
    customer_id: str
    physician: bool = False
    who: dict[str, Any] = field(default_factory=dict)
    contacts_12m: int | None = None
    profile: dict[str, Any] = field(default_factory=dict)
    trend: pd.DataFrame = field(default_factory=pd.DataFrame)
    tier_history: pd.DataFrame = field(default_factory=pd.DataFrame)
    tier: pd.DataFrame = field(default_factory=pd.DataFrame)
    type: dict[str, Any] = field(default_factory=dict)
    segment: dict[str, Any] = field(default_factory=dict)
    standing: dict[str, Any] = field(default_factory=dict)
    next_steps: pd.DataFrame = field(default_factory=pd.DataFrame)
    order_lines: pd.DataFrame = field(default_factory=pd.DataFrame)
    units: dict[str, str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()

    @cached_property
    def outlook(self) -> pd.DataFrame:
        """Probability active, orders and value of the next twelve months by the frozen model; empty without one."""
        return self._outlook[0]

    @cached_property
    def outlook_notes(self) -> tuple[Note, ...]:
        """How that model fared on a period it had not seen."""
        return self._outlook[1]

    @cached_property
    def _outlook(self) -> tuple[pd.DataFrame, tuple[Note, ...]]:
        return reasons.outlook(self.run, self.order_lines)

    @property
    def bought(self) -> bool:
        """Whether there is any order line that is demand."""
        return len(history.demand(self.order_lines)) > 0

    @property
    def source_rows(self) -> pd.DataFrame:
        """The newest order lines, with their document numbers."""
        wanted = ["date", "document_no", "line_no", "product_id", "brand", "quantity", "unit", "amount", "doc_type",
                  "channel", "department"]  # fmt: skip
        newest = self.order_lines.head(_NEWEST)
        if "product_id" in newest and newest["product_id"].notna().any():
            products = history.rows(self.run.home / "tables", "products", "product_id", newest["product_id"].dropna())
            if "brand" in products:
                newest = newest.assign(brand=newest["product_id"].map(products.set_index("product_id")["brand"]))
        return newest[[c for c in wanted if c in newest.columns]]

    @property
    def sources(self) -> dict[str, Any]:
        """Where the order lines came from, as declared: files, source_type, lawful_basis, grain."""
        told = {} if self.physician else self.run.meta["tables"].get("transactions", {})
        return {name: told[name] for name in ("sources", "source_type", "lawful_basis", "grain") if name in told}

    def __repr__(self) -> str:
        return card_face.text(self)

    def _repr_html_(self) -> str:
        return card_face.html(self)


def of(run: Run, customer_id: str) -> CustomerCard:
    """The card of one customer of a run's region.

    Parameters
    ----------
    run : Run
    customer_id : str

    Returns
    -------
    CustomerCard

    Raises
    ------
    SettingError
        ``explore_no_customer`` with the closest ids; ``explore_customer_elsewhere`` for a customer of
        another region.
    """
    who = people.locate(run, customer_id)
    if who.get("customer_type") == "physician":
        return _physician(run, who)
    return _account(run, who)


def _account(run: Run, who: dict[str, Any]) -> CustomerCard:
    own = str(who["customer_id"])
    units = people.units(run, own)
    every = history.lines(run, [own, *units])
    # tiers and types are of the account's own id: lines under a department's id are only counted
    order_lines = every[every["customer_id"] == own].reset_index(drop=True) if len(every) else every
    ordering = every.loc[every["customer_id"] != own, "customer_id"].nunique() if len(every) else 0
    numbers = history.profile(run, order_lines, own)
    row, frozen = numbers.iloc[0], reasons.saved(run.home / "reference", "tiers")
    kind = reasons.type_of(run, own, row)
    place = reasons.segment(run, own, history.features(numbers) if kind else pd.Series(dtype="float64"))
    return CustomerCard(
        run=run,
        customer_id=own,
        who={name: who[name] for name in _WHO if name in who},
        profile={str(name): value for name, value in row.to_dict().items()},
        trend=history.monthly(run, order_lines),
        tier_history=history.tier_history(run, order_lines, frozen.thresholds) if frozen else pd.DataFrame(),
        tier=reasons.tier(run, own, float(row["value_12m"]), frozen),
        type=kind,
        segment=place,
        standing=card_standing.of(run, own),
        next_steps=reasons.next_steps(run, {own: str(who.get("name", own)), **units}),
        order_lines=order_lines,
        units=units,
        notes=_notes(run, who, kind, place, ordering),
    )


def _notes(
    run: Run, who: dict[str, Any], kind: dict[str, Any], place: dict[str, Any], ordering: int
) -> tuple[Note, ...]:
    notes = []
    blocked = reasons.why_missing(run, "types")
    if blocked:
        notes.append(Note("card_blocked", {"reason": blocked}))
    elif not kind:
        notes.append(Note("card_not_tiered", {"customer_type": str(who.get("customer_type", "unknown"))}))
    elif not place:
        notes.append(Note("card_not_grouped" if "segments" in run.results else "card_no_segments", {}))
    if who.get("customer_type") == "department" and who.get("parent_id"):
        notes.append(Note("card_department", {"parent": str(who["parent_id"])}))
    if ordering:
        notes.append(Note("card_units_order", {"count": int(ordering), "id": str(who["customer_id"])}))
    return tuple(notes)


def _physician(run: Run, who: dict[str, Any]) -> CustomerCard:
    """Role, specialty, hospital, consent, number of contacts: nothing else is even read."""
    own, folder = str(who["customer_id"]), run.home / "tables"
    told = {"role": who.get("admin_role"), "specialty": who.get("specialty"), "region": who.get("region"),
            "hospital": people.hospital(run, who.get("parent_id")), "consent_basis": who.get("consent_basis"),
            "opt_out": who.get("opt_out")}  # fmt: skip
    contacts = history.rows(folder, "interactions", "customer_id", [own])
    count = None
    if "interactions" in run.meta["tables"]:
        day = pd.Timestamp(run.as_of)
        when = contacts["date"] if len(contacts) else pd.Series(dtype="datetime64[ns]")
        count = int(((when > day - pd.DateOffset(months=12)) & (when <= day)).sum())
    known = {name: value for name, value in told.items() if value is not None and value != "无"}
    return CustomerCard(
        run=run, customer_id=own, physician=True, who=known, contacts_12m=count, notes=(Note("card_physician", {}),)
    )
