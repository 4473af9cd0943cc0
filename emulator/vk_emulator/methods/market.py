"""market.*: orders that a test has made. It must never know what is sold: an order has a title and a sum."""

from __future__ import annotations

from vk_emulator.api.calls import Call, method
from vk_emulator.world.errors import Refusal, bad_parameter
from vk_emulator.world.records import Json

ORDER_NOT_FOUND = 1436


@method("emulator.addOrder", "control")
def add_order(call: Call) -> int:
    """`group_id`, `user_id`, `total?` (roubles), `comment?` → the number of the order."""
    params = call.params
    community = call.world.communities.get(params.integer("group_id"))
    user, total = params.integer("user_id"), params.integer("total", 100, 0, 10**9)
    if community is None or user not in call.world.users:
        raise bad_parameter("group_id or user_id is invalid")
    orders = community.settings.setdefault("orders", [])
    orders.append({"user_id": user, "date": call.world.now(), "total": total, "comment": params.text("comment")})
    call.world.changes += 1
    return len(orders)


@method("market.getOrderById", "group", "user")
def order(call: Call) -> Json:
    """market.getOrderById, for the community that has the order, or for the person who made it; Refusal for others."""
    number, account = call.params.integer("order_id", low=0), call.account
    buyer = call.params.integer("user_id", account) if account > 0 else call.params.integer("user_id", 0)
    for community in call.world.communities.values():
        orders = community.settings.get("orders", ())
        if not 0 < number <= len(orders) or account not in (-community.id, orders[number - 1]["user_id"]):
            continue
        if buyer in (0, orders[number - 1]["user_id"]):
            return {"order": _order(community.id, number, orders[number - 1])}
    raise Refusal(ORDER_NOT_FOUND)


def _order(group: int, number: int, kept: Json) -> Json:
    """An order as VK shows it."""
    rouble = {"id": 643, "name": "RUB", "title": "₽"}
    price = {"amount": f"{kept['total']}00", "currency": rouble, "text": f"{kept['total']} ₽"}
    made = {"id": number, "group_id": group, "status": 0, "items_count": 1, "total_price": price}
    return {**made, **{name: kept[name] for name in ("user_id", "date", "comment")}}
