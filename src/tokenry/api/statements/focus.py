"""A statement as CSV with the columns of FOCUS, the FinOps Open Cost and Usage Specification.

Every amount is exact. The rows' BilledCost adds up to the statement's total: usage at its price, corrections, and what
was written off, below zero. What awards of tokens paid are rows of their own: nothing is billed for them, by agreement
(ContractedCost 0), and ListCost is what they would have cost. What FOCUS knows no column for stands in columns that
begin with `x_`.

Source of the columns: https://focus.finops.org/focus-specification/ (version 1.2)
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Context, Decimal
from typing import Final

from msgspec import UNSET

from tokenry.api.spreadsheets import harmless
from tokenry.api.statements.told import Told
from tokenry.base.clock import NS_PER_S, to_datetime
from tokenry.base.units import UNITS_PER_RATE, nano_to_usd
from tokenry.ledger.statements import StatementLine, TokenLine

SERVICE = "Tokenry"
COLUMNS: Final = (
    "AvailabilityZone", "BilledCost", "BillingAccountId", "BillingAccountName", "BillingAccountType",
    "BillingCurrency", "BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription",
    "ChargeFrequency", "ChargePeriodEnd", "ChargePeriodStart", "CommitmentDiscountCategory", "CommitmentDiscountId",
    "CommitmentDiscountName", "CommitmentDiscountStatus", "CommitmentDiscountType", "ConsumedQuantity", "ConsumedUnit",
    "ContractedCost", "ContractedUnitPrice", "EffectiveCost", "InvoiceId", "InvoiceIssuerName", "ListCost",
    "ListUnitPrice", "PricingCategory", "PricingCurrency", "PricingQuantity", "PricingUnit", "ProviderName",
    "PublisherName", "RegionId", "RegionName", "ResourceId", "ResourceName", "ResourceType", "ServiceCategory",
    "ServiceName", "ServiceSubcategory", "SkuId", "SkuMeter", "SkuPriceDetails", "SkuPriceId", "SubAccountId",
    "SubAccountName", "SubAccountType", "Tags", "x_BilledNanoUsd", "x_Model", "x_PriceVersion", "x_StatementHash",
    "x_TokensDrawn",
)  # fmt: skip
_EXACT = Context(prec=60)
_UNITS: Final = {"audio_second": "Seconds", "image": "Images"}  # priced by the unit; all other meters by the million


def focus_csv(told: Told) -> str:
    """The whole file: a line of names, a line per charge; lines end as RFC 4180 wants them."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_rows(told))
    return out.getvalue()


def _rows(told: Told) -> Iterator[dict[str, str]]:
    common = _common(told)
    for line in told.statement.lines:
        yield common | _charge(told, line.project_id, line.model, line.amount) | _line(line)
    tokens = told.statement.tokens
    for paid in () if tokens is UNSET else tokens.lines:
        yield common | _charge(told, paid.project_id, paid.model, 0) | _line(paid) | _by_tokens(paid)
    for gone in told.statement.written_offs:
        yield (
            common
            | _charge(told, gone.project_id, gone.model, -gone.amount)
            | {
                "ChargeCategory": "Credit",
                "ChargeDescription": harmless(f"{gone.model}: written off, borne by the house"),
                "ChargeFrequency": "One-Time",
            }
        )


def _common(told: Told) -> dict[str, str]:
    start, end = (to_datetime(at * NS_PER_S).strftime("%Y-%m-%dT%H:%M:%SZ") for at in (told.start, told.end))
    return {
        "BillingAccountId": told.statement.organization_id,
        "BillingAccountName": harmless(told.organization),
        "BillingAccountType": "Organization",
        "BillingCurrency": told.statement.currency,
        "BillingPeriodStart": start,
        "BillingPeriodEnd": end,
        "ChargePeriodStart": start,
        "ChargePeriodEnd": end,
        "InvoiceId": told.id,
        "InvoiceIssuerName": SERVICE,
        "PricingCurrency": told.statement.currency,
        "ProviderName": SERVICE,
        "PublisherName": SERVICE,
        "ServiceCategory": "AI and Machine Learning",
        "ServiceSubcategory": "Generative AI",
        "ServiceName": SERVICE,
        "SubAccountType": "Project",
        "Tags": "{}",
        "x_StatementHash": told.statement.digest.hex(),
    }


def _charge(told: Told, project_id: str, model: str, amount: int) -> dict[str, str]:
    usd = nano_to_usd(amount)
    return {
        **dict.fromkeys(("BilledCost", "EffectiveCost", "ContractedCost", "ListCost"), usd),
        "SubAccountId": project_id,
        "SubAccountName": harmless(told.projects.get(project_id, project_id)),
        "x_BilledNanoUsd": str(amount),
        "x_Model": harmless(model),
    }


def _by_tokens(line: TokenLine) -> dict[str, str]:
    """Where a row that awards of tokens paid differs from one that is billed."""
    return {
        "ChargeDescription": harmless(f"{line.model}: {line.meter}, paid by token awards"),
        "ContractedUnitPrice": "0",
        "ListCost": nano_to_usd(line.amount),
        "PricingCategory": "Other",
        "x_TokensDrawn": str(line.drawn),
    }


def _line(line: StatementLine | TokenLine) -> dict[str, str]:
    version = {"x_PriceVersion": harmless(line.price_version)}
    if line.meter == "correction":
        return {
            "ChargeCategory": "Adjustment",
            "ChargeClass": "Correction",
            "ChargeDescription": harmless(f"{line.model}: past requests rated anew"),
            "ChargeFrequency": "One-Time",
            **version,
        }
    single = _UNITS.get(line.meter)
    per, unit = (1, single) if single else (UNITS_PER_RATE, f"{UNITS_PER_RATE} Tokens")
    price = _plain(_EXACT.divide(Decimal(line.rate), Decimal(UNITS_PER_RATE * 10**9 // per)))
    return {
        "ChargeCategory": "Usage",
        "ChargeDescription": harmless(f"{line.model}: {line.meter}"),
        "ChargeFrequency": "Usage-Based",
        "ConsumedQuantity": str(line.quantity),
        "ConsumedUnit": single or "Tokens",
        "ContractedUnitPrice": price,
        "ListUnitPrice": price,
        "PricingCategory": "Standard",
        "PricingQuantity": _plain(_EXACT.divide(Decimal(line.quantity), Decimal(per))),
        "PricingUnit": unit,
        "ResourceId": harmless(line.model),
        "ResourceName": harmless(line.model),
        "ResourceType": "Model",
        "SkuId": harmless(f"{line.model}/{line.meter}"),
        "SkuMeter": harmless(line.meter),
        "SkuPriceId": harmless(f"{line.price_version}/{line.model}/{line.meter}/{line.rate}"),
        **version,
    }


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
