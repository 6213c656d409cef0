"""The questions that are asked of the transfers, in SQL.

Each is answered from the transfers themselves, so any past block answers as exactly as the present
one. A transfer from a wallet to itself ends no holding. Numbers travel as text, for a uint256 is
read from it faster than from a decimal.
"""

from sqlalchemy import TextClause, text

from gating.model import TokenKind

# of a copy the last receiver holds it: what came to these wallets and did not move again
_COPIES = """
    SELECT came.receiver AS wallet, came.token_id::text, '1'
    FROM unnest(CAST(:wallets AS bytea[])) AS asked(wallet)
    JOIN transfer AS came ON came.asset_id = :asset AND came.receiver = asked.wallet
    WHERE came.block_number <= :block AND came.sender <> came.receiver
      AND NOT EXISTS (
          SELECT 1 FROM transfer AS later
          WHERE later.asset_id = :asset AND later.token_id = came.token_id
            AND later.block_number <= :block AND later.sender <> later.receiver
            AND (later.block_number, later.log_index, later.sub_index)
              > (came.block_number, came.log_index, came.sub_index)
      )
    ORDER BY came.receiver, came.token_id
"""
_CHANGES = """
    SELECT asked.wallet, moved.* FROM unnest(CAST(:wallets AS bytea[])) AS asked(wallet)
    CROSS JOIN LATERAL (
        SELECT token_id, amount AS change FROM transfer
        WHERE asset_id = :asset AND receiver = asked.wallet
          AND sender <> receiver AND block_number <= :block
        UNION ALL
        SELECT token_id, -amount FROM transfer
        WHERE asset_id = :asset AND sender = asked.wallet
          AND sender <> receiver AND block_number <= :block
    ) AS moved
"""
_AMOUNTS = f"""
    SELECT wallet, token_id::text, sum(change)::text FROM ({_CHANGES}) AS changes
    GROUP BY wallet, token_id HAVING sum(change) > 0
    ORDER BY wallet, token_id
"""  # noqa: S608  - only our own words
_COPIES_OF_ALL = """
    SELECT receiver AS wallet, token_id::text, '1' FROM (
        SELECT DISTINCT ON (token_id) token_id, receiver FROM transfer
        WHERE asset_id = :asset AND block_number <= :block AND sender <> receiver
        ORDER BY token_id, block_number DESC, log_index DESC, sub_index DESC
    ) AS held
"""
_AMOUNTS_OF_ALL = """
    SELECT wallet, token_id::text, sum(change)::text FROM (
        SELECT receiver AS wallet, token_id, amount AS change FROM transfer
        WHERE asset_id = :asset AND block_number <= :block
        UNION ALL
        SELECT sender, token_id, -amount FROM transfer
        WHERE asset_id = :asset AND block_number <= :block
    ) AS changes
    GROUP BY wallet, token_id HAVING sum(change) > 0
"""
_COUNTED = (
    "SELECT wallet, sum({count})::text FROM ({all}) AS held(wallet, token, amount) GROUP BY 1"
)


def held_by(kind: TokenKind) -> TextClause:
    """Wallet, token, amount of `:wallets` after `:block`, in order of wallet and token."""
    return text(_COPIES if kind is TokenKind.ERC721 else _AMOUNTS)


def counted_for_all(kind: TokenKind) -> TextClause:
    """Wallet and how much, of everybody after `:block`."""
    if kind is TokenKind.ERC721:
        return text(_COUNTED.format(count="1", all=_COPIES_OF_ALL))
    return text(_COUNTED.format(count="amount::numeric", all=_AMOUNTS_OF_ALL))


