"""What a customer card says, part by part, in words and printed numbers: the same for text and HTML."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..core import numbers, words
from . import card_standing, card_trend
from .card_voice import Section, Voice

if TYPE_CHECKING:
    from .card import CustomerCard

__all__ = ["capital", "figures", "sections", "subtitle", "title"]

_TEXT_MONTHS = 12
#: a probability above it is not printed as 100 %
_SURE = 0.995


def sections(card: CustomerCard) -> list[Section]:
    """The parts of the card, in their order; of a physician none."""
    voice = Voice(card.run.language)
    if card.physician:
        return []
    parts = [_trend(card, voice), _history(card, voice), _steps(card, voice), _outlook(card, voice), _tier(card, voice),
             _type(card, voice), _segment(card, voice), *card_standing.sections(card, voice),
             _rows(card, voice)]  # fmt: skip
    return [_capitalised(part) for part in parts if part is not None]


def _capitalised(part: Section) -> Section:
    return replace(part, said=[capital(line) for line in part.said], heads=[capital(head) for head in part.heads])


def capital(line: str) -> str:
    """A line that begins with a capital."""
    return line[:1].upper() + line[1:]


def title(card: CustomerCard, voice: Voice) -> str:
    """The organisation's name; of a physician never."""
    if card.physician:
        return words.text("report.person", voice.language)
    return str(card.who.get("name", card.customer_id))


def subtitle(card: CustomerCard, voice: Voice) -> str:
    """Id, kind and place in one line."""
    order = ("role", "specialty", "hospital", "region") if card.physician else (
        "customer_type", "hospital_level", "ownership", "region", "province", "city", "district")  # fmt: skip
    known = [voice.term(card.who[name]) for name in order if name in card.who]
    return voice.say("dot").join([card.customer_id, *dict.fromkeys(known), voice.say("card_as_of", day=card.run.as_of)])


def figures(card: CustomerCard, voice: Voice) -> list[tuple[str, str]]:
    """The numbers at the top: name and value."""
    if card.physician:
        return _of_physician(card, voice)
    row, change = card.profile, voice.number(None, "percent")
    before = row["value_prev_12m"]
    if pd.notna(before) and before > 0:
        change = voice.number(row["value_12m"] / before - 1, "percent", signed=True)
    out = [(voice.say("card_value"), voice.number(row["value_12m"], "money")), (voice.say("card_change"), change)]
    for scope in card.tier.to_dict("records"):
        out.append((voice.say(f"card_tier_{scope['scope']}"), voice.term(scope["tier"])))
    if card.type:
        out.append((voice.say("card_type"), voice.term(card.type["type"])))
    if card.segment:
        out.append((voice.say("card_segment"), _segment_name(card, voice)))
    out += card_standing.figures(card, voice)
    if pd.notna(row["days_since_last"]):
        out.append((voice.say("card_last"), voice.say("card_days", days=row["days_since_last"])))
    return out


def _of_physician(card: CustomerCard, voice: Voice) -> list[tuple[str, str]]:
    out = []
    if "consent_basis" in card.who:
        out.append((words.term("consent_basis", voice.language), voice.term(card.who["consent_basis"])))
    if "opt_out" in card.who:
        refused = voice.say("card_opted_out" if bool(card.who["opt_out"]) else "card_may_contact")
        out.append((voice.say("card_contact"), refused))
    if card.contacts_12m is not None:
        out.append((voice.say("card_contacts"), voice.number(card.contacts_12m, "count")))
    return out


