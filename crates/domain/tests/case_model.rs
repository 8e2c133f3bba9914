//! Random walks through the life of a case (bar R7): no illegal state, no visit without live consent,
//! replay gives the same state, a refusal changes nothing, and every state and action is reached.

use domain::{
    Actor, BranchId, CaseId, CustomerId, FileId, Money, Personal, Role, StaffId, Timestamp,
    case::*,
    clock::{ApproverRank, PauseReason},
};
use std::collections::BTreeSet;

/// SplitMix64: a fixed, tiny generator, so that a failing seed can be replayed anywhere.
struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }
}

/// Commands tried in one history.
const STEPS: usize = 120;
const HOUR: i64 = Timestamp::HOUR;

fn text(rng: &mut Rng) -> Personal {
    Personal::new(if rng.chance(95) {
        "因为系统重复扣费"
    } else {
        " "
    })
}

fn terms(rng: &mut Rng, now: Timestamp) -> Terms {
    let items = (0..if rng.chance(90) { 1 + rng.below(2) } else { 0 })
        .map(|_| RemedyItem {
            kind: rng.pick(&[RemedyKind::Refund, RemedyKind::Explain, RemedyKind::Apologise]),
            detail: "退还手续费".into(),
            amount: rng.chance(70).then(|| Money::cny(rng.below(30_000) as i64 - 300)),
            due: now.plus(48 * HOUR),
        })
        .collect();
    Terms { items }
}

fn crew(rng: &mut Rng) -> Vec<CrewMember> {
    let mut crew = Vec::new();
    let first = rng.below(6);
    for i in 0..1 + rng.below(3) {
        crew.push(CrewMember {
            staff: StaffId(format!("s{}", if rng.chance(95) { first + i } else { first })),
            role: rng.pick(&[
                Role::RelationshipManager,
                Role::LegalCounsel,
                Role::ServiceSpecialist,
            ]),
        });
    }
    if rng.chance(3) {
        crew.push(CrewMember {
            staff: "s9".into(),
            role: Role::Auditor,
        });
    }
    crew
}

fn window(rng: &mut Rng, now: Timestamp) -> Window {
    let from = now.plus((rng.below(80) as i64 - 2) * HOUR);
    let hours = if rng.chance(97) {
        1 + rng.below(8) as i64
    } else {
        0
    };
    Window {
        from,
        to: from.plus(hours * HOUR),
    }
}

fn channel(rng: &mut Rng) -> Channel {
    rng.pick(&Channel::ALL)
}

fn no(rng: &mut Rng) -> u16 {
    1 + rng.below(2) as u16
}

