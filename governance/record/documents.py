"""The definition and the census as documents, and back."""

from gating.model import Address, Asset, Block
from governance.hashing import keccak, to_hash
from governance.model import (
    CensusLine,
    Choice,
    ChoiceId,
    Club,
    Commit,
    Definition,
    Method,
    PollId,
    Power,
    Quorum,
    Signed,
    Visibility,
    Window,
)
from governance.record.canonical import (
    Doc,
    address,
    canonical,
    hash32,
    number,
    sha256_text,
    text_of,
)

POLL_SCHEMA = "stagedoor-poll/1"
_SOURCE, _VERSION = "erc721-copies", "1"
_TIME_BITS = 64


def poll_id(definition: Definition) -> PollId:
    """keccak256 of the definition's canonical bytes, without signatures."""
    return PollId(to_hash(keccak(canonical(definition_doc(definition)))))


def definition_doc(definition: Definition) -> Doc:
    """The definition as it stands in `poll.json`."""
    return {
        "schema": POLL_SCHEMA,
        "instance": definition.club.instance,
        "club": definition.club.name,
        "club_key": definition.club_key,
        "title": definition.title,
        "body_sha256": definition.body_sha256,
        "choices": [_choice_doc(choice) for choice in definition.choices],
        "method": _method_doc(definition.method),
        "power": _power_doc(definition.power),
        "snapshot": [_block_doc(definition.snapshot)],
        "window": {
            "opens": str(definition.window.opens),
            "closes": str(definition.window.closes),
            "extension": "0",
            "early_close": definition.window.early_close,
        },
        "visibility": definition.visibility.value,
        "min_proof_level": "chat",
        "quorum": {"people": str(definition.quorum.people), "power": str(definition.quorum.power)},
        "threshold": None,
        "exclude": list(definition.power.exclude),
        "proposer": definition.proposer,
        "co_signers": [],
        "created_at": str(definition.created_at),
    }


def read_definition(doc: Doc) -> Definition:
    """The definition in such a document; what it does not say is caught by writing it again."""
    return Definition(
        club=Club(text_of(doc["club"]), text_of(doc["instance"])),
        club_key=Address(address(doc["club_key"])),
        title=text_of(doc["title"]),
        body_sha256=sha256_text(doc["body_sha256"]),
        choices=tuple(map(_read_choice, doc["choices"])),
        method=_read_method(doc["method"]),
        power=_read_power(doc["power"], doc["exclude"]),
        snapshot=_read_block(doc["snapshot"][0]),
        window=_read_window(doc["window"]),
        visibility=Visibility(doc["visibility"]),
        quorum=Quorum(number(doc["quorum"]["people"]), number(doc["quorum"]["power"])),
        proposer=Commit(hash32(doc["proposer"])),
        created_at=_time(doc["created_at"]),
    )


def signed_doc(definition: Definition, signed: Signed) -> Doc:
    """`poll.json`: the definition and the signature under its hash."""
    return {**definition_doc(definition), "signatures": [signature_doc(signed)]}


def read_signed(doc: Doc) -> tuple[Definition, Signed]:
    return read_definition(doc), read_signature(doc["signatures"][0])


def signature_doc(signed: Signed) -> Doc:
    return {"role": signed.role, "address": signed.address, "signature": signed.signature}


def read_signature(doc: Doc) -> Signed:
    return Signed(
        text_of(doc["role"]), Address(address(doc["address"])), text_of(doc["signature"])
    )


def census_doc(line: CensusLine) -> Doc:
    power = str(line.power)
    source = {"id": _SOURCE, "power": power}
    return {"address": line.address, "power": power, "sources": [source]}


def read_census(doc: Doc) -> CensusLine:
    return CensusLine(Address(address(doc["address"])), number(doc["power"]))


def _read_window(doc: Doc) -> Window:
    return Window(_time(doc["opens"]), _time(doc["closes"]), bool(doc["early_close"]))


def _choice_doc(choice: Choice) -> Doc:
    return {"id": str(choice.id), "label": choice.label, "meta": dict(choice.meta)}


def _read_choice(doc: Doc) -> Choice:
    return Choice(
        ChoiceId(number(doc["id"], bits=32)),
        text_of(doc["label"]),
        tuple(map(_read_fact, doc["meta"].items())),
    )


def _read_fact(fact: tuple[str, str]) -> tuple[str, str]:
    return fact[0], text_of(fact[1])


def _method_doc(method: Method) -> Doc:
    return {
        "id": method.id,
        "version": _VERSION,
        "seats": str(method.seats),
        "max_select": "1",
        "tie_break": list(method.tie_break),
    }


def _read_method(doc: Doc) -> Method:
    return Method(
        text_of(doc["id"]),
        number(doc["seats"], bits=32),
        tuple(map(text_of, doc["tie_break"])),
    )


def _power_doc(power: Power) -> Doc:
    source = {
        "id": _SOURCE,
        "version": _VERSION,
        "chain": str(power.asset.chain_id),
        "contract": power.asset.contract,
        "params": {"name": power.asset.name},
    }
    return {
        "sources": [source],
        "merge_linked": True,
        "minimum": str(power.minimum),
        "transform": power.transform,
    }


def _read_power(doc: Doc, exclude: list[str]) -> Power:
    source = doc["sources"][0]
    contract = Address(address(source["contract"]))
    asset = Asset(number(source["chain"]), contract, text_of(source["params"]["name"]))
    left_out = tuple(Address(address(text)) for text in exclude)
    return Power(asset, text_of(doc["transform"]), number(doc["minimum"]), left_out)


def _block_doc(block: Block) -> Doc:
    return {
        "chain": str(block.chain_id),
        "block": str(block.number),
        "hash": block.hash,
        "timestamp": str(block.timestamp),
        "finality": "finalized",
    }


def _read_block(doc: Doc) -> Block:
    block_hash = hash32(doc["hash"])
    return Block(number(doc["chain"]), number(doc["block"]), block_hash, _time(doc["timestamp"]))


def _time(text: str) -> int:
    return number(text, bits=_TIME_BITS)
