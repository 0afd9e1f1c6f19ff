"""The built tables, read back: pandas, money as float64, one region or brand where asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..core.columns import TABLES
from ..core.errors import DataError, SettingError
from ..core.waves import latest_rows
from .regions import UNASSIGNED

__all__ = [
    "counts", "meta", "names", "orders", "organisation_names", "read", "read_all", "reported_months", "to_pandas",
]  # fmt: skip

#: column that names the customer whose region a row belongs to
_OWNER = {
    "transactions": "customer_id", "interactions": "customer_id", "survey_responses": "customer_id",
    "hospital_facts": "customer_id", "listings": "customer_id", "stance_ratings": "customer_id",
    "nominations": "customer_id", "customer_regions": "customer_id", "customer_alias": "customer_id",
    "interventions": "unit_id", "targets": "unit_id", "costs": "unit_id", "plans": "unit_id",
    "sell_in": "distributor_id", "sell_out": "distributor_id", "stock": "distributor_id",
    "distributor_facts": "distributor_id",
}  # fmt: skip
_NOT_DEMAND = ("free", "transfer")
_ORDER_COLUMNS = (
    "customer_id", "date", "product_id", "quantity", "amount", "doc_type", "document_no", "channel", "department",
)  # fmt: skip


def names(tables_dir: str | Path) -> list[str]:
    """Tables that were built, in the order of the data model."""
    folder = Path(tables_dir)
    return [name for name in TABLES if (folder / f"{name}.parquet").is_file()]


def meta(tables_dir: str | Path) -> dict[str, Any]:
    """What the build recorded: settings, counts, totals, declarations, hashes.

    Raises
    ------
    DataError
        When the folder holds no finished build.
    """
    path = Path(tables_dir) / "meta.json"
    if not path.is_file():
        raise DataError("no_tables", folder=Path(tables_dir).name)
    return json.loads(path.read_text(encoding="utf-8"))


def read(tables_dir: str | Path, name: str, *, region: str | None = None, brand: str | None = None) -> pd.DataFrame:
    """One table.

    Parameters
    ----------
    tables_dir : path
    name : str
    region : str, optional
        Only rows of this region: by the table's own region column, else by that of the customer. Rows
        that belong to no region (products, questions) are all given; answers of nobody known stand
        in the region "unassigned", or in the only region there is.
    brand : str, optional
        Only rows of this brand's products.

    Returns
    -------
    DataFrame
        Rows in the order they were written; dates datetime64[us], money and numbers float64.

    Raises
    ------
    DataError
        No such table was built.
    SettingError
        An unknown region or brand.
    """
    folder = Path(tables_dir)
    if name not in names(folder):
        raise DataError("table_not_built", table=name, found=names(folder))
    data = pq.read_table(folder / f"{name}.parquet")
    if region is not None:
        data = _in_region(data, name, folder, region)
    if brand is not None:
        data = _of_brand(data, folder, brand)
    return to_pandas(data)


def read_all(tables_dir: str | Path, *, region: str | None = None) -> dict[str, pd.DataFrame]:
    """Every table that was built, by name; see `read`."""
    return {name: read(tables_dir, name, region=region) for name in names(tables_dir)}


def orders(tables_dir: str | Path, *, region: str | None = None, brand: str | None = None) -> pd.DataFrame:
    """Demand lines: no free goods, no transfers.

    Returns
    -------
    DataFrame
        ``customer_id, date, product_id, quantity, doc_type, document_no, channel, department`` where
        there are such, and ``amount``: the value column the dataset file declares, whatever it is.
    """
    frame = read(tables_dir, "transactions", region=region, brand=brand)
    frame = frame[~frame["doc_type"].isin(_NOT_DEMAND)].reset_index(drop=True)
    frame["amount"] = frame[meta(tables_dir)["value"]]
    wanted = (
        "customer_id",
        "date",
        "product_id",
        "quantity",
        "amount",
        "doc_type",
        "document_no",
        "channel",
        "department",
    )
    return frame[[c for c in wanted if c in frame.columns]]


def counts(tables_dir: str | Path, *, brand: str | None = None) -> dict[str, dict[str, int]]:
    """Per region: ``customers``, ``buying_customers`` (with a demand line), ``respondents`` of its latest wave."""
    regions, present = meta(tables_dir)["regions"], names(tables_dir)
    found = {name: {"customers": 0, "buying_customers": 0, "respondents": 0} for name in regions}
    place = pd.Series(dtype="str")
    if "customers" in present:
        place = read(tables_dir, "customers").set_index("customer_id")["region"]
        _count(found, "customers", place.index.to_series(), place)
    if "transactions" in present:
        lines = orders(tables_dir, brand=brand)
        _count(found, "buying_customers", lines.loc[lines["amount"] > 0, "customer_id"], place)
    if "survey_responses" in present:
        answers = _latest(read(tables_dir, "survey_responses"), place)
        wanted = [c for c in ("customer_id", "pseudonym", "response_id") if c in answers.columns]
        who = answers[wanted].bfill(axis=1).iloc[:, 0].astype("str")
        owners = answers["customer_id"] if "customer_id" in wanted else None
        if owners is not None:
            # several people of one organisation answer for it: they are respondents, each of them
            who = who.mask(owners.isin(_organisations(tables_dir)), answers["response_id"].astype("str"))
        _count(found, "respondents", who, place, owners=owners)
    return found


def _organisations(tables_dir: str | Path) -> set[str]:
    """Customers known to be no single person."""
    if "customers" not in names(tables_dir):
        return set()
    frame = read(tables_dir, "customers")
    if "customer_type" not in frame.columns:
        return set()
    kind = frame["customer_type"]
    return set(frame.loc[kind.notna() & (kind != "physician"), "customer_id"])


def organisation_names(tables_dir: str | Path) -> dict[str, str]:
    """customer_id -> name of organisations; persons have none here."""
    if "customers" not in names(tables_dir):
        return {}
    frame = read(tables_dir, "customers")
    if "name" not in frame.columns:
        return {}
    if "customer_type" in frame.columns:
        frame = frame[frame["customer_type"] != "physician"]
    frame = frame.dropna(subset=["name"])
    return dict(zip(frame["customer_id"], frame["name"], strict=True))


def reported_months(tables_dir: str | Path) -> list[pd.Timestamp]:
    """First days of the months for which any order line was delivered, over all regions and brands."""
    lines = meta(tables_dir)["tables"].get("transactions", {})
    return [pd.Timestamp(month) for month in lines.get("months", [])]


def to_pandas(data: pa.Table) -> pd.DataFrame:
    """Arrow to pandas with money as float64, days as datetime64[us], text as ``str``."""
    for position, column in enumerate(data.schema):
        if pa.types.is_decimal(column.type):
            data = data.set_column(position, column.name, pc.cast(data.column(position), pa.float64()))
        elif pa.types.is_date(column.type):
            data = data.set_column(position, column.name, pc.cast(data.column(position), pa.timestamp("us")))
    frame = data.to_pandas()
    for column in data.schema:
        if pa.types.is_string(column.type):
            frame[column.name] = frame[column.name].astype("str")
    return frame


def _latest(answers: pd.DataFrame, place: pd.Series) -> pd.DataFrame:
    """Answers of the latest wave of each region, as the analyses of the region read them."""
    if "customer_id" not in answers.columns:
        return latest_rows(answers)
    region = answers["customer_id"].map(place).astype("str").fillna("")
    return pd.concat([latest_rows(part) for _, part in answers.groupby(region)]) if len(answers) else answers


def _count(
    found: dict[str, dict[str, int]], name: str, who: pd.Series, place: pd.Series, *, owners: pd.Series | None = None
) -> None:
    """Different persons or accounts by region; those that cannot be placed as in `read`."""
    pairs = pd.DataFrame({"who": who, "region": (who if owners is None else owners).map(place).astype("str")})
    stranger = UNASSIGNED if UNASSIGNED in found else next(iter(found)) if len(found) == 1 else None
    pairs["region"] = pairs["region"].fillna(stranger) if stranger else pairs["region"]
    for region, number in pairs.drop_duplicates().groupby("region").size().items():
        found[str(region)][name] = int(number)


def _in_region(data: pa.Table, name: str, folder: Path, region: str) -> pa.Table:
    known = meta(folder)["regions"]
    if region not in known:
        raise SettingError("region_unknown", got=region, count=len(known), found=known[:10])
    if known == [region]:
        return data
    own = data.column("region") if "region" in data.column_names and name != "customer_regions" else None
    owner = _OWNER.get(name, "customer_id" if name == "market" else None)
    if owner not in data.column_names:
        owner = None
    if own is None and owner is None:
        # nobody's rows are those of customers who could not be placed; products and the like are everybody's
        everywhere = name not in _OWNER or region == UNASSIGNED
        return data if everywhere else data.slice(0, 0)
    mine = pc.equal(own, region) if own is not None else pa.scalar(None, pa.bool_())
    if owner is not None:
        by_owner = _by_owner(data.column(owner), folder, region, known)
        mine = by_owner if own is None else pc.coalesce(mine, by_owner)
    return data.filter(pc.fill_null(mine, False))


def _by_owner(ids: pa.ChunkedArray, folder: Path, region: str, known: list[str]) -> pa.ChunkedArray:
    """Rows whose unit is a customer of the region, or the region itself."""
    customers = pq.read_table(folder / "customers.parquet", columns=["customer_id", "region"])
    inside = customers.filter(pc.equal(customers["region"], region))["customer_id"]
    mine = pc.or_(pc.is_in(ids, inside.combine_chunks()), pc.fill_null(pc.equal(ids, region), False))
    if region == UNASSIGNED:
        placed = pa.concat_arrays([customers["customer_id"].combine_chunks(), pa.array(known, pa.string())])
        mine = pc.or_(mine, pc.invert(pc.is_in(ids, placed)))
    return mine


def _of_brand(data: pa.Table, folder: Path, brand: str) -> pa.Table:
    products = read(folder, "products") if "products" in names(folder) else pd.DataFrame({"brand": []})
    brands = sorted(products["brand"].dropna().unique()) if "brand" in products.columns else []
    if brand not in brands or "product_id" not in data.column_names:
        raise SettingError("brand_unknown", got=brand, found=brands[:10])
    ids = products.loc[products["brand"] == brand, "product_id"].tolist()
    return data.filter(pc.is_in(data["product_id"], pa.array(ids, pa.string())))
