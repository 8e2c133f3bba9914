//! A desk for tests: an office over a temporary store, and people who give commands.

use app::{Authority, Done, Office, OfficeError, Order, Setup};
use domain::{
    Actor, BranchId, CaseId, CustomerId, Money, Personal, Role, Timestamp,
    case::{
        AllegationNo, Command, Complainant, ConsentScope, CrewMember, FileLimits, Intake, NewAllegation,
        Place, PlaceKind, Reasonableness, RemedyItem, RemedyKind, ScreeningDecision, State, Terms, Truth,
        VisitOutcome, VisitReport, Window,
    },
};
use store::{Clock, Options, Store};
use tempfile::TempDir;

pub(crate) const HOUR: i64 = Timestamp::HOUR;
pub(crate) const DAY: i64 = Timestamp::DAY;
/// 2026-03-02 11:00 in Shanghai, a Monday.
pub(crate) const START: Timestamp = Timestamp(1_772_420_400_000_000);

pub(crate) struct Desk {
    pub(crate) office: Office,
    pub(crate) now: Timestamp,
    pub(crate) dir: TempDir,
}

pub(crate) fn who(id: &str, role: Role) -> Actor {
    Actor::new(id, role)
}

pub(crate) fn handler() -> Actor {
    who("handler-01", Role::Handler)
}

pub(crate) fn supervisor() -> Actor {
    who("supervisor-01", Role::Supervisor)
}

pub(crate) fn manager() -> Actor {
    who("manager-01", Role::RelationshipManager)
}

impl Desk {
    pub(crate) fn new() -> Desk {
        Desk::with_files(FileLimits::default())
    }

    pub(crate) fn with_files(files: FileLimits) -> Desk {
        let clock = || Clock::new(|| START.plus(100 * DAY));
        let dir = TempDir::new().expect("a temporary folder");
        let store = Store::open(Options {
            ballast_bytes: 0,
            clock: clock(),
            ..Options::sqlite(dir.path())
        })
        .expect("opens");
        let office = Office::open(Setup {
            authority: Authority::builtin(),
            files,
            clock: clock(),
            ..Setup::shipped(store)
        });
        Desk {
            office: office.expect("opens"),
            now: START,
            dir,
        }
    }

    /// Gives a command an hour after the last one.
    pub(crate) fn try_give(
        &mut self,
        actor: Actor,
        case: CaseId,
        command: Command,
    ) -> Result<Done, OfficeError> {
        self.now = self.now.plus(HOUR);
        self.office.execute(&Order::new(case, actor, self.now, command))
    }

    pub(crate) fn give(&mut self, actor: Actor, case: CaseId, command: Command) -> State {
        let name = format!("{:?}", command.action());
        match self.try_give(actor, case, command) {
            Ok(done) => {
                assert!(
                    done.case.illegal().is_empty(),
                    "{name}: {:?}",
                    done.case.illegal()
                );
                done.case.state()
            }
            Err(e) => panic!("{name} must be possible: {e}"),
        }
    }

    pub(crate) fn refused(&mut self, actor: Actor, case: CaseId, command: Command) -> String {
        let before = self.office.store().case_row(case).expect("reads");
        let e = self
            .try_give(actor, case, command)
            .expect_err("must be refused")
            .to_string();
        assert_eq!(
            self.office.store().case_row(case).expect("reads"),
            before,
            "a refusal changed the view"
        );
        e
    }

    pub(crate) fn received(&mut self, n: u64) -> CaseId {
        let case = CaseId::from_bits(n << 40 | n);
        self.give(
            handler(),
            case,
            Command::Receive(Box::new(complaint(case, n, self.now))),
        );
        case
    }

    pub(crate) fn accepted(&mut self, n: u64) -> CaseId {
        let case = self.received(n);
        self.give(
            handler(),
            case,
            Command::Assign {
                handler: handler().id,
            },
        );
        self.give(
            handler(),
            case,
            Command::Acknowledge {
                channel: "sms".into(),
            },
        );
        self.give(handler(), case, Command::StartReview);
        self.give(handler(), case, assess(Truth::Unproven));
        self.give(handler(), case, Command::Accept);
        case
    }

    pub(crate) fn offered(&mut self, n: u64) -> CaseId {
        let case = self.accepted(n);
        self.give(supervisor(), case, Command::DecideScreening(selected()));
        self.give(
            manager(),
            case,
            Command::OfferVisit {
                channel: "phone".into(),
            },
        );
        case
    }

    /// A case with a consent for a window four days ahead; returns the window too.
    pub(crate) fn consented(&mut self, n: u64) -> (CaseId, Window) {
        let case = self.offered(n);
        let window = Window {
            from: self.now.plus(4 * DAY),
            to: self.now.plus(4 * DAY + 6 * HOUR),
        };
        self.give(manager(), case, consent(ConsentScope::Visiting, vec![window]));
        (case, window)
    }