fn command(rng: &mut Rng, action: Action, case: &Case, now: Timestamp) -> Command {
    let judged = (
        rng.pick(&[Truth::True, Truth::PartlyTrue, Truth::NotTrue, Truth::Unproven]),
        rng.pick(&[Reasonableness::Reasonable, Reasonableness::Unreasonable]),
    );
    let new = NewAllegation {
        cause: "C.price".into(),
        text: text(rng),
        asks: text(rng),
        claimed: Some(Money::cny(12_000)),
    };
    let by = "phone".to_owned();
    let scope = rng.pick(&[
        ConsentScope::Visiting,
        ConsentScope::Visiting,
        ConsentScope::Entering,
        ConsentScope::Recording,
    ]);
    let last_proposal = case.negotiation.proposals.len().max(1) as u16;
    let proposal = if rng.chance(80) { last_proposal } else { no(rng) };
    let other = CaseId::from_bits(rng.below(3) as u64);
    match action {
        Action::Receive => Command::Receive(Box::new(Intake {
            case: CaseId::from_bits(1),
            customer: CustomerId(7),
            source: "desk".into(),
            source_id: "1".into(),
            channel: "branch".into(),
            line: "card".into(),
            product: "信用卡".into(),
            title: "年费争议".into(),
            narrative: text(rng),
            complainant: Complainant::default(),
            branch: BranchId::from("b1"),
            amount: None,
            received_at: now.plus(if rng.chance(90) { -HOUR } else { HOUR }),
            allegations: vec![new; if rng.chance(80) { 1 } else { rng.below(3) }],
            forwarded_at: rng.chance(20).then_some(now),
        })),
        Action::Acknowledge => Command::Acknowledge { channel: by },
        Action::Assign => Command::Assign {
            handler: StaffId(format!("s{}", rng.below(5))),
        },
        Action::AddAllegation => Command::AddAllegation(new),
        Action::StartReview => Command::StartReview,
        Action::Assess => Command::Assess {
            allegation: AllegationNo(no(rng)),
            truth: judged.0,
            reasonableness: judged.1,
            reasons: text(rng),
        },
        Action::Accept => Command::Accept,
        Action::Decline => Command::Decline {
            reason: rng.pick(&[DeclineReason::NothingNew, DeclineReason::NotAComplaint]),
            explanation: text(rng),
        },
        Action::DecideScreening => Command::DecideScreening(ScreeningDecision {
            selected: rng.chance(75),
            points: 5,
            policy: "screening/1".into(),
            reasons: vec!["强烈不满".into()],
            departure: None,
            held_out: rng.chance(10),
        }),
        Action::ObjectToScreening => Command::ObjectToScreening { reason: text(rng) },
        Action::OfferVisit => Command::OfferVisit { channel: by },
        Action::GiveConsent => Command::GiveConsent {
            scope,
            channel: by,
            windows: (0..if rng.chance(90) { 1 + rng.below(3) } else { 0 })
                .map(|_| window(rng, now))
                .collect(),
            place: rng.chance(85).then(|| Place {
                kind: PlaceKind::Home,
                address: "某路一号".into(),
                point: "30.0,114.0".into(),
            }),
        },
        Action::RefuseVisit => Command::RefuseVisit {
            reason: None,
            next_channel: channel(rng),
        },
        Action::WithdrawConsent => Command::WithdrawConsent {
            scope,
            next_channel: channel(rng),
        },
        Action::InvalidateConsent => Command::InvalidateConsent {
            scope,
            reason: "无授权".into(),
        },
        Action::ScheduleVisit => {
            let offered = case
                .live_consent(ConsentScope::Visiting)
                .map(|c| c.record().windows.clone());
            let window = match offered.as_deref() {
                Some([w, ..]) if rng.chance(85) => *w,
                _ => window(rng, now),
            };
            Command::ScheduleVisit {
                window,
                crew: crew(rng),
            }
        }
        Action::SendNotice => Command::SendNotice { channel: by },
        Action::CancelVisit => Command::CancelVisit {
            reason: "改期".into(),
        },
        Action::ReportVisit => Command::ReportVisit(Box::new(VisitReport {
            outcome: rng.pick(&[
                VisitOutcome::Held,
                VisitOutcome::Held,
                VisitOutcome::Absent,
                VisitOutcome::RefusedAtTheDoor,
                VisitOutcome::Unsafe,
                VisitOutcome::CutShort,
            ]),
            started_at: now.plus(-HOUR),
            ended_at: if rng.chance(95) { now } else { now.plus(-2 * HOUR) },
            device_started_at: now.plus(-HOUR),
            device_skew: 0,
            crew: match &case.facts.appointment {
                Some(a) if rng.chance(90) => a.crew().to_vec(),
                _ => crew(rng),
            },
            entered: rng.chance(30),
            recorded: rng.chance(20),
            own_words: text(rng),
            suggestions: vec![],
            record_confirmed: true,
            next_channel: rng.chance(80).then(|| channel(rng)),
        })),
        Action::OpenChannel => Command::OpenChannel {
            channel: channel(rng),
            reason: "客户要求".into(),
        },
        Action::RecordFinding => Command::RecordFinding {
            allegation: AllegationNo(no(rng)),
            truth: judged.0,
            reasonableness: judged.1,
            basis: text(rng),
            evidence: vec!["doc-1".into(); rng.below(2)],
        },
        Action::ProposeRemedy => Command::ProposeRemedy(terms(rng, now)),
        Action::VoteOnRemedy => Command::VoteOnRemedy {
            proposal,
            approve: rng.chance(85),
        },
        Action::MakeOffer => Command::MakeOffer { proposal },
        Action::RecordCounterOffer => Command::RecordCounterOffer(terms(rng, now)),
        Action::EndNegotiation => Command::EndNegotiation { reason: text(rng) },
        Action::SignAgreement => Command::SignAgreement {
            document_hash: if rng.chance(95) {
                "a1".repeat(32)
            } else {
                "nope".into()
            },
            signature: "on_paper".into(),
        },
        Action::NotifyDecision => Command::NotifyDecision { channel: by },
        Action::AddTask => Command::AddTask(RemedyItem {
            kind: RemedyKind::Repair,
            detail: "换机具".into(),
            amount: None,
            due: now,
        }),
        Action::CompleteTask => Command::CompleteTask {
            task: TaskNo(no(rng)),
            proof: "凭证1".into(),
        },
        Action::VerifyTask => Command::VerifyTask {
            task: TaskNo(no(rng)),
        },
        Action::RequestReview => Command::RequestReview { grounds: text(rng) },
        Action::DecideReview => Command::DecideReview {
            outcome: rng.pick(&[ReviewOutcome::Upheld, ReviewOutcome::Changed]),
            reasons: text(rng),
        },
        Action::StartMediation => Command::StartMediation {
            body: "金融纠纷调解中心".into(),
        },
        Action::EndMediation => Command::EndMediation {
            settled: rng.chance(50),
        },
        Action::HandOverToLitigation => Command::HandOverToLitigation {
            reason: "客户起诉".into(),
        },
        Action::WithdrawComplaint => Command::WithdrawComplaint { reason: None },
        Action::Close => Command::Close(rng.pick(&[
            CloseReason::Settled,
            CloseReason::NotUpheld,
            CloseReason::NotAgreed,
            CloseReason::Declined,
            CloseReason::Withdrawn,
            CloseReason::Litigation,
            CloseReason::Duplicate,
        ])),
        Action::Reopen => Command::Reopen {
            reason: "新证据".into(),
        },
        Action::ReceiveNewFacts => Command::ReceiveNewFacts { text: text(rng) },
        Action::ExtendClock => Command::ExtendClock {
            clock: "cn.nfra.decide".into(),
            step: 1 + rng.below(2) as u8,
            rank: ApproverRank::TeamLeader,
            reason: "复杂".into(),
        },
        Action::NotifyExtension => Command::NotifyExtension { channel: by },
        Action::PauseClock => Command::PauseClock {
            reason: rng.pick(&[PauseReason::Appraisal, PauseReason::Mediation]),
        },
        Action::ResumeClock => Command::ResumeClock {
            reason: rng.pick(&[PauseReason::Appraisal, PauseReason::Mediation]),
        },
        Action::NoteSimilar => Command::NoteSimilar(vec![
            Similar {
                other,
                score: 810,
                suggestion: Some(LinkKind::Duplicate)
            };
            rng.below(3)
        ]),
        Action::DismissSimilar => Command::DismissSimilar { other },
        Action::LinkCase => Command::LinkCase {
            other,
            kind: rng.pick(&[LinkKind::Duplicate, LinkKind::Related]),
        },
        Action::UnlinkCase => Command::UnlinkCase { other },
        Action::RecordContact => Command::RecordContact(Contact {
            channel: by,
            reached: true,
            note: text(rng),
        }),
        Action::RecordSurvey => Command::RecordSurvey {
            moment: SurveyMoment::After,
            satisfaction: rng.below(7) as u8,
            trust: 3,
        },
        Action::RecordIncident => Command::RecordIncident {
            kind: "dog".into(),
            guidance: "离开".into(),
        },
        Action::AttachFile => {
            let n = rng.below(40) as u64;
            Command::AttachFile(Box::new(NewFile {
                id: FileId(u128::from(n)),
                address: if rng.chance(95) {
                    format!("{n:064x}")
                } else {
                    "AB".into()
                },
                name: if rng.chance(95) {
                    "账单.pdf".into()
                } else {
                    " ".into()
                },
                media: "application/pdf".into(),
                bytes: if rng.chance(95) {
                    1 + n * 100_000
                } else {
                    rng.pick(&[0, 30 << 20])
                },
                sha256: Personal::new(format!("{:064x}", n / 2)),
                kind: rng.pick(&[FileKind::Material, FileKind::Signed]),
                note: rng.chance(50).then(|| text(rng)),
            }))
        }
        Action::WithdrawFile => Command::WithdrawFile {
            file: match case.facts.files.as_slice() {
                [a, ..] if rng.chance(80) => a.file.id,
                _ => FileId(u128::from(rng.below(40) as u64)),
            },
            reason: text(rng),
        },
    }
}