_ASKED_FOR = "asset_id = marks.asset_id AND block_number <= (marks.{mark}->>'number')::bigint"
# what came to these wallets and did not move again; each step is a look into an index
_COPIES_NOW = """
    (SELECT json_agg(json_build_array(encode(receiver, 'hex'), token_id, 1)) FROM transfer AS came
     WHERE {asked} AND receiver = ANY(%(wallets)s) AND sender <> receiver
       AND NOT EXISTS (
           SELECT FROM transfer AS later
           WHERE {asked} AND later.token_id = came.token_id
             AND later.sender <> later.receiver
             AND (later.block_number, later.log_index, later.sub_index)
               > (came.block_number, came.log_index, came.sub_index)
       ))
"""
_AMOUNTS_NOW = """
    (SELECT json_agg(json_build_array(encode(wallet, 'hex'), token_id, amount)) FROM (
        SELECT wallet, token_id, sum(change) AS amount FROM (
            SELECT receiver AS wallet, token_id, amount AS change FROM transfer
            WHERE {asked} AND receiver = ANY(%(wallets)s) AND sender <> receiver
            UNION ALL
            SELECT sender, token_id, -amount FROM transfer
            WHERE {asked} AND sender = ANY(%(wallets)s) AND sender <> receiver
        ) AS changes
        GROUP BY wallet, token_id HAVING sum(change) > 0
    ) AS held)
"""
_MOVING = """
    EXISTS (
        SELECT FROM transfer
        WHERE asset_id = marks.asset_id AND sender <> receiver
          AND block_number > (marks.final->>'number')::bigint
          AND block_number <= (marks.settled->>'number')::bigint
          AND (sender = ANY(%(wallets)s) OR receiver = ANY(%(wallets)s))
    )
"""


def _reading(held: str) -> str:
    def at(mark: str) -> str:
        return held.format(asked=_ASKED_FOR.format(mark=mark))

    return f"""
    SELECT settled, final, silent, {at("settled")} AS at_settled, {at("final")} AS at_final,
        {_MOVING} AS moving
    FROM asset JOIN ledger_marks AS marks ON marks.asset_id = asset.id
    WHERE asset.chain_id = %(chain)s AND asset.contract = %(contract)s AND asset.kind = %(kind)s
    """  # noqa: S608  - only our own words


_READING_COPIES, _READING_AMOUNTS = _reading(_COPIES_NOW), _reading(_AMOUNTS_NOW)


def reading_of(kind: TokenKind) -> str:
    """Both marks, what `wallets` held at each, and whether they moved something in between.

    In the driver's own words, for `Conversation.rows`.
    """
    return _READING_COPIES if kind is TokenKind.ERC721 else _READING_AMOUNTS


ID_OF = """
    SELECT id FROM asset
    WHERE chain_id = %(chain)s AND contract = %(contract)s AND kind = %(kind)s
"""
MARKS_OF = "SELECT settled, final, silent FROM ledger_marks WHERE asset_id = %(asset)s"
SEEN = """
    SELECT number, hash, timestamp FROM followed_block
    WHERE asset_id = %(asset)s AND number <= %(at_most)s ORDER BY number DESC LIMIT 1
"""
"""These three are asked several times for each block; in the driver's own words."""
_ROW = """
    block_number, block_hash, log_index, sub_index, block_time,
    token_id::text, amount::text, sender, receiver
"""
LAST_SALE = text(
    f"""
    SELECT {_ROW} FROM transfer
    WHERE asset_id = :asset AND block_number <= :block
      AND sender = ANY(CAST(:wallets AS bytea[])) AND NOT receiver = ANY(CAST(:wallets AS bytea[]))
    ORDER BY block_number DESC, log_index DESC, sub_index DESC LIMIT 1
    """  # noqa: S608  - only our own words
)
MINTS = text(
    f"""
    SELECT {_ROW} FROM transfer
    WHERE asset_id = :asset AND block_number <= :block AND sender = :nobody
    ORDER BY block_number, log_index, sub_index
    """  # noqa: S608  - only our own words
)
HISTORY = text(
    f"""
    SELECT {_ROW} FROM transfer
    WHERE asset_id = :asset AND block_number <= :block
      AND (receiver = ANY(CAST(:wallets AS bytea[])) OR sender = ANY(CAST(:wallets AS bytea[])))
    ORDER BY block_number, log_index, sub_index
    """  # noqa: S608  - only our own words
)
BETWEEN = text(
    f"""
    SELECT {_ROW} FROM transfer
    WHERE asset_id = :asset AND block_number BETWEEN :first AND :last
    ORDER BY block_number, log_index, sub_index
    """  # noqa: S608  - only our own words
)
MOVED = text(
    """
    SELECT sender AS who FROM transfer
    WHERE asset_id = :asset AND block_number BETWEEN :first AND :last
    UNION
    SELECT receiver FROM transfer
    WHERE asset_id = :asset AND block_number BETWEEN :first AND :last
    """
)
FULL = text(
    """
    SELECT block_number FROM transfer
    WHERE asset_id = ANY(:assets) AND block_number >= :first
    ORDER BY block_number OFFSET :most LIMIT 1
    """
)
