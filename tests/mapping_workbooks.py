"""The workbooks of fixtures/mappings, cell by cell; `pytest --record` writes them anew."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from workbooks import Book, Sheet, letters, number, row, text

Cell = str | int | Decimal | None
DAY, TIME = 1, 2
"""Styles of a day, and of a day with a time."""
FORMATS = ("yyyy\\-mm\\-dd", "yyyy\\-mm\\-dd\\ hh:mm:ss")


class Raw(str):
    """The XML of a cell as it is, with `@` for its place."""

    __slots__ = ()


def dated(serial: str, style: int = TIME) -> Raw:
    """A cell with a date, which a sheet holds as a number of days."""
    return Raw(f'<c r="@" s="{style}"><v>{serial}</v></c>')


ERROR = Raw('<c r="@" t="e"><v>#N/A</v></c>')


def cell(reference: str, value: Cell) -> str:
    match value:
        case None | "":
            return ""
        case Raw():
            return value.replace("@", reference)
        case str():
            return text(reference, value)
        case _:
            return number(reference, str(value))


def book(rows: Sequence[Sequence[Cell]], name: str = "Sheet1") -> bytes:
    lines = [
        row(at, *(cell(f"{letters(column)}{at}", value) for column, value in enumerate(values, start=1)))
        for at, values in enumerate(rows, start=1)
    ]
    return Book([Sheet("".join(lines), name)], formats=FORMATS).bytes()


BILINGUAL = (
    "订单编号(Order Number)",
    "订单创建时间(Order Create Time)",
    "邮箱(Email)",
    "公司名称(Company Name)",
    "买家名称(Buyer Name)",
    "卖家名称(Seller Name)",
    "商品名称(Product Name)",
    "SKU规格(Sku Specification)",
    "数量(Quantity)",
    "单价(Unit Price)",
    "订单总价(Order Amount; without freight)",
    "运费(Shipping Fee)",
    "折扣金额(Discount Amount)",
    "状态(Status)",
    "订单类型(Order Type)",
    "买家国家(Buyer Country)",
    "收货地址(Shipping Address)",
    "订单备注(Order Remark)",
    "订单币种(Order Currency)",
    "预付款(Initial Payment)",
    "尾款(Balance Payment)",
    "约定发货时间(Appointed Delivery Time)",
    "实际发货时间(Actual Delivery Time)",
    "是否有合同附件(Attachment)",
)
CHINESE = tuple(header.partition("(")[0] for header in BILINGUAL)
ENGLISH = tuple(header.partition("(")[2].removesuffix(")") for header in BILINGUAL)


def sold(order: Cell, product: str, **changes: Cell) -> list[Cell]:
    """A row of the export; changes are by the English headers, blanks left out."""
    values: dict[str, Cell] = {
        "OrderNumber": order,
        "OrderCreateTime": "2026-03-01 10:00:00",
        "Email": "buyer@example.com",
        "CompanyName": "Example Trading",
        "BuyerName": "Jack Doe",
        "SellerName": "Mary Lee",
        "ProductName": product,
        "SkuSpecification": "Color: red",
        "Quantity": 100,
        "UnitPrice": Decimal("12.50"),
        "OrderAmount;withoutfreight": Decimal("2500.00"),
        "ShippingFee": Decimal("50.5"),
        "DiscountAmount": 0,
        "Status": "undeliver",
        "OrderType": "信保订单",
        "BuyerCountry": "United States",
        "ShippingAddress": "1 Main Street",
        "OrderRemark": None,
        "OrderCurrency": "USD",
        "InitialPayment": 1000,
        "BalancePayment": Decimal("1550.5"),
        "AppointedDeliveryTime": "2026-04-01 23:59:59",
        "ActualDeliveryTime": None,
        "Attachment": "是",
    }
    assert not changes.keys() - values.keys(), changes
    return list((values | changes).values())


FIRST, SECOND = "88210003000123456", "88210003000123457"

WORKBOOKS: Mapping[str, bytes] = {
    "xlsx-bilingual": book(
        [
            BILINGUAL,
            sold(FIRST, "Mug"),
            sold(FIRST, "Plate", SkuSpecification="Color: blue"),
            sold(SECOND, "Cup", Status="交易关闭", OrderRemark="urgent", AppointedDeliveryTime=None),
        ],
        "订单",
    ),
    "xlsx-chinese-headers": book(
        [CHINESE, sold(FIRST, "杯子", Status="delivering", ActualDeliveryTime="2026-03-20 08:00:00")]
    ),
    "xlsx-english-headers-rows-apart": book(
        [[f" {header.upper()} " for header in ENGLISH], sold(FIRST, "Mug"), sold(SECOND, "Cup"), sold(FIRST, "Plate")]
    ),
    "xlsx-shortened-numbers": book(
        [
            BILINGUAL,
            sold("8.8210003E+16", "Mug"),
            sold("8.8210003E+16", "Cup", OrderCreateTime="2026-03-02 10:00:00"),
            sold(FIRST, "Plate", SkuSpecification="1.00E+05"),
        ]
    ),
    "xlsx-title-above": book([["三月订单"], [None, "exported", None, 1], BILINGUAL, sold(FIRST, "Mug")]),
    "xlsx-title-above-all": book([["三月订单", *[None] * 22, "x"], BILINGUAL, sold(FIRST, "Mug")]),
    "xlsx-total-rows": book([BILINGUAL, sold(FIRST, "Mug"), ["合计：", *[None] * 9, Decimal("2500.00")]]),
    "xlsx-dates-as-dates": book(
        [
            BILINGUAL,
            sold(FIRST, "Mug", OrderCreateTime=dated("46082.416666666664"), AppointedDeliveryTime=dated("46113", DAY)),
            sold(SECOND, "Cup", OrderCreateTime=dated("46082", DAY)),
        ]
    ),
    "xlsx-order-number-as-number": book(
        [
            BILINGUAL,
            sold(Raw('<c r="@"><v>88210003000123456</v></c>'), "Mug"),
            sold(Raw('<c r="@"><v>8.8210003000123392E+16</v></c>'), "Cup"),
            sold(882100030001234, "Pot"),
            sold(SECOND, "Plate"),
        ]
    ),
    "xlsx-rows-contradict": book(
        [
            BILINGUAL,
            sold(FIRST, "Mug"),
            sold(FIRST, "Plate", ShippingFee=51, OrderCurrency="EUR"),
            sold(SECOND, "Cup"),
            sold(SECOND, "Pot", ShippingFee=None, DiscountAmount=Decimal("0.00")),
        ]
    ),
    "xlsx-clocks-change": book(
        [
            BILINGUAL,
            sold("1", "Mug", OrderCreateTime="2026-03-08 02:30:00"),
            sold("2", "Mug", OrderCreateTime="2026-11-01 01:30:00"),
            sold("3", "Mug", OrderCreateTime="Nov. 1, 2026, 01:30:00 PST."),
            sold("4", "Mug", OrderCreateTime="2026-03-08 03:00:00"),
            sold("5", "Mug", OrderCreateTime=46082),
            sold("6", "Mug", OrderCreateTime="2026-03-08"),
        ]
    ),
    "xlsx-error-cells": book(
        [BILINGUAL, sold(FIRST, "Mug"), sold(FIRST, "Plate", UnitPrice=ERROR), sold(SECOND, "Cup")]
    ),
    "xlsx-merged-cells": book(
        [
            BILINGUAL,
            sold("1", "Mug"),
            sold(FIRST, "Mug"),
            [None] * 6 + sold(FIRST, "Plate")[6:10],
            sold(SECOND, "Cup"),
            sold("4", "Cup"),
        ]
    ),
    "xlsx-lacks-columns": book(
        [
            [header for header in CHINESE if header not in ("订单币种", "尾款", "邮箱")],
            [v for v, h in zip(sold(FIRST, "Mug"), CHINESE, strict=True) if h not in ("订单币种", "尾款", "邮箱")],
        ]
    ),
    "xlsx-columns-twice": book([[*CHINESE, "Order Number"], [*sold(FIRST, "Mug"), SECOND]]),
    "xlsx-findings": book(
        [
            BILINGUAL,
            sold(FIRST, "Mug", AppointedDeliveryTime="2026-03-20 00:00:00", ActualDeliveryTime="2026-03-21 09:00:00"),
            sold(SECOND, "Cup", Email="buyer at example.com", ActualDeliveryTime="2026-03-31 23:59:59"),
        ],
        "导出 1",
    ),
    "xlsx-plain-findings": book(
        [
            ["id", "drafted_at", "currency", "amounts.total", "amounts.collection", "payments.method", "payments.id"],
            [FIRST, "2026-03-01T00:00:00Z", "USD", Decimal("25.10"), Decimal("25.1"), "cash", "P1"],
            [FIRST, "2026-03-01T00:00:00Z", "USD", Decimal("25.10"), Decimal("25.1"), "tt", "P2"],
            [SECOND, "2026-03-01T00:00:00Z", "USD", Decimal("7.5"), "7.51", None, None],
        ]
    ),
    "xlsx-plain-orders": book(
        [
            ["id", "drafted_at", "currency", "amounts.total", "items.sku", "items.quantity", "seller.service_paused"],
            [FIRST, "2026-03-01T00:00:00Z", "USD", Decimal("25.10"), "A", 2, Raw('<c r="@" t="b"><v>1</v></c>')],
            [FIRST, "2026-03-01T00:00:00Z", "USD", Decimal("25.10"), "B", Decimal("0.5"), None],
            [SECOND, dated("46082.416666666664"), "USD", "7.50", 1001, None, "no"],
        ]
    ),
}
"""By the cases; each is the case's `orders.xlsx`."""