/// Actions that move a case forward are drawn more often than notes and ends, so that walks go deep.
fn choose_action(rng: &mut Rng, state: State) -> Action {
    const ENDS: &[Action] = &[
        Action::WithdrawComplaint,
        Action::Decline,
        Action::Close,
        Action::OpenChannel,
        Action::CancelVisit,
        Action::ObjectToScreening,
        Action::RefuseVisit,
        Action::WithdrawConsent,
        Action::InvalidateConsent,
        Action::EndNegotiation,
        Action::RequestReview,
        Action::StartMediation,
        Action::HandOverToLitigation,
    ];
    const NOTES: &[Action] = &[
        Action::Assign,
        Action::LinkCase,
        Action::UnlinkCase,
        Action::NoteSimilar,
        Action::DismissSimilar,
        Action::RecordContact,
        Action::RecordSurvey,
        Action::RecordIncident,
        Action::ReceiveNewFacts,
        Action::ExtendClock,
        Action::PauseClock,
        Action::ResumeClock,
        Action::NotifyExtension,
        Action::AddAllegation,
        Action::AttachFile,
        Action::WithdrawFile,
    ];
    if rng.chance(4) {
        return rng.pick(Action::ALL);
    }
    let weights: Vec<(Action, usize)> = Action::ALL
        .iter()
        .filter(|a| {
            ALLOWED
                .iter()
                .any(|r| r.action == **a && r.states.contains(&state))
        })
        .map(|&a| {
            (
                a,
                if NOTES.contains(&a) || ENDS.contains(&a) {
                    1
                } else {
                    12
                },
            )
        })
        .collect();
    let total: usize = weights.iter().map(|(_, w)| w).sum();
    let mut left = rng.below(total.max(1));
    for (action, weight) in weights {
        if left < weight {
            return action;
        }
        left -= weight;
    }
    Action::Receive
}

