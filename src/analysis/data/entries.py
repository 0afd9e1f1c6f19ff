"""The small entries of a dataset file, as models that refuse any other entry; `spec` puts them together.

The code of a custom error is a key under ``[errors]``.
"""

from __future__ import annotations

import codecs
import datetime as dt
import io
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from . import datetext

__all__ = [
    "Connect", "DateFormat", "Day", "Encoding", "Model", "Override", "Part", "Potential", "Regions", "Row", "Source",
    "Strategic", "Texts", "Units", "Unpivot",
]  # fmt: skip

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _day(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not _ISO_DAY.fullmatch(value.strip()):
        raise PydanticCustomError("yaml_not_a_date", "")
    try:
        return dt.date.fromisoformat(value.strip())
    except ValueError:
        raise PydanticCustomError("yaml_not_a_date", "") from None


def _kind(value: Any) -> str | None:
    """Tag of the alternative that the written value picks, so that only its own error is told."""
    kinds = ((str, "text"), (list, "list"), (dict | Connect, "keys"))
    return next((tag for kind, tag in kinds if isinstance(value, kind)), None)


def _not_negative(value: float) -> float:
    if not 0 <= value < float("inf"):
        raise PydanticCustomError("yaml_not_negative", "")
    return value


def _themselves(value: Any) -> Any:
    return {name: name for name in value} if isinstance(value, list) else value


def _encoding(value: str) -> str:
    try:
        io.TextIOWrapper(io.BytesIO(), encoding=value)  # refuses codecs that are none of text
        return codecs.lookup(value).name
    except (LookupError, ValueError):
        raise PydanticCustomError("yaml_encoding", "") from None


def _date_format(value: str) -> str:
    if not datetext.format_works(value):
        raise PydanticCustomError("yaml_date_format", "")
    return value


Texts = Annotated[list[str], BeforeValidator(_list)]
Factor = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Points = Annotated[float, AfterValidator(_not_negative)]
Day = Annotated[dt.date, BeforeValidator(_day)]
Encoding = Annotated[str, AfterValidator(_encoding)]
DateFormat = Annotated[str, AfterValidator(_date_format)]
#: 1 and more, as spreadsheets count
Row = Annotated[int, Field(ge=1)]


class Model(BaseModel):
    """Refuses keys it does not know; cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Connect(Model):
    """A table behind a connection: ``{connect: "duckdb://sales.duckdb", table: orders}``."""

    connect: str
    table: str


Source = Annotated[
    Annotated[str, Tag("text")] | Annotated[list[str], Tag("list")] | Annotated[Connect, Tag("keys")],
    Discriminator(_kind),
]


class Units(Model):
    """Factors that turn quantities of unlike units into one.

    Three ways to write them, in each of which quantity becomes quantity × factor:

    ``units: {unit: tablet, factor: {P1: 10, P2: 1}}`` factors by product, in place;
    ``units: {source: products.csv, product_id: code, factor: per_pack}`` headers of another file;
    ``units: {factor: per_pack}`` a header of the table's own source, row by row.

    Attributes
    ----------
    factor : dict of product to number, or str
    product_id : str or None
        Header of the product in ``source``.
    source : str or None
        File that holds the factors.
    unit : str or None
        Name of the common unit, for the report.
    """

    factor: Annotated[Annotated[dict[str, Factor], Tag("keys")] | Annotated[str, Tag("text")], Discriminator(_kind)]
    product_id: str | None = None
    source: str | None = None
    unit: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Units:
        by_file = isinstance(self.factor, str) and self.source is not None
        if (self.product_id is not None) != by_file or (self.source is not None) != by_file:
            raise PydanticCustomError("yaml_units", "")
        return self


class Regions(Model):
    """Which column is the region, and what happens to customers without one."""

    column: str = "region"
    unassigned: Literal["keep", "drop"] = "keep"


class Override(Model):
    """A rule lifted in writing: which, why, by whom."""

    rule: str
    reason: str = Field(min_length=1)
    by: str = Field(min_length=1)


class Potential(Model):
    """Where the potential of an account is written.

    Two ways: ``{table: market, measure: quantity}``, the category volume of twelve months over all brands, or
    ``{table: hospital_facts, column: x_patients, label: {zh: 登记患者数, en: registered patients}}``, a column of
    numbers of ``hospital_facts`` or ``customers``.
    """

    table: Literal["market", "hospital_facts", "customers"] = "market"
    column: str | None = None
    measure: Literal["quantity", "amount"] | None = None
    label: dict[Literal["zh", "en"], str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_way(self) -> Potential:
        if (self.table == "market") != (self.column is None) or (self.measure is not None and self.table != "market"):
            raise PydanticCustomError("yaml_potential", "")
        return self


class Strategic(Model):
    """Strategic importance of an account: a column of numbers of ``customers``, or words and their points."""

    table: Literal["customers"] = "customers"
    column: str
    points: Annotated[dict[str, Points], Field(min_length=1)] | None = None


class Unpivot(Model):
    """Columns of a wide file that become lines: ``{columns: {P1: head one}, into: product_id, value: amount}``.

    Attributes
    ----------
    columns : dict
        What stands in ``into`` -> header; a list of headers stands for themselves.
    into, value : str
        Canonical columns that take the name and the number.
    """

    columns: Annotated[dict[str, str], BeforeValidator(_themselves), Field(min_length=1)]
    into: str = "product_id"
    value: str = "amount"


class Part(Model):
    """One of several differently made files of a table: what differs from the table's own entries.

    Of a customer or product in several parts, the row of the first one counts. ``codebook`` is the part's own,
    as each wave of a survey has one: ``parts: [{source: 2024.csv, codebook: 2024.yaml}, {source: 2025.csv}]``.
    """

    source: Source
    columns: dict[str, str] = Field(default_factory=dict)
    constants: dict[str, str] = Field(default_factory=dict)
    where: dict[str, Texts] | None = None
    unpivot: Unpivot | None = None
    dates: DateFormat | None = None
    sheet: str | None = None
    encoding: Encoding | None = None
    header_row: Row | None = None
    codebook: str | None = None
