"""The built use cases, and the few facts about the club that words and pages need."""

from collections.abc import Sequence
from dataclasses import dataclass

from gating.access.adopting import AdoptHolders, RemindMembers, SurveyDoors
from gating.access.changing import ApplyRule, ProposeRule
from gating.access.chats import FollowChat, SeePowers
from gating.access.closing import CloseDue, DecideBrake
from gating.access.deliver import DeliverOutbox, RetryStopped, SettleUnsure
from gating.access.elsewhere import AskElsewhere, SeeElsewhere
from gating.access.everyone import LookWhenDue, RefreshEveryone
from gating.access.gate_book import GateBook
from gating.access.inviting import FindWayBack, RetireLinks
from gating.access.kept_rules import TakeUpRules
from gating.access.knocks import AccountCame, AccountLeft, AnswerKnock
from gating.access.refresh import RefreshAccess
from gating.access.rivals import GiveBack, SeeRoles
from gating.access.trials import Trials
from gating.drops.listen import Heard, OpenPlayer, ReadTrack, StartListening
from gating.drops.publish import DiscardDraft, PrepareDrop, ReviseDraft, SendDrop
from gating.holdings.follow import FollowChain
from gating.identity.forgetting import ForgetMe
from gating.identity.guests import EnterGuestCode, MakeGuestCode, StopGuestCode, TakeOffGuest
from gating.identity.joining import GiveCode, JoinByCode
from gating.identity.letting_go import LetGo
from gating.identity.linking import AskSignature, FinishLink, ShowLink, StartLink
from gating.identity.personal import ShowMine
from gating.identity.proving import (
    EnterProofCode,
    FinishProof,
    StartProof,
    StopLink,
    WatchLink,
)
from gating.identity.reproving import ReproveWallets
from gating.identity.unlinking import LabelWallet, UnlinkWallet
from gating.identity.wallet_page import (
    AskToVisit,
    EnterVisit,
    LeaveVisit,
    ShowVisit,
    UnlinkOnVisit,
)
from gating.model import Account, Address, Gate
from gating.ports import Clock, Store
from gating.ports.audit import AuditTrail
from gating.ports.signing import AccountSignIn
from governance.alarm import TellModerators
from governance.polls import AnnouncePoll, CancelPoll, ClosePoll, OpenPoll
from governance.ports import Records
from governance.views import CurrentPolls, DuePolls, ShowPoll, WeightOf
from governance.voting import CastBallot


@dataclass(frozen=True, kw_only=True)
class ClubFacts:
    """What people are told about the club. `address` is the public address of the web service."""

    name: str
    album: str
    address: str
    accent: str
    chain_name: str
    gates: Sequence[Gate]
    without_vote: tuple[Address, ...]
    artists: frozenset[Account]
    moderators: frozenset[Account]

    @property
    def domain(self) -> str:
        return self.address.partition("://")[2]


@dataclass(frozen=True, kw_only=True)
class PollServices:
    """The use cases of polls, and where their records are kept."""

    records: Records
    announce: AnnouncePoll
    open: OpenPoll
    cast: CastBallot
    close: ClosePoll
    cancel: CancelPoll
    show: ShowPoll
    weight_of: WeightOf
    current: CurrentPolls
    due: DuePolls
    alarm: TellModerators


@dataclass(frozen=True, kw_only=True)
class DiscordProof:
    """To Discord and back: the address, the way there, the way back."""

    sign_in: AccountSignIn
    start: StartProof
    finish: FinishProof


@dataclass(frozen=True, kw_only=True)
class ProofServices:
    """How a browser shows whose it is. `discord` is None where it is not set up."""

    discord: DiscordProof | None
    watch: WatchLink
    stop: StopLink
    let_go: LetGo
    enter_code: EnterProofCode


@dataclass(frozen=True, kw_only=True)
class VisitServices:
    """The page on which a wallet signs in by itself."""

    ask: AskToVisit
    enter: EnterVisit
    show: ShowVisit
    unlink: UnlinkOnVisit
    leave: LeaveVisit


@dataclass(frozen=True, kw_only=True)
class BackstageServices:
    """What moderators watch over: the brake, other hands on roles, old members, the trail."""

    close_due: CloseDue
    brake: DecideBrake
    see_roles: SeeRoles
    give_back: GiveBack
    survey: SurveyDoors
    adopt: AdoptHolders
    remind: RemindMembers
    audit_trail: AuditTrail


@dataclass(frozen=True, kw_only=True)
class RuleServices:
    """How moderators change the rules of gates. `gates` are the gates as they stand."""

    gates: GateBook
    trials: Trials
    propose: ProposeRule
    apply: ApplyRule
    take_up: TakeUpRules


@dataclass(frozen=True, kw_only=True)
class GuestServices:
    """Guest lists: codes are made and entered, people taken off."""

    make: MakeGuestCode
    enter: EnterGuestCode
    take_off: TakeOffGuest
    stop: StopGuestCode


@dataclass(frozen=True, kw_only=True)
class ElsewhereServices:
    """Roles and chats that the platforms manage themselves: told by them, and asked for."""

    see: SeeElsewhere
    ask: AskElsewhere


@dataclass(frozen=True, kw_only=True)
class WayServices:
    """The chats that gates open: links into them, where they are, what the bot may do there."""

    find: FindWayBack
    retire: RetireLinks
    follow: FollowChat
    see_powers: SeePowers


@dataclass(frozen=True, kw_only=True)
class PersonalServices:
    """What the club keeps about a person: shown, and forgotten."""

    show: ShowMine
    forget: ForgetMe


@dataclass(frozen=True, kw_only=True)
class Services:
    """Every use case, built once in `bot/wiring`."""

    club: ClubFacts
    clock: Clock
    store: Store
    start_link: StartLink
    show_link: ShowLink
    ask_signature: AskSignature
    finish_link: FinishLink
    proofs: ProofServices
    give_code: GiveCode
    join_by_code: JoinByCode
    label_wallet: LabelWallet
    unlink_wallet: UnlinkWallet
    visits: VisitServices
    refresh: RefreshAccess
    rules: RuleServices
    refresh_everyone: RefreshEveryone
    look_when_due: LookWhenDue
    reprove: ReproveWallets
    answer_knock: AnswerKnock
    account_came: AccountCame
    account_left: AccountLeft
    deliver: DeliverOutbox
    retry: RetryStopped
    settle_unsure: SettleUnsure
    chains: tuple[FollowChain, ...]
    prepare_drop: PrepareDrop
    revise_draft: ReviseDraft
    discard_draft: DiscardDraft
    send_drop: SendDrop
    start_listening: StartListening
    open_player: OpenPlayer
    heard: Heard
    read_track: ReadTrack
    polls: PollServices
    personal: PersonalServices
    guests: GuestServices
    elsewhere: ElsewhereServices
    backstage: BackstageServices
    ways: WayServices