fn choose_actor(rng: &mut Rng, action: Action, state: State) -> Actor {
    let fitting: Vec<Role> = Role::ALL
        .into_iter()
        .filter(|&r| check(action, state, r).is_ok())
        .collect();
    let role = if fitting.is_empty() || rng.chance(5) {
        rng.pick(&Role::ALL)
    } else {
        rng.pick(&fitting)
    };
    let id = if role == Role::System {
        "system".to_owned()
    } else {
        format!("s{}", rng.below(9))
    };
    Actor::new(&id, role)
}

/// A scheduling or reporting event must have found a live consent in the state before it.
fn assert_consent(before: &Case, events: &[Event], seed: u64) {
    for event in events {
        let Event::Fact(fact) = event else { continue };
        if let FactEvent::VisitScheduled(_) | FactEvent::VisitReported(_) = **fact {
            assert!(
                before.live_consent(ConsentScope::Visiting).is_some(),
                "seed {seed}: {fact:?} without live consent"
            );
        }
    }
}

#[test]
fn ten_thousand_random_histories_stay_legal_and_replay() {
    let mut states = BTreeSet::new();
    let mut actions = std::collections::BTreeMap::<Action, u64>::new();
    let (mut refused, mut accepted) = (0u64, 0u64);
    for seed in 0..10_000u64 {
        let mut rng = Rng(seed);
        let mut case = Case::default();
        let mut history: Vec<(Event, Stamp)> = Vec::new();
        let mut now = Timestamp(1_780_000_000_000_000);
        for _ in 0..STEPS {
            now = now.plus(rng.below(4) as i64 * HOUR + 1);
            let action = choose_action(&mut rng, case.state());
            let actor = choose_actor(&mut rng, action, case.state());
            let command = command(&mut rng, action, &case, now);
            let stamp = Stamp { at: now, actor };
            let context = Context {
                stamp: stamp.clone(),
                authority: 50_000,
                files: FileLimits::default(),
            };
            let before = case.clone();
            match decide(&case, &command, &context) {
                Err(refusal) => {
                    refused += 1;
                    assert_eq!(case, before, "seed {seed}: a refusal had a side effect");
                    assert!(!refusal.to_string().is_empty());
                }
                Ok(events) => {
                    accepted += 1;
                    assert!(
                        !events.is_empty(),
                        "seed {seed}: {command:?} accepted without event"
                    );
                    assert_consent(&before, &events, seed);
                    for event in events {
                        case.apply(&event, &stamp);
                        history.push((event, stamp.clone()));
                    }
                    *actions.entry(action).or_default() += 1;
                    states.insert(case.state());
                    let illegal = case.illegal();
                    assert!(illegal.is_empty(), "seed {seed}: after {command:?}: {illegal:?}");
                }
            }
        }
        let mut replayed = Case::default();
        for (event, stamp) in &history {
            let stored = match event {
                Event::Fact(f) => {
                    let json = serde_json::to_string(f).expect("serialises");
                    Event::Fact(serde_json::from_str(&json).expect("reads back"))
                }
                Event::Negotiation(n) => {
                    let json = serde_json::to_string(n).expect("serialises");
                    Event::Negotiation(serde_json::from_str(&json).expect("reads back"))
                }
            };
            replayed.apply(&stored, stamp);
        }
        assert_eq!(replayed, case, "seed {seed}: replay differs");
    }
    println!("accepted commands by action: {actions:?}");
    let unreached: Vec<_> = State::ALL
        .iter()
        .filter(|s| **s != State::New && !states.contains(s))
        .collect();
    assert!(unreached.is_empty(), "states never reached: {unreached:?}");
    let untried: Vec<_> = Action::ALL.iter().filter(|a| !actions.contains_key(a)).collect();
    assert!(untried.is_empty(), "actions that never succeeded: {untried:?}");
    println!("10,000 histories: {accepted} commands accepted, {refused} refused");
}

