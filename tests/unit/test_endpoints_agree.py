"""Which endpoints read which chain, and when two of them agree. Without I/O."""

import pytest
from pydantic import ValidationError

from config.endpoints import endpoints_of
from config.settings import Settings
from gating.holdings.agree import Verdict, agreement
from gating.model import Block, Transfer
from gating.model.holdings import Testimony
from tests.contracts.access_kit import NOBODY, block, move, wallet

CLUBS = 8453
END = block(9)
SOLD = move(block(5), 7, wallet(1), wallet(2))
OTHER = move(block(5), 7, wallet(1), wallet(3))


def read(value: str, chain: int = CLUBS) -> tuple[str, ...]:
    return endpoints_of(Settings(rpc_urls=value).rpc_urls, chain, clubs=CLUBS)  # type: ignore[arg-type]


def test_without_a_chains_id_the_endpoints_are_for_the_clubs_chain() -> None:
    assert read("https://a.example/?key=1 , https://b.example") == (
        "https://a.example/?key=1",
        "https://b.example",
    )
    assert read("https://a.example", chain=1) == ()


def test_each_chain_may_have_endpoints_of_its_own() -> None:
    several = "1=https://a.example,https://b.example; 8453=https://c.example/?key=2"
    assert read(several, chain=1) == ("https://a.example", "https://b.example")
    assert read(several) == ("https://c.example/?key=2",)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("one=https://a.example", 'has "one" where a chain id belongs; write 1=https://...'),
        ("1=https://a.example;1=https://b.example", "names the endpoints of chain 1 twice"),
        ("1=", "names no endpoint for chain 1; write its address behind the ="),
        ("a.example", "has no http:// or https:// address as endpoint 1 of the club's chain"),
        ("1=https://a.example,ws://b", "https:// address as endpoint 2 of chain 1"),
        ("https://a.example,https://a.example", "two must be two servers to agree"),
    ],
)
def test_a_mistake_says_what_is_wrong_and_never_the_address(value: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(rpc_urls=value)  # type: ignore[arg-type]
    message = refused.value.errors()[0]["msg"]
    assert said in message
    assert "a.example" not in message


def told(*histories: list[object] | None) -> list[Testimony]:
    """Testimonies by place; None is an endpoint that does not answer."""
    return [
        Testimony(END.hash, moves, place)  # type: ignore[arg-type]
        for place, moves in enumerate(histories, 1)
        if moves is not None
    ]


def ours(*moves: Transfer) -> Testimony:
    return Testimony(END.hash, moves)


@pytest.mark.parametrize(
    ("histories", "verdict", "against"),
    [
        ([[SOLD], [SOLD]], Verdict.AGREED, ()),
        ([[SOLD], [SOLD], [OTHER]], Verdict.AGREED, (3,)),
        ([[SOLD], [OTHER]], Verdict.CONTRADICTED, ()),
        ([[], [OTHER]], Verdict.CONTRADICTED, ()),
        ([[OTHER]], Verdict.CONTRADICTED, ()),
        ([[SOLD], None], Verdict.ALONE, ()),
        ([None, None], Verdict.ALONE, ()),
        ([[SOLD], [OTHER], [OTHER]], Verdict.WRONG, (1,)),
        ([[OTHER], [OTHER]], Verdict.WRONG, ()),
    ],
)
def test_rp1_what_is_stored_is_certain_where_two_say_the_same(
    histories: list[list[object] | None], verdict: Verdict, against: tuple[int, ...]
) -> None:
    found = agreement(ours(SOLD), told(*histories), final=True)
    assert (found.verdict, found.against) == (verdict, against)


def test_another_hash_is_a_lie_below_the_final_block_and_a_fork_above_it() -> None:
    fork = Testimony("0x" + "f" * 64, (), 2)
    heard = [*told([SOLD]), fork]
    assert agreement(ours(SOLD), heard, final=True).verdict is Verdict.CONTRADICTED
    assert agreement(ours(SOLD), heard, final=False).verdict is Verdict.ALONE


def test_an_amount_or_a_time_that_differs_is_no_agreement() -> None:
    stored = move(block(5), 7, NOBODY, wallet(2), amount=5)
    for said in (
        move(block(5), 7, NOBODY, wallet(2), amount=6),
        move(Block(1, 5, block(5).hash, 7), 7, NOBODY, wallet(2), amount=5),
    ):
        assert agreement(ours(stored), told([stored], [said]), final=True).verdict is (
            Verdict.CONTRADICTED
        )