def _trend(card: CustomerCard, voice: Voice) -> Section | None:
    if card.trend.empty or not card.bought:
        return None
    said = [voice.say(f"card_{state}") for state in ("nothing_bought", "not_reported", "part_of_month")
            if (card.trend["state"] == state).any()]  # fmt: skip
    said += [voice.say("card_net_returns")] if (card.trend["value"] < 0).any() else []
    recent = card.trend.tail(_TEXT_MONTHS)
    heads = [words.column("month", voice.language), voice.say("card_month_value")]
    rows = [
        [voice.number(m, "month"), voice.number(v, "money") if s != "not_reported" else voice.say("not_reported")]
        for m, v, s in zip(recent["month"], recent["value"], recent["state"], strict=True)
    ]
    about = voice.say("card_trend_alt", first=card.trend["month"].min(), last=card.trend["month"].max())
    return Section(voice.say("card_trend"), [voice.say("dot").join(said)] if said else [], heads, rows, frozenset({1}),
                   figure=card_trend.svg(card.trend, about, voice.language, voice.currency))  # fmt: skip


def _history(card: CustomerCard, voice: Voice) -> Section | None:
    past = card.tier_history
    if past.empty or not card.bought:
        return None
    cut = card.tier[card.tier["scope"] == "national"]
    said = [voice.say("card_history_how")]
    if len(cut):
        said = [voice.say("card_history_cuts", a=cut["threshold_a"].iloc[0], b=cut["threshold_b"].iloc[0])]
    if past["tier"].isna().any():
        said.append(voice.say("card_history_short"))
    if (past["months_missing"] > 0).any():
        said.append(voice.say("card_history_missing", count=int((past["months_missing"] > 0).sum())))
    heads = [voice.say("card_quarter"), voice.say("card_rolling"), words.column("tier", voice.language)]
    rows = [
        [str(pd.Timestamp(end).date()), voice.number(value, "money"), voice.term(tier)]
        for end, value, tier in zip(past["quarter_end"], past["value_12m"], past["tier"], strict=True)
    ]
    return Section(voice.say("card_history"), said, heads, rows, frozenset({1}))


def _tier(card: CustomerCard, voice: Voice) -> Section | None:
    said = []
    for row in card.tier.to_dict("records"):
        where = voice.say(f"scope_{row['scope']}", region=card.run.region)
        positive = "card_tier_rule" if row["value_12m"] > 0 else "card_tier_none"
        told = {"tier": row["tier"], "value": row["value_12m"], "a": row["threshold_a"], "b": row["threshold_b"],
                "share": row["share"], "cumulative": row["cumulative_share"]}  # fmt: skip
        said.append(voice.say(positive, where=where, **told))
        if pd.notna(row["to_next"]):
            said[-1] += voice.say("card_to_next", value=row["to_next"], tier="A" if row["tier"] == "B" else "B")
    return Section(voice.say("card_why_tier"), said) if said else None


def _type(card: CustomerCard, voice: Voice) -> Section | None:
    if not card.type:
        return None
    said = [voice.term(card.type["type"]) + voice.say("colon") + voice.note(card.type["rule"])]
    if pd.notna(card.type["since"]):
        said.append(voice.say("card_since", day=card.type["since"]))
    return Section(voice.say("card_why_type"), said)


def _segment_name(card: CustomerCard, voice: Voice) -> str:
    number, name = card.segment["segment"], card.segment["name"]
    if number == 0:
        return voice.say("card_fits_none")
    return voice.say("card_segment_named" if name else "card_segment_number", number=number, name=name)


def _segment(card: CustomerCard, voice: Voice) -> Section | None:
    if not card.segment:
        return None
    told = card.segment
    code = "card_distance_far" if told["segment"] == 0 else "card_distance"
    said = [_segment_name(card, voice)]
    if pd.notna(told["distance"]):
        said[0] += voice.say("colon") + voice.say(code, distance=told["distance"], limit=told["limit"])
    heads = [words.column("feature", voice.language), voice.say("card_own"), voice.say("card_segment_median"),
             voice.say("card_all_median"), voice.say("card_difference")]  # fmt: skip
    rows = [
        [words.term(f["feature"], voice.language),
         *(_feature(f["feature"], f[c], voice) for c in ("own", "median", "median_all")),
         voice.number(f["std_difference"], "number2", signed=True)]
        for f in told["features"].to_dict("records")
    ]  # fmt: skip
    return Section(voice.say("card_why_segment"), said, heads, rows, frozenset({1, 2, 3, 4}))


