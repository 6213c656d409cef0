"""Every use case, on its adapters."""

from bot.services import ClubFacts, PollServices, Services
from bot.wiring.backstage import backstage_services
from bot.wiring.chains import chains_of, nodes_of, readers_of, views_of
from bot.wiring.elsewhere import elsewhere_services
from bot.wiring.guests import guest_services
from bot.wiring.parts import Parts
from bot.wiring.personal import personal_services
from bot.wiring.proofs import proof_services, proofs_of
from bot.wiring.rules import rule_services
from bot.wiring.visits import visit_services
from bot.wiring.ways import way_services
from config.community import Club
from config.settings import Settings
from gating.access.deliver import DeliverOutbox, RetryStopped, SettleUnsure
from gating.access.everyone import LookWhenDue, RefreshEveryone
from gating.access.knocks import AccountCame, AccountLeft, AnswerKnock
from gating.access.refresh import RefreshAccess
from gating.access.views import ViewBook
from gating.adapters.chance import SystemRandomness
from gating.adapters.content_folder import FolderContent
from gating.adapters.signatures import SiweMessages
from gating.adapters.sql.conversation import Conversation
from gating.adapters.sql.outbox import SqlOutbox
from gating.adapters.sql.people import SqlPeople
from gating.adapters.sql.store import SqlStore
from gating.adapters.wallets import WalletSignatures
from gating.drops.listen import Heard, MayListen, OpenPlayer, ReadTrack, StartListening
from gating.drops.publish import DiscardDraft, PrepareDrop, ReviseDraft, SendDrop
from gating.identity.binding import BindWallet
from gating.identity.joining import GiveCode, JoinByCode
from gating.identity.linking import AskSignature, FinishLink, ShowLink, StartLink
from gating.identity.reproving import ReproveWallets
from gating.identity.sign_in import Site
from gating.identity.unlinking import LabelWallet, UnlinkWallet
from governance.adapters.folder import FolderRecords
from governance.adapters.holders import LedgerHolders
from governance.adapters.poll_store import SqlPollStore
from governance.alarm import TellModerators
from governance.definition import Frame
from governance.model import Club as RecordedClub
from governance.polls import AnnouncePoll, CancelPoll, ClosePoll, OpenPoll
from governance.views import CurrentPolls, DuePolls, ShowPoll, WeightOf
from governance.voting import CastBallot

SOFTWARE = "stagedoor/0.1.0"


def use_cases(settings: Settings, club: Club, parts: Parts) -> Services:
    store = SqlStore(parts.database.sessions, parts.clock, club.servers)
    random, clock, wake = SystemRandomness(), parts.clock, parts.jobs.wake
    nodes = nodes_of(settings, club, parts.http)
    chains = readers_of(nodes)
    refresh = _refresh(club, store, parts, views_of(settings, club, clock, nodes, chains))
    bind = BindWallet(refresh=refresh, clock=clock, cooldown=club.wallet_cooldown)
    content = FolderContent(parts.data / "content")
    may_listen = MayListen(refresh=refresh)
    heard = Heard(store=store, clock=clock, may_listen=may_listen)
    node, chain = nodes[club.asset.chain_id], chains[club.asset.chain_id]
    signatures = WalletSignatures({node.chain_id: node})
    polls = _polls(club, parts, LedgerHolders(store, chain, club.asset, club.delegation))
    return Services(
        club=_facts(settings, club, parts),
        clock=clock,
        store=store,
        start_link=StartLink(store=store, clock=clock, random=random, proofs=proofs_of(settings)),
        show_link=ShowLink(store=store, clock=clock),
        ask_signature=_ask_signature(settings, club, store, parts, signatures),
        finish_link=_finish_link(parts, bind, signatures),
        proofs=proof_services(settings, parts, store, bind),
        give_code=GiveCode(store=store, clock=clock, random=random),
        join_by_code=JoinByCode(
            store=store, clock=clock, refresh=refresh, cooldown=club.wallet_cooldown
        ),
        label_wallet=LabelWallet(store=store),
        unlink_wallet=UnlinkWallet(store=store, clock=clock, refresh=refresh),
        visits=visit_services(settings, club, parts, refresh, signatures),
        refresh=refresh,
        rules=rule_services(club, parts, refresh),
        refresh_everyone=RefreshEveryone(store=store, refresh=refresh),
        look_when_due=LookWhenDue(store=store, clock=clock, refresh=refresh),
        reprove=ReproveWallets(
            store=store, clock=clock, signatures=signatures, refresh=refresh, asset=club.asset
        ),
        answer_knock=AnswerKnock(store=store, refresh=refresh),
        account_came=AccountCame(store=store, refresh=refresh, servers=club.servers),
        account_left=AccountLeft(store=store, servers=club.servers),
        deliver=DeliverOutbox(store=store, doors=parts.doors, backstage=parts.reach("ops")),
        retry=RetryStopped(store=store, wake=wake),
        settle_unsure=SettleUnsure(store=store, wake=wake),
        chains=chains_of(settings, club, parts, chains, refresh),
        prepare_drop=PrepareDrop(store=store, content=content),
        revise_draft=ReviseDraft(store=store),
        discard_draft=DiscardDraft(store=store),
        send_drop=_send_drop(club, store, parts),
        start_listening=StartListening(
            store=store, clock=clock, random=random, may_listen=may_listen
        ),
        open_player=OpenPlayer(store=store, clock=clock, random=random, may_listen=may_listen),
        heard=heard,
        read_track=ReadTrack(heard=heard, content=content),
        polls=polls,
        personal=personal_services(club, parts),
        guests=guest_services(club, parts, refresh),
        elsewhere=elsewhere_services(settings, club, parts, refresh),
        backstage=backstage_services(club, parts, refresh),
        ways=way_services(club, parts, store),
    )


