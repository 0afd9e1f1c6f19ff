"""Canonical tables and columns: the names every floor uses.

A column's kind decides how raw text becomes a value: ``id`` (text, kept as
written), ``text``, ``date`` (day), ``month`` (first of month), ``number``,
``count`` (whole number), ``money`` (DECIMAL(18,2) at rest), ``flag`` (yes/no),
``code`` (one of the allowed words).
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["KINDS", "TABLES", "Column", "Table", "required"]

KINDS = ("id", "text", "date", "month", "number", "count", "money", "flag", "code")


@dataclass(frozen=True)
class Column:
    """One canonical column: its kind, whether the table needs it, the words it may hold."""

    name: str
    kind: str
    required: bool = False
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One canonical table: its columns, and the columns that name a row (its sort order)."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    unique: bool = False

    def column(self, name: str) -> Column | None:
        """The column called ``name``, or None."""
        return next((c for c in self.columns if c.name == name), None)


CUSTOMER_TYPES = (
    "hospital", "department", "physician", "pharmacy_chain", "pharmacy", "distributor", "clinic",
)  # fmt: skip
HOSPITAL_LEVELS = ("三级甲等", "三级乙等", "三级", "二级甲等", "二级", "一级", "基层", "未定级")
TITLES = ("主任医师", "副主任医师", "主治医师", "住院医师", "其他")
ADMIN_ROLES = ("院长", "科主任", "药剂科主任", "采购", "药事会委员", "无")
DOC_TYPES = ("sale", "return", "red_ink", "free", "transfer", "adjust")
CHANNELS = ("distributor", "direct", "e-com", "tender")
MODES = ("self_online", "phone", "interview", "rep_administered", "paper")
MISSING_REASONS = ("not_asked", "refused", "dont_know", "skipped", "not_applicable")
ITEM_TYPES = ("nps", "likert5", "likert7", "multi", "single", "numeric", "rank", "maxdiff", "open", "barrier")
INTERVENTIONS = (
    "academic_meeting", "visit_intensity", "education_content", "service", "joint_program",
    "price_term_legal_entity", "distributor_training", "sample",
)  # fmt: skip
CONTACTS = ("visit", "phone", "wechat", "email", "remote", "meeting", "academic_event", "service")


def _table(
    name: str, key: str, spec: str, *, unique: bool = False, allowed: dict[str, tuple[str, ...]] | None = None
) -> Table:
    """Read ``"name:kind! …"`` (``!`` required) into a `Table`."""
    columns = []
    for word in spec.split():
        column, kind = word.rstrip("!").split(":")
        columns.append(Column(column, kind, word.endswith("!"), (allowed or {}).get(column, ())))
    return Table(name, tuple(columns), tuple(key.split()), unique)


_ALL = (
    _table(
        "customers",
        "customer_id",
        "customer_id:id! parent_id:id customer_type:code name:text region:text province:text city:text district:text "
        "hospital_level:code ownership:text specialty:text title:code admin_role:code consent_basis:text opt_out:flag "
        "valid_from:date valid_to:date source:text",
        unique=True,
        allowed={
            "customer_type": CUSTOMER_TYPES,
            "hospital_level": HOSPITAL_LEVELS,
            "title": TITLES,
            "admin_role": ADMIN_ROLES,
        },
    ),
    _table(
        "products",
        "product_id",
        "product_id:id! brand:text generic:text spec:text units_per_pack:number ddd:number is_own:flag "
        "restricted_class:code indications_approved:text launch_date:date unit_cost:money",
        unique=True,
        allowed={"restricted_class": ("none", "非限制", "限制", "特殊")},
    ),
    _table(
        "transactions",
        "customer_id date product_id document_no line_no",
        "customer_id:id! date:date! product_id:id quantity:number unit:text unit_price:number amount:money "
        "tax_included:flag doc_type:code document_no:id line_no:id channel:code distributor_id:id department:text",
        allowed={"doc_type": DOC_TYPES, "channel": CHANNELS},
    ),
    _table(
        "interactions",
        "customer_id date channel",
        "customer_id:id! date:date! channel:code initiated_by:code planned:flag accepted:flag topic:text "
        "minutes:number "
        "staff_id:id outcome:text",
        allowed={"channel": CONTACTS, "initiated_by": ("us", "customer")},
    ),
    _table(
        "survey_items",
        "item_id wave",
        "item_id:id! wave:text text:text type:code construct:text barrier_code:text reverse:flag",
        allowed={"type": ITEM_TYPES},
    ),
    _table(
        "survey_responses",
        "response_id wave item_id",
        "response_id:id! customer_id:id pseudonym:id wave:text date:date mode:code seconds:number item_id:id! "
        "value:number text:text missing_reason:code weight:number",
        allowed={"mode": MODES, "missing_reason": MISSING_REASONS},
    ),
    _table(
        "market",
        "region customer_id period brand",
        "customer_id:id region:text period:month! brand:text! quantity:number amount:money",
    ),
    _table(
        "hospital_facts",
        "customer_id year department",
        "customer_id:id! year:count! beds:number outpatient_visits:number discharges:number department:text "
        "physicians:number",
    ),
    _table("listings", "customer_id product_id", "customer_id:id! product_id:id! listed_on:date delisted_on:date"),
    _table(
        "interventions",
        "intervention_id unit_id",
        "intervention_id:id! type:code! unit_id:id! unit_level:text start:date! end:date planned_on:date "
        "assignment_rule:text cost:money name:text",
        allowed={"type": INTERVENTIONS},
    ),
    _table(
        "targets",
        "unit_id metric period",
        "unit_id:id! role:text metric:text! period:text! value:number! set_on:date",
    ),
    _table("costs", "unit_id type period", "unit_id:id type:text! amount:money! period:text"),
    *(
        _table(
            name,
            "distributor_id product_id date",
            "distributor_id:id! product_id:id! date:date! quantity:number! amount:money to_customer_id:id",
        )
        for name in ("sell_in", "sell_out", "stock")
    ),
    _table(
        "distributor_facts",
        "distributor_id period metric",
        "distributor_id:id! period:text metric:text! value:number! territory:text",
    ),
    _table("distributor_candidates", "candidate_id metric", "candidate_id:id! metric:text! value:number text:text"),
    _table(
        "policy_events",
        "product_id region date",
        "product_id:id! region:text date:date! type:code! price_before:number price_after:number batch:text",
        allowed={"type": ("VBP_win", "VBP_lose", "NRDL", "price_cut", "delist", "stockout", "DRG")},
    ),
    _table(
        "feedback_text", "feedback_id", "feedback_id:id! date:date channel:text text:text! product_id:id topic:text"
    ),
    _table(
        # one row per text, coder and theme; a text without any theme has one row with an empty theme
        "coded_texts",
        "response_id coder theme",
        "response_id:id! coder:id! theme:text sentiment:code",
        allowed={"sentiment": ("positive", "neutral", "negative")},
    ),
    _table(
        "plans",
        "plan_id",
        "plan_id:id! unit_id:id! objective:text tactic:text action:text owner:text due:date status:text",
    ),
    _table(
        "stance_ratings",
        "customer_id observer_id date",
        "customer_id:id! observer_id:id! date:date! stance:number! decision:text",
    ),
    _table("nominations", "customer_id nominated_id", "customer_id:id! nominated_id:id!"),
    _table(
        "customer_regions",
        "customer_id valid_from",
        "customer_id:id! region:text! valid_from:date valid_to:date",
    ),
    _table(
        "customer_alias",
        "alias",
        "alias:text! customer_id:id! match_method:code score:number confirmed_by:text",
        allowed={"match_method": ("exact", "rule", "fuzzy", "manual")},
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in _ALL}


def required(table: str) -> list[str]:
    """Columns that ``table`` cannot do without."""
    return [c.name for c in TABLES[table].columns if c.required]