/// Bar R7, exhaustively: every state × action × role cell that the table does not allow is refused.
#[test]
fn every_cell_outside_the_table_is_refused() {
    let mut witnesses: std::collections::BTreeMap<State, Case> = [(State::New, Case::default())].into();
    for seed in 0..4_000u64 {
        let mut rng = Rng(seed);
        let mut case = Case::default();
        let mut now = Timestamp(1_780_000_000_000_000);
        for _ in 0..STEPS {
            now = now.plus(rng.below(4) as i64 * HOUR + 1);
            let action = choose_action(&mut rng, case.state());
            let actor = choose_actor(&mut rng, action, case.state());
            let command = command(&mut rng, action, &case, now);
            let stamp = Stamp { at: now, actor };
            if let Ok(events) = decide(
                &case,
                &command,
                &Context {
                    stamp: stamp.clone(),
                    authority: 50_000,
                    files: FileLimits::default(),
                },
            ) {
                events.iter().for_each(|e| case.apply(e, &stamp));
                witnesses.entry(case.state()).or_insert_with(|| case.clone());
            }
        }
    }
    assert_eq!(witnesses.len(), State::ALL.len(), "a witness of every state");
    let mut cells = 0;
    for (state, case) in &witnesses {
        for &action in Action::ALL {
            for role in Role::ALL {
                let now = Timestamp(1_790_000_000_000_000);
                let command = command(&mut Rng(1), action, case, now);
                let stamp = Stamp {
                    at: now,
                    actor: Actor::new("nobody-yet", role),
                };
                let decided = decide(
                    case,
                    &command,
                    &Context {
                        stamp,
                        authority: 0,
                        files: FileLimits::default(),
                    },
                );
                match check(action, *state, role) {
                    Err(refusal) => assert_eq!(decided, Err(refusal), "{state:?} {action:?} {role:?}"),
                    Ok(()) => assert!(!matches!(
                        decided,
                        Err(Refusal::NotInThisState { .. } | Refusal::NotInThisRole { .. })
                    )),
                }
                cells += 1;
            }
        }
    }
    println!("{cells} cells of state × action × role checked");
}

#[test]
fn the_printed_table_is_the_reviewed_one() {
    insta::assert_snapshot!("allowed_actions", table_text());
}
