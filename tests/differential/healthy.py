"""A healthy order late in its life, as the shipped policy wants it."""

from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any, TypeAlias

Json: TypeAlias = Any
START = datetime(2026, 1, 5, 16, 0, tzinfo=UTC)
"""When the orders begin; midnight in Shanghai, so that days and instants meet."""
_OFFSETS = (0, 0, 480, 480, -480, 330, 845, -720, 1439)


def _at(random: Random, days: float) -> str:
    return written(START + timedelta(days=days), random)


def written(instant: datetime, random: Random) -> str:
    """An instant as a document has it, in some zone."""
    try:
        local = instant.astimezone(timezone(timedelta(minutes=random.choice(_OFFSETS))))
    except OverflowError:
        local = instant.astimezone(UTC)
    text = local.isoformat()
    return text.replace("+00:00", random.choice(("Z", "+00:00", "z")))


def healthy(random: Random, number: int) -> dict[str, Json]:
    mode = random.choice(("none", "before_shipment", "after_receipt"))
    steps = random.random() < 0.6
    method = random.choice(("air", "land", "sea", "express"))
    account = f"62220210{number:02}"
    order: dict[str, Json] = {
        "id": f"18000000000000{number:04}",
        "status": "trade_success",
        "drafted_at": _at(random, 0),
        "submitted_at": _at(random, 1),
        "currency": "USD",
        "draft": {"mode": random.choice(("online", "attachment"))},
        "seller": {
            "id": random.choice(("S1", "S1", "S2")),
            "membership": random.choice(("paid", "free")),
            "enterprise_authenticated": True,
            "service_activated_at": _at(random, -30),
            "service_paused": False,
            "quota_limit": random.choice(("1000.00", "2000.00", "50000")),
        },
        "buyer": {"email": "a@b.example", "account": "buyer7", "matched": True, "matched_at": _at(random, 0.5)},
        "items": [
            {"sku": "K1", "quantity": "3", "unit_price": "200.00", "amount": "600.00"},
            {"sku": "K2", "quantity": 0.5, "unit_price": "600.01", "amount": "300.00"},
        ],
        "amounts": {
            "product": "900.00",
            "shipping": "80.00",
            "insurance": "10",
            "tax": "12.00",
            "adjustment": "-1.00",
            "discount": 1,
            "total": "1000.00",
            "collection": "1000.0",
        },
        "guarantee": {"mode": mode, "clauses_accepted": True},
        "acknowledgements": {"yidatong_export": {"checked": True, "checked_at": _at(random, 0.9), "manual": True}},
        "collection_account": {"number": account, "created_at": _at(random, 1)},
        "confirmation": {"account": "Buyer7", "confirmed_at": _at(random, 2)},
        "payments": _payments(random, account, steps=steps),
        "shipment": {
            "method": method,
            "agreed_by": (START + timedelta(days=10, hours=8)).date().isoformat(),
            "shipped_at": _at(random, 9),
            "channel": "yidatong",
        },
        "consignments": [_consignment(random, number)],
        "receipt": {"confirmed_at": _at(random, 20), "mode": "buyer", "reviewed_at": _at(random, 24)},
        "attachments": [_attachment(random)],
    }
    if steps:
        order["amounts"] |= {"advance": "300.00", "balance": "700.00"}
    if mode != "none":
        released = 9 if mode == "before_shipment" else 20
        order["guarantee"] |= {
            "coverage": "1000.00",
            "quota": {
                "occupied": random.choice(("1000.00", "400", "600.00")),
                "occupied_at": _at(random, 1),
                **({"released_at": _at(random, released)} if random.random() < 0.6 else {}),
            },
        }
    return order


def _payments(random: Random, account: str, *, steps: bool) -> list[Json]:
    parts = (("advance", "300.00", 3), ("balance", "700.00", 8)) if steps else (("full", "1000.00", 5),)
    return [
        {
            "id": f"P{step}",
            "step": step,
            "method": random.choice(("tt", "credit_card", "e_checking")),
            "amount": amount,
            "received": amount,
            "paid_at": _at(random, day),
            "received_at": _at(random, day),
            "bank_country": "US",
            "account": account,
        }
        for step, amount, day in parts
    ]


def _consignment(random: Random, number: int) -> Json:
    return {
        "id": f"C{number + 1}",
        "provider": "yidatong",
        "status": "active",
        "drafted_at": _at(random, 4),
        "linked_at": _at(random, 4),
        "order_ids": [f"18000000000000{number:04}"],
        "customs": {"declared_at": _at(random, 6), "released_at": _at(random, 8), "export_date": "2026-01-14"},
    }


def _attachment(random: Random) -> Json:
    return {
        "path": "contract.pdf",
        "role": random.choice(("contract", "proforma_invoice")),
        "texts": [{"read": True, "path": "contract.pdf"}],
        "mentions": [{"class": "none", "kind": "iban", "page": 1}] if random.random() < 0.3 else [],
    }