def _feature(name: str, value: Any, voice: Voice) -> str:
    """A feature as a reader expects it: money, days, percent, or a plain number."""
    if name in ("value_12m", "order_value"):
        return voice.number(value, "money")
    if name == "days_since_last":
        return voice.say("card_days", days=value)
    if name == "growth" or name.startswith("channel_"):
        return voice.number(value, "percent", signed=name == "growth")
    return _plain(value, voice) if name not in ("trend", "gap_cv") else voice.number(value, "number2")


def _plain(value: Any, voice: Voice) -> str:
    """A whole number without decimals."""
    return voice.number(value, "count" if pd.notna(value) and float(value).is_integer() else "number")


def _steps(card: CustomerCard, voice: Voice) -> Section:
    steps, title = card.next_steps, voice.say("card_steps")
    if steps.empty:
        has = "plans" in card.run.meta["tables"]
        return Section(title, [voice.say("card_steps_none" if has else "card_steps_no_table")])
    several = steps["unit"].nunique() > 1
    names = ["due", *(["unit"] if several else []), "objective", "tactic", "action", "owner", "status"]
    heads = [voice.say(f"step_{name}") for name in names]
    rows = []
    for row in steps.to_dict("records"):
        cells = [numbers.MISSING if row[n] is None or pd.isna(row[n]) else str(row[n]) for n in names]
        cells[0] = str(row["due"].date()) if pd.notna(row["due"]) else numbers.MISSING
        cells[0] += voice.say("step_overdue") if row["overdue"] else ""
        rows.append(cells)
    return Section(title, [], heads, rows)


def _outlook(card: CustomerCard, voice: Voice) -> Section | None:
    if card.outlook.empty:
        return None
    said = []
    for row in card.outlook.to_dict("records"):
        sure = "_sure" if row["measure"] == "p_alive" and row["value"] > _SURE else ""
        said.append(voice.say(f"outlook_{row['measure']}{sure}", value=row["value"], lo=row["lo"], hi=row["hi"]))
    tested = [voice.note(note) for note in card.outlook_notes]
    return Section(voice.say("card_outlook"), [*said, *tested])


def _rows(card: CustomerCard, voice: Voice) -> Section | None:
    shown, told = card.source_rows, card.sources
    if shown.empty:
        return None
    said = [voice.say("card_rows_of", shown=len(shown), total=len(card.order_lines))]
    if told.get("sources"):
        basis = voice.term(f"source_{told['source_type']}") if "source_type" in told else ""
        if words.has(f"report.source_{told.get('source_type')}", voice.language):
            basis = words.text(f"report.source_{told['source_type']}", voice.language)
        said.append(voice.say("card_sources", files=told["sources"], basis=basis, lawful=told.get("lawful_basis", "")))
    keep = [c for c in shown.columns if shown[c].notna().any()]
    # the brand says more than the code
    keep = [c for c in keep if c != "product_id" or "brand" not in keep]
    kinds = {"quantity": "number", "amount": "number2"}
    rows = [[_cell(row[c], kinds.get(c), voice) for c in keep] for row in shown.to_dict("records")]
    heads = [words.term(c, voice.language) for c in keep]
    numeric = frozenset(i for i, c in enumerate(keep) if c in kinds)
    return Section(voice.say("card_rows"), said, heads, rows, numeric, folded=True)


def _cell(value: Any, kind: str | None, voice: Voice) -> str:
    if value is None or pd.isna(value):
        return numbers.MISSING
    if isinstance(value, pd.Timestamp):
        return str(value.date())
    if kind == "number":
        return _plain(value, voice)
    return voice.number(value, kind) if kind else voice.term(value)