    pub(crate) fn visited(&mut self, n: u64) -> CaseId {
        let (case, window) = self.consented(n);
        let visit = Window {
            from: window.from.plus(HOUR),
            to: window.from.plus(2 * HOUR),
        };
        self.give(
            manager(),
            case,
            Command::ScheduleVisit {
                window: visit,
                crew: crew(),
            },
        );
        self.give(
            manager(),
            case,
            Command::SendNotice {
                channel: "letter".into(),
            },
        );
        self.now = visit.to;
        self.give(
            manager(),
            case,
            Command::ReportVisit(Box::new(report(visit, VisitOutcome::Held))),
        );
        case
    }

    pub(crate) fn verified(&mut self, n: u64) -> CaseId {
        let case = self.visited(n);
        self.give(handler(), case, finding(Truth::True));
        case
    }

    /// A case with a signed agreement over CNY 120.
    pub(crate) fn agreed(&mut self, n: u64) -> CaseId {
        let case = self.verified(n);
        self.give(handler(), case, Command::ProposeRemedy(refund(12_000, self.now)));
        self.give(
            supervisor(),
            case,
            Command::VoteOnRemedy {
                proposal: 1,
                approve: true,
            },
        );
        self.give(handler(), case, Command::MakeOffer { proposal: 1 });
        self.give(
            handler(),
            case,
            Command::SignAgreement {
                document_hash: "ab".repeat(32),
                signature: "on_paper".into(),
            },
        );
        case
    }

    pub(crate) fn state(&self, case: CaseId) -> State {
        let dossier = self.office.open_case(case, &handler(), "test").expect("reads");
        dossier.case.state()
    }
}

pub(crate) fn complaint(case: CaseId, n: u64, at: Timestamp) -> Intake {
    Intake {
        case,
        customer: CustomerId(1000 + u128::from(n)),
        source: "test".into(),
        source_id: n.to_string(),
        channel: "branch".into(),
        line: "card".into(),
        product: "信用卡".into(),
        title: "年费争议".into(),
        narrative: "办卡时说免年费，账单却扣了年费，要求退还。".into(),
        complainant: Complainant {
            name: "赵某某".into(),
            phone: Personal::new(format!("1000000{n:04}")),
            language: "zh-CN".into(),
            ..Complainant::default()
        },
        branch: BranchId::from("LC01"),
        amount: Some(Money::cny(12_000)),
        received_at: at,
        allegations: vec![NewAllegation {
            cause: "C.price".into(),
            text: "扣了年费".into(),
            asks: "退还年费".into(),
            claimed: Some(Money::cny(12_000)),
        }],
        forwarded_at: None,
    }
}

pub(crate) fn assess(truth: Truth) -> Command {
    Command::Assess {
        allegation: AllegationNo(1),
        truth,
        reasonableness: Reasonableness::Reasonable,
        reasons: "账单显示已扣年费，办卡资料待核实".into(),
    }
}

pub(crate) fn selected() -> ScreeningDecision {
    ScreeningDecision {
        selected: true,
        points: 6,
        policy: "test/1".into(),
        reasons: vec!["客户强烈不满".into()],
        departure: None,
        held_out: false,
    }
}

pub(crate) fn consent(scope: ConsentScope, windows: Vec<Window>) -> Command {
    let place = (scope == ConsentScope::Visiting).then(|| Place {
        kind: PlaceKind::Home,
        address: "听澜路1号".into(),
        point: "29.30,124.10".into(),
    });
    Command::GiveConsent {
        scope,
        channel: "phone".into(),
        windows,
        place,
    }
}

pub(crate) fn crew() -> Vec<CrewMember> {
    vec![
        CrewMember {
            staff: "manager-01".into(),
            role: Role::RelationshipManager,
        },
        CrewMember {
            staff: "counsel-01".into(),
            role: Role::LegalCounsel,
        },
    ]
}

pub(crate) fn report(window: Window, outcome: VisitOutcome) -> VisitReport {
    VisitReport {
        outcome,
        started_at: window.from,
        ended_at: window.to,
        device_started_at: window.from.plus(2_000_000),
        device_skew: 2_000_000,
        crew: crew(),
        entered: false,
        recorded: false,
        own_words: "我只想把年费退回来。".into(),
        suggestions: vec!["办卡时把免年费条件写清楚".into()],
        record_confirmed: true,
        next_channel: Some(domain::case::Channel::Phone),
    }
}

pub(crate) fn finding(truth: Truth) -> Command {
    Command::RecordFinding {
        allegation: AllegationNo(1),
        truth,
        reasonableness: Reasonableness::Reasonable,
        basis: "办卡录音中客户经理承诺首年免年费".into(),
        evidence: vec!["录音-1".into()],
    }
}

pub(crate) fn refund(fen: i64, at: Timestamp) -> Terms {
    Terms {
        items: vec![RemedyItem {
            kind: RemedyKind::Refund,
            detail: "退还年费".into(),
            amount: Some(Money::cny(fen)),
            due: at.plus(7 * DAY),
        }],
    }
}
