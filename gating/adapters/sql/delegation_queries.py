"""The questions that are asked of stored delegations, as fixed SQL.

They begin with the vaults that were named and drop at once those that hold nothing, so that spam
costs a look into an index for each, and no memory.
"""

from sqlalchemy import ARRAY, String, TextClause, any_, bindparam, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col

from gating.adapters.sql.tables import DelegationRow

_NAMED_ONE_OF_THESE = "AND hot = ANY(:hots)"
_ASSET = (
    "SELECT id FROM asset WHERE chain_id = :chain AND contract = :contract AND kind = 'erc721'"
)
# or was, for it keeps its place a while
_LINKED = """AND (EXISTS (SELECT FROM wallet WHERE wallet.address = given.hot)
  OR EXISTS (SELECT FROM wallet_trail AS trail
    WHERE trail.address = given.hot AND trail.freed_at IS NOT NULL))"""


def _lent(named: str, linked: str, then: str) -> TextClause:
    return text(f"""
    WITH named AS (
        SELECT DISTINCT vault FROM delegation
        WHERE chain_id = :chain AND registry_address = :registry AND block_number <= :block {named}
    ), held AS (
        SELECT named.vault, came.token_id AS copy
        FROM named JOIN transfer AS came ON came.receiver = decode(substr(named.vault, 3), 'hex')
        WHERE came.asset_id = ({_ASSET}) AND came.block_number <= :block
          AND came.sender <> came.receiver
          AND NOT EXISTS (
              SELECT FROM transfer AS later
              WHERE later.asset_id = came.asset_id AND later.token_id = came.token_id
                AND later.block_number <= :block AND later.sender <> later.receiver
                AND (later.block_number, later.log_index, later.sub_index)
                  > (came.block_number, came.log_index, came.sub_index)
          )
    ), newest AS (
        SELECT DISTINCT ON (vault, hot, scope, contract, token_id, rights)
            vault, hot, token_id, enabled, block_number, log_index
        FROM delegation AS given
        WHERE chain_id = :chain AND registry_address = :registry AND block_number <= :block
          AND rights = ANY(:rights) AND contract IN ('', :contract)
          AND vault IN (SELECT vault FROM held) {linked}
        ORDER BY vault, hot, scope, contract, token_id, rights,
                 block_number DESC, log_index DESC
    ), lent AS (
        SELECT held.vault, held.copy, newest.hot, newest.block_number, newest.log_index,
            row_number() OVER (
                PARTITION BY held.vault, held.copy
                ORDER BY newest.block_number, newest.log_index
            ) AS place
        FROM held JOIN newest ON newest.vault = held.vault
          AND newest.enabled AND (newest.token_id IS NULL OR newest.token_id = held.copy)
    )
    {then}
    """)  # noqa: S608  - put together from the constants of this page


LENT_TO = _lent(
    _NAMED_ONE_OF_THESE,
    _LINKED,
    """
    SELECT vault, copy, hot FROM lent WHERE place <= :places
    ORDER BY block_number, log_index, copy LIMIT :most
    """,
)
LENT_WHOLE = _lent(
    "",
    "",
    """
    , since AS (
        SELECT vault, hot, copy, min(ARRAY[block_number, log_index]) AS named
        FROM lent WHERE place <= :places GROUP BY vault, hot, copy
    ), whole AS (
        SELECT vault, hot, max(named) AS named, count(*) AS copies FROM since GROUP BY vault, hot
    )
    SELECT vault, hot FROM whole
    WHERE copies = (SELECT count(*) FROM held WHERE held.vault = whole.vault)
    ORDER BY vault, named, hot
    """,
)
MOVED = text(
    """
    SELECT vault FROM delegation
    WHERE chain_id = :chain AND registry_address = :registry
      AND block_number BETWEEN :first AND :last
    UNION
    SELECT hot FROM delegation
    WHERE chain_id = :chain AND registry_address = :registry
      AND block_number BETWEEN :first AND :last
    """
)
SHARING = text(
    """
    SELECT DISTINCT hot FROM delegation
    WHERE chain_id = :chain AND registry_address = :registry
      AND EXISTS (SELECT FROM wallet WHERE wallet.address = delegation.hot)
      AND vault IN (
          SELECT unnest(CAST(:wallets AS text[]))
          UNION
          SELECT vault FROM delegation
          WHERE chain_id = :chain AND registry_address = :registry AND hot = ANY(:wallets)
      )
    """
)
# a word that repeats what held before would take the place of the first one
FORGET_REPEATS = text(
    """
    DELETE FROM delegation AS again
    WHERE chain_id = :chain AND registry_address = :registry
      AND block_number BETWEEN :first AND :last
      AND enabled = COALESCE((
          SELECT enabled FROM delegation AS before
          WHERE before.chain_id = again.chain_id
            AND before.registry_address = again.registry_address
            AND before.vault = again.vault AND before.hot = again.hot
            AND before.scope = again.scope AND before.contract = again.contract
            AND before.token_id IS NOT DISTINCT FROM again.token_id
            AND before.rights = again.rights
            AND (before.block_number, before.log_index) < (again.block_number, again.log_index)
          ORDER BY before.block_number DESC, before.log_index DESC LIMIT 1
      ), false)
    """
)
_SUBJECT = tuple(
    map(
        col,
        (
            DelegationRow.vault,
            DelegationRow.hot,
            DelegationRow.scope,
            DelegationRow.contract,
            DelegationRow.token_id,
            DelegationRow.rights,
        ),
    )
)
NEWEST_BEFORE = (
    select(DelegationRow)
    .ext(distinct_on(*_SUBJECT))
    .where(
        col(DelegationRow.chain_id) == bindparam("chain"),
        col(DelegationRow.registry_address) == bindparam("registry"),
        col(DelegationRow.block_number) < bindparam("block"),
        col(DelegationRow.vault) == any_(bindparam("vaults", type_=ARRAY(String))),
    )
    .order_by(
        *_SUBJECT, col(DelegationRow.block_number).desc(), col(DelegationRow.log_index).desc()
    )
)
NAMED = """
    SELECT EXISTS (
        SELECT FROM delegation WHERE chain_id = %(chain)s AND registry_address = %(registry)s
          AND hot = ANY(%(hots)s::text[])
    ) AS named
    """
CHANGED_HANDS = """
    INSERT INTO delegation_changed (wallet)
    SELECT wallet FROM unnest(%(wallets)s::text[]) AS wallet
    WHERE EXISTS (SELECT FROM delegation WHERE vault = wallet OR hot = wallet)
    ON CONFLICT DO NOTHING
    """
TAKE_CHANGED = text("DELETE FROM delegation_changed RETURNING wallet")
