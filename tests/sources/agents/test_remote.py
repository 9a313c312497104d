"""Which remote ends a text names."""

from __future__ import annotations

import pytest

from posture.sources.agents.remote import remotes


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("https://crm.plant.example/mcp", ["saas:crm.plant.example:443"]),
        ("http://CRM.plant.example:8080", ["saas:crm.plant.example:8080"]),
        ("wss://a.example/x", ["saas:a.example:443"]),
        ("postgresql://u:p@db.example/orders?sslmode=require", ["database:db.example:5432/orders"]),
        ("postgresql+psycopg://u:p@db.example:6000/orders", ["database:db.example:6000/orders"]),
        ("jdbc:mysql://db.example/shop", ["database:db.example:3306/shop"]),
        ("mongodb://u:p@a.example:1,b.example/x", ["database:a.example:1/x", "database:b.example:27017/x"]),
        ("postgresql://ana@localhost/dev", ["database:plant/localhost:5432/dev"]),
        ("http://[::1]:9000/x", ["saas:plant/[::1]:9000"]),
        ("https://${HOST:-h.example}/mcp", ["saas:h.example:443"]),
        ("https://${HOST}/mcp", []),
        ("https://{tenant}.example/mcp", ["saas:{tenant}.example:443"]),
        ("see https://a.example/x and https://b.example", ["saas:a.example:443", "saas:b.example:443"]),
        ("file:///etc/passwd unix:///run/x.sock", []),
        ("https://", []),
        (
            "Server=tcp:db.example,1434;Initial Catalog=shop;User ID=u;Password=p",
            ["database:db.example:1434/shop"],
        ),
        ("Server=db.example;Database=shop;Uid=u;Pwd=p", ["database:db.example:3306/shop"]),
        ("Host=db.example;Port=6000;Username=u;Password=p", ["database:db.example:6000"]),
        ("host=db.example port=5433 dbname=shop user=u password=p", ["database:db.example:5433/shop"]),
        ("Data Source=db.example\\SQL1;Integrated Security=true", ["database:db.example:1433"]),
        ("Server=(localdb)\\x;User ID=u", []),
        ("server=nginx; path=/", []),
        ("--host=db.example --user=u", []),
        ("Host=${HOST};Username=u;Password=p", []),
        ("https://a.example:99999999/", ["saas:a.example:443"]),
    ],
)
def test_a_text_tells_its_remote_ends(text: str, keys: list[str]) -> None:
    assert [remote.key("plant") for remote in remotes(text)] == keys


def test_what_cannot_leave_the_network_is_inside() -> None:
    found = [
        remote.inside
        for remote in remotes(
            "http://10.1.2.3 http://localhost http://store.ops.svc.cluster.local http://8.8.8.8 http://a.example"
        )
    ]
    assert found == [True, True, True, False, False]