def _refresh(club: Club, store: SqlStore, parts: Parts, views: ViewBook) -> RefreshAccess:
    return RefreshAccess(
        store=store,
        asset=club.asset,
        gates=parts.gates,
        wake=parts.jobs.wake,
        shared=club.evidence,
        views=views,
        registry=club.delegation,
        protected=club.protected,
        rest=club.wallet_cooldown,
    )


def _ask_signature(
    settings: Settings, club: Club, store: SqlStore, parts: Parts, signatures: WalletSignatures
) -> AskSignature:
    return AskSignature(
        store=store,
        clock=parts.clock,
        random=SystemRandomness(),
        messages=SiweMessages(),
        signatures=signatures,
        site=Site(settings.public_url, club.name),
        chain_id=club.asset.chain_id,
    )


def _finish_link(parts: Parts, bind: BindWallet, signatures: WalletSignatures) -> FinishLink:
    return FinishLink(
        store=bind.refresh.store,
        clock=parts.clock,
        random=SystemRandomness(),
        signatures=signatures,
        bind=bind,
        refresh=bind.refresh,
    )


def _send_drop(club: Club, store: SqlStore, parts: Parts) -> SendDrop:
    return SendDrop(
        store=store,
        clock=parts.clock,
        random=SystemRandomness(),
        gate=club.gates[0].id,
        platforms=parts.reach("drops"),
        wake=parts.jobs.wake,
    )


def _polls(club: Club, parts: Parts, holders: LedgerHolders) -> PollServices:
    clock, wake, key, platforms = parts.clock, parts.jobs.wake, parts.key, parts.reach("votes")
    records = FolderRecords(parts.data / "records")
    store = SqlPollStore(
        session_factory=parts.database.sessions,
        outbox_of=lambda session: SqlOutbox(Conversation(session=session), clock),
        people_of=lambda session: SqlPeople(Conversation(session=session), clock),
    )
    return PollServices(
        records=records,
        announce=AnnouncePoll(
            store=store,
            holders=holders,
            signing=key,
            clock=clock,
            wake=wake,
            frame=Frame(RecordedClub(club.name, key.address), key.address, club.asset),
            platforms=platforms,
        ),
        open=OpenPoll(store=store, holders=holders, clock=clock, wake=wake, platforms=platforms),
        cast=CastBallot(store=store, signing=key, clock=clock),
        close=ClosePoll(
            store=store,
            holders=holders,
            records=records,
            signing=key,
            clock=clock,
            wake=wake,
            software=SOFTWARE,
            platforms=platforms,
        ),
        cancel=CancelPoll(store=store, signing=key, clock=clock, wake=wake, platforms=platforms),
        show=ShowPoll(store=store, clock=clock),
        weight_of=WeightOf(store=store, holders=holders),
        current=CurrentPolls(store=store),
        due=DuePolls(store=store, clock=clock),
        alarm=TellModerators(store=store, wake=wake, platforms=parts.reach("ops")),
    )


def _facts(settings: Settings, club: Club, parts: Parts) -> ClubFacts:
    return ClubFacts(
        name=club.name,
        album=club.asset.name,
        address=settings.public_url,
        accent=club.accent,
        chain_name=club.chain_name,
        gates=parts.gates,
        without_vote=club.without_vote,
        artists=club.artists,
        moderators=club.moderators,
    )
