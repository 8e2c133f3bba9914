//! What people do at each step of a case, by its script.

use super::{Stage, agenda::Step, plot::Plot};
use crate::error::OfficeError;
use domain::{
    Actor, Money, Personal, Role, Timestamp,
    case::{
        AllegationNo, Channel, CloseReason, Command, ConsentScope, Contact, LinkKind, Place, PlaceKind,
        Reasonableness, RemedyItem, RemedyKind, ReviewOutcome, State, SurveyMoment, TaskNo, Terms, Truth,
        VisitOutcome, VisitReport, Window,
    },
};
use sample::{CopyKind, Finding, Onward, VisitAnswer};

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = Timestamp::HOUR;

type Next = Vec<(Timestamp, Step)>;

fn truth(f: Finding) -> Truth {
    match f {
        Finding::Yes => Truth::True,
        Finding::Partly => Truth::PartlyTrue,
        Finding::No => Truth::NotTrue,
    }
}

fn reasonable(f: Finding) -> Reasonableness {
    match f {
        Finding::Yes => Reasonableness::Reasonable,
        Finding::Partly => Reasonableness::PartlyReasonable,
        Finding::No => Reasonableness::Unreasonable,
    }
}

fn channel(c: sample::Channel) -> Channel {
    match c {
        sample::Channel::Branch => Channel::Branch,
        sample::Channel::Phone => Channel::Phone,
        sample::Channel::App | sample::Channel::Online => Channel::Video,
        sample::Channel::Email | sample::Channel::Letter | sample::Channel::Regulator => Channel::Written,
    }
}

fn remedy_kind(kind: sample::RemedyKind) -> RemedyKind {
    match kind {
        sample::RemedyKind::Explanation => RemedyKind::Explain,
        sample::RemedyKind::Refund => RemedyKind::Refund,
        sample::RemedyKind::Waiver => RemedyKind::Waive,
        sample::RemedyKind::Compensation => RemedyKind::Compensate,
        sample::RemedyKind::Correction | sample::RemedyKind::Cancellation => RemedyKind::Correct,
        sample::RemedyKind::TechnicalFix => RemedyKind::Repair,
        sample::RemedyKind::NewTerms => RemedyKind::Replan,
        sample::RemedyKind::Apology => RemedyKind::Apologise,
    }
}

impl Stage<'_> {
    fn handler(&self, plot: &Plot) -> Actor {
        self.roster.pick(Role::Handler, &plot.branch, plot.turn)
    }

    fn manager(&self, plot: &Plot) -> Actor {
        self.roster
            .pick(Role::RelationshipManager, &plot.branch, plot.turn)
    }

    fn supervisor(&self, plot: &Plot) -> Actor {
        self.roster.pick(Role::Supervisor, &plot.branch, plot.turn)
    }

    fn give(
        &self,
        plot: &mut Plot,
        who: &Actor,
        at: Timestamp,
        command: Command,
    ) -> Result<State, OfficeError> {
        Ok(plot.command(self.office, who, at, command)?.case.state())
    }

    /// Plays one step; a case that has left the path the step belongs to is left alone.
    pub(super) fn step(&self, plot: &mut Plot, at: Timestamp, step: Step) -> Result<Next, OfficeError> {
        if step == Step::Receive {
            return self.receive(plot, at);
        }
        let state = self.office.load(plot.case)?.case.state();
        match (step, state) {
            (Step::Acknowledge, State::Received) => self.acknowledge(plot, at),
            (Step::Review, State::Acknowledged) => self.review(plot, at),
            (Step::Extend(n), s) if s.is_open() && s < State::Agreed => self.extend(plot, at, n),
            (Step::Offer, State::Screened) => self.offer(plot, at),
            (Step::Answer, State::VisitOffered) => self.answer(plot, at),
            (Step::Revoke, State::Consented | State::Scheduled) => self.revoke(plot, at),
            (Step::Visit, State::Scheduled) => self.visit(plot, at),
            (Step::Find, State::Visited | State::DeskHandling) => self.find_facts(plot, at),
            (Step::Propose, State::Verified) => self.propose(plot, at),
            (Step::Decide, State::Negotiating) => self.settle(plot, at),
            (Step::Execute, State::Agreed) => self.execute_agreement(plot, at),
            (Step::Onward, State::NotAgreed) => self.onward(plot, at),
            (Step::Survey, State::Closed) => self.survey(plot, at),
            (Step::Withdraw, s) if s.is_open() && s < State::Agreed && s != State::Declined => {
                self.withdraw(plot, at)
            }
            _ => Ok(Next::new()),
        }
    }

    fn receive(&self, plot: &mut Plot, at: Timestamp) -> Result<Next, OfficeError> {
        plot.receive(self.office, at)?;
        Ok(vec![(
            plot.at(plot.script.timeline.acknowledged_at).max(at.plus(MINUTE)),
            Step::Acknowledge,
        )])
    }

    fn acknowledge(&self, plot: &mut Plot, at: Timestamp) -> Result<Next, OfficeError> {
        let handler = self.handler(plot);
        self.give(
            plot,
            &handler,
            at,
            Command::Assign {
                handler: handler.id.clone(),
            },
        )?;
        let before = Command::RecordSurvey {
            moment: SurveyMoment::Before,
            satisfaction: plot.script.satisfaction_before,
            trust: plot.script.satisfaction_before,
        };
        self.give(
            plot,
            &handler,
            at,
            Command::Acknowledge {
                channel: "sms".into(),
            },
        )?;
        self.give(plot, &handler, at, before)?;
        if let Some((other, kind)) = plot.copy {
            let (kind, closes) = match kind {
                CopyKind::Duplicate => (LinkKind::Duplicate, true),
                CopyKind::Link => (LinkKind::Related, false),
            };
            self.give(plot, &handler, at, Command::LinkCase { other, kind })?;
            if closes {
                self.give(plot, &handler, at, Command::Close(CloseReason::Duplicate))?;
                return Ok(Next::new());
            }
        }
        if let Some(other) = plot.repeat {
            self.give(
                plot,
                &handler,
                at,
                Command::LinkCase {
                    other,
                    kind: LinkKind::Repeated,
                },
            )?;
        }
        let line = &plot.script.timeline;
        let mut next = vec![(plot.at(line.reviewed_at).max(at.plus(MINUTE)), Step::Review)];
        for (n, extension) in line.extensions.iter().enumerate() {
            next.push((plot.at(extension.granted_at), Step::Extend(n)));
        }
        if let Some(withdraws) = plot.script.withdraws_at {
            next.push((plot.at(withdraws), Step::Withdraw));
        }
        Ok(next)
    }

    fn review(&self, plot: &mut Plot, at: Timestamp) -> Result<Next, OfficeError> {
        let handler = self.handler(plot);
        self.give(plot, &handler, at, Command::StartReview)?;
        let allegations = self.office.load(plot.case)?.case.facts.allegations.len();
        for i in 0..allegations {
            let Some(t) = plot.truth(i) else { continue };
            let command = Command::Assess {
                allegation: AllegationNo(i as u16 + 1),
                // On the papers much cannot be told yet; the visit or the talk will.
                truth: if t.truth == Finding::Partly {
                    Truth::Unproven
                } else {
                    truth(t.truth)
                },
                reasonableness: reasonable(t.reasonable),
                reasons: Personal::new(&t.reason),
            };
            self.give(plot, &handler, at, command)?;
        }
        self.give(plot, &handler, at, Command::Accept)?;
        let dossier = self.office.load(plot.case)?;
        let proposal = self
            .office
            .screening_of(plot.case, &dossier.case, &dossier.entries, at)?;
        plot.roles = proposal.screening.roles.clone();
        if plot.technical && !plot.roles.contains(&Role::Technician) {
            plot.roles.push(Role::Technician);
        }
        let supervisor = self.supervisor(plot);
        let decision = proposal.as_proposed();
        self.give(
            plot,
            &supervisor,
            at.plus(30 * MINUTE),
            Command::DecideScreening(decision),
        )?;
        Ok(vec![(
            plot.at(plot.script.timeline.offered_at).max(at.plus(31 * MINUTE)),
            Step::Offer,
        )])
    }

    fn extend(&self, plot: &mut Plot, at: Timestamp, n: usize) -> Result<Next, OfficeError> {
        let Some(extension) = plot.script.timeline.extensions.get(n).cloned() else {
            return Ok(Next::new());
        };
        let approver = match n {
            0 => self.supervisor(plot),
            _ => self.roster.pick(Role::Compliance, &plot.branch, 0),
        };
        let command = Command::ExtendClock {
            clock: "cn.nfra.decide".into(),
            step: extension.step,
            rank: extension.rank,
            reason: extension.reason.clone(),
        };
        self.give(plot, &approver, at, command)?;
        let handler = self.handler(plot);
        let told = plot.at(extension.notified_at).max(at).min(self.now);
        self.give(
            plot,
            &handler,
            told,
            Command::NotifyExtension {
                channel: "sms".into(),
            },
        )?;
        Ok(Next::new())
    }

    fn offer(&self, plot: &mut Plot, at: Timestamp) -> Result<Next, OfficeError> {
        let dossier = self.office.load(plot.case)?;
        let selected = dossier
            .case
            .facts
            .screenings
            .last()
            .is_some_and(|(d, _)| d.selected);
        let manager = self.manager(plot);
        if selected {
            self.give(
                plot,
                &manager,
                at,
                Command::OfferVisit {
                    channel: "phone".into(),
                },
            )?;
            return Ok(vec![(
                plot.at(plot.script.timeline.answered_at).max(at.plus(MINUTE)),
                Step::Answer,
            )]);
        }
        let command = Command::OpenChannel {
            channel: Channel::Phone,
            reason: "未邀约上门".into(),
        };
        self.give(plot, &manager, at, command)?;
        Ok(vec![self.after(
            plot,
            at,
            plot.script.timeline.found_at,
            HOUR,
            Step::Find,
        )])
    }

    /// Returns a step at the scripted time, but not before `gap` after now.
    fn after(
        &self,
        plot: &Plot,
        now: Timestamp,
        scripted: Timestamp,
        gap: i64,
        step: Step,
    ) -> (Timestamp, Step) {
        (plot.at(scripted).max(now.plus(gap)), step)
    }

    fn windows(&self, plot: &Plot, windows: &[sample::Window]) -> Vec<Window> {
        let zone = self.office.pack().zone();
        windows
            .iter()
            .filter_map(|w| {
                let (from, to) = (i64::from(w.from) * 60, i64::from(w.to) * 60);
                let whole_days = plot.shift.div_euclid(Timestamp::DAY);
                let date = w
                    .date
                    .checked_add(jiff::Span::new().try_days(whole_days).ok()?)
                    .ok()?;
                Some(Window {
                    from: crate::plan::moment(date, from, zone)?,
                    to: crate::plan::moment(date, to, zone)?,
                })
            })
            .collect()
    }

    fn answer(&self, plot: &mut Plot, at: Timestamp) -> Result<Next, OfficeError> {
        let manager = self.manager(plot);
        match plot.script.answer.clone() {
            VisitAnswer::Consents {
                entering,
                recording,
                windows,
            } => {
                self.consent(plot, at, &windows, entering, recording)?;
                Ok(Next::new())
            }
            VisitAnswer::Revokes {
                windows, after_hours, ..
            } => {
                self.consent(plot, at, &windows, false, false)?;
                Ok(vec![(at.plus(i64::from(after_hours) * HOUR), Step::Revoke)])
            }
            VisitAnswer::Refuses { reason, instead } => {
                let reason = reason.map(Personal::new);
                self.give(
                    plot,
                    &manager,
                    at,
                    Command::RefuseVisit {
                        reason,
                        next_channel: channel(instead),
                    },
                )?;
                Ok(vec![self.after(
                    plot,
                    at,
                    plot.script.timeline.found_at,
                    HOUR,
                    Step::Find,
                )])
            }
            VisitAnswer::Silent => {
                for n in 0..3 {
                    let note = Contact {
                        channel: "phone".into(),
                        reached: false,
                        note: Personal::new("电话无人接听"),
                    };
                    self.give(plot, &manager, at.plus(n * HOUR), Command::RecordContact(note))?;
                }
                let command = Command::OpenChannel {
                    channel: Channel::Written,
                    reason: "多次联系未果".into(),
                };
                self.give(plot, &manager, at.plus(3 * HOUR), command)?;
                Ok(vec![self.after(
                    plot,
                    at,
                    plot.script.timeline.found_at,
                    4 * HOUR,
                    Step::Find,
                )])
            }
        }
    }

    fn consent(
        &self,
        plot: &mut Plot,
        at: Timestamp,
        windows: &[sample::Window],
        entering: bool,
        recording: bool,
    ) -> Result<(), OfficeError> {
        let manager = self.manager(plot);
        let (lat, lon) = plot.point;
        let place = Place {
            kind: if entering {
                PlaceKind::Home
            } else {
                PlaceKind::Other
            },
            address: self.office.load(plot.case)?.case.facts.complainant.address,
            point: Personal::new(format!("{lat},{lon}")),
        };
        let windows = self.windows(plot, windows);
        let wanted = [
            (true, ConsentScope::Visiting),
            (entering, ConsentScope::Entering),
            (recording, ConsentScope::Recording),
        ];
        for (_, scope) in wanted.into_iter().filter(|(yes, _)| *yes) {
            let visiting = scope == ConsentScope::Visiting;
            let command = Command::GiveConsent {
                scope,
                channel: "phone".into(),
                windows: if visiting { windows.clone() } else { Vec::new() },
                place: visiting.then(|| place.clone()),
            };
            self.give(plot, &manager, at, command)?;
        }
        Ok(())
    }

    fn revoke(&self, plot: &mut Plot, at: Timestamp) -> Result<Next, OfficeError> {
        let VisitAnswer::Revokes { instead, .. } = plot.script.answer else {
            return Ok(Next::new());
        };
        let manager = self.manager(plot);
        let command = Command::WithdrawConsent {
            scope: ConsentScope::Visiting,
            next_channel: channel(instead),
        };
        self.give(plot, &manager, at, command)?;
        plot.appointment = None;
        Ok(vec![self.after(
            plot,
            at,
            plot.script.timeline.found_at,
            HOUR,
            Step::Find,
        )])
    }

    fn visit(&self, plot: &mut Plot, at: Timestamp) -> Result<Next, OfficeError> {
        let Some((window, crew)) = plot.appointment.take() else {
            return Ok(Next::new());
        };
        let outcome = match plot.script.outcome {
            sample::VisitOutcome::Held => VisitOutcome::Held,
            sample::VisitOutcome::Absent => VisitOutcome::Absent,
            sample::VisitOutcome::RefusedAtDoor => VisitOutcome::RefusedAtTheDoor,
            sample::VisitOutcome::Unsafe => VisitOutcome::Unsafe,
            sample::VisitOutcome::CutShort => VisitOutcome::CutShort,
        };
        let met = matches!(outcome, VisitOutcome::Held | VisitOutcome::CutShort);
        let case = self.office.load(plot.case)?.case;
        let leader = crew.first().map_or_else(
            || self.manager(plot),
            |m| Actor {
                id: m.staff.clone(),
                role: m.role,
            },
        );
        let short = 15 * MINUTE;
        let report = VisitReport {
            outcome,
            started_at: window.from,
            ended_at: if met { window.to } else { window.from.plus(short) },
            device_started_at: window.from.plus(1_500_000),
            device_skew: 1_500_000,
            crew,
            entered: met && case.live_consent(ConsentScope::Entering).is_some(),
            recorded: met && case.live_consent(ConsentScope::Recording).is_some(),
            own_words: if met {
                case.facts.narrative
            } else {
                Personal::new("")
            },
            suggestions: plot
                .script
                .suggestion
                .iter()
                .filter(|_| met)
                .map(Personal::new)
                .collect(),
            record_confirmed: outcome == VisitOutcome::Held,
            next_channel: (outcome == VisitOutcome::RefusedAtTheDoor).then_some(Channel::Phone),
        };
        if outcome == VisitOutcome::Unsafe {
            let command = Command::RecordIncident {
                kind: "unsafe_place".into(),
                guidance: "离开现场，报告主管".into(),
            };
            self.give(plot, &leader, at, command)?;
        }
        self.give(plot, &leader, at, Command::ReportVisit(Box::new(report)))?;
        if matches!(outcome, VisitOutcome::Absent | VisitOutcome::Unsafe) {
            let manager = self.manager(plot);
            let command = Command::OpenChannel {
                channel: if outcome == VisitOutcome::Unsafe {
                    Channel::Video
                } else {
                    Channel::Phone
                },
                reason: "上门未能进行".into(),
            };
            self.give(plot, &manager, at.plus(HOUR), command)?;
        }
        Ok(vec![self.after(
            plot,
            at,
            plot.script.timeline.found_at,
            2 * HOUR,
            Step::Find,
        )])
    }

    fn find_facts(&self, plot: &mut Plot, at: Timestamp) -> Result<Next, OfficeError> {
        let handler = self.handler(plot);
        let allegations = self.office.load(plot.case)?.case.facts.allegations.len();
        for i in 0..allegations {
            let Some(t) = plot.truth(i) else { continue };
            let command = Command::RecordFinding {
                allegation: AllegationNo(i as u16 + 1),
                truth: truth(t.truth),
                reasonableness: reasonable(t.reasonable),
                basis: Personal::new(&t.reason),
                evidence: vec![format!("{}-证据{}", plot.source.1, i + 1)],
            };
            self.give(plot, &handler, at, command)?;
        }
        Ok(vec![self.after(
            plot,
            at,
            plot.script.timeline.proposed_at,
            HOUR,
            Step::Propose,
        )])
    }

    fn terms(&self, plot: &Plot, at: Timestamp, amount: Money) -> Terms {
        let remedy = &plot.script.remedy;
        let item = |kind, amount: Option<Money>, detail: &str| RemedyItem {
            kind,
            detail: Personal::new(detail),
            amount,
            due: at.plus(7 * Timestamp::DAY),
        };
        let money = (amount.minor > 0).then_some(amount);
        Terms {
            items: vec![item(remedy_kind(remedy.kind), money, &remedy.text)],
        }
    }

    /// Has a proposal approved by somebody whose authority reaches, and offers it.
    fn offer_terms(&self, plot: &mut Plot, at: Timestamp, amount: Money) -> Result<Option<u16>, OfficeError> {
        let handler = self.handler(plot);
        let terms = self.terms(plot, at, amount);
        let cost = terms.cost().unwrap_or(i64::MAX);
        let done = plot.command(self.office, &handler, at, Command::ProposeRemedy(terms))?;
        let proposal = done.case.negotiation.proposals.len() as u16;
        let supervisor = self.supervisor(plot);
        let approver = if self.office.authority.of(&supervisor) >= cost {
            supervisor
        } else {
            self.roster.pick(Role::Compliance, &plot.branch, 0)
        };
        let approve = self.office.authority.of(&approver) >= cost;
        let later = at.plus(20 * MINUTE);
        self.give(
            plot,
            &approver,
            later,
            Command::VoteOnRemedy { proposal, approve },
        )?;
        if !approve {
            return Ok(None);
        }
        self.give(
            plot,
            &handler,
            later.plus(MINUTE),
            Command::MakeOffer { proposal },
        )?;
        Ok(Some(proposal))
    }

    fn propose(&self, plot: &mut Plot, at: Timestamp) -> Result<Next, OfficeError> {
        let handler = self.handler(plot);
        let unfounded = plot.script.truths.iter().all(|t| t.truth == Finding::No);
        if unfounded {
            self.give(
                plot,
                &handler,
                at,
                Command::NotifyDecision {
                    channel: "letter".into(),
                },
            )?;
            return self.close(plot, at.plus(HOUR), CloseReason::NotUpheld);
        }
        let first = plot.script.remedy.first_offer;
        if self.offer_terms(plot, at, first)?.is_none() {
            let command = Command::EndNegotiation {
                reason: Personal::new("超出授权额度"),
            };
            self.give(plot, &handler, at.plus(HOUR), command)?;
            return Ok(vec![(at.plus(2 * HOUR), Step::Onward)]);
        }
        Ok(vec![self.after(
            plot,
            at,
            plot.script.timeline.decided_at,
            2 * HOUR,
            Step::Decide,
        )])
    }

    /// Rounds of counter-offer and better offer, until the customer signs or there is no agreement.
    fn settle(&self, plot: &mut Plot, at: Timestamp) -> Result<Next, OfficeError> {
        let handler = self.handler(plot);
        let remedy = plot.script.remedy.clone();
        let mut now = at;
        if remedy.first_offer.minor < remedy.least.minor {
            for round in 1..=i64::from(plot.counters.max(1)) {
                let asked = Money {
                    minor: remedy.least.minor.saturating_mul(2),
                    ..remedy.least
                };
                let counter = self.terms(plot, now, asked);
                self.give(plot, &handler, now, Command::RecordCounterOffer(counter))?;
                let step =
                    (remedy.most.minor - remedy.first_offer.minor) * round / i64::from(plot.counters.max(1));
                let better = Money {
                    minor: (remedy.first_offer.minor + step).max(0),
                    ..remedy.most
                };
                now = now.plus(HOUR);
                if self.offer_terms(plot, now, better)?.is_none() {
                    break;
                }
                now = now.plus(HOUR);
            }
        }
        if remedy.can_agree() {
            let case = self.office.load(plot.case)?.case;
            let on_table = matches!(
                case.negotiation.offers.last(),
                Some(domain::case::Offer::ByBank { .. })
            );
            if on_table {
                let command = Command::SignAgreement {
                    document_hash: crate::ids::document_hash(&format!(
                        "{}/{}",
                        plot.case,
                        case.negotiation.proposals.len()
                    )),
                    signature: "on_paper".into(),
                };
                self.give(plot, &handler, now, command)?;
                return Ok(vec![self.after(
                    plot,
                    now,
                    plot.script.timeline.executed_at,
                    HOUR,
                    Step::Execute,
                )]);
            }
        }
        self.give(
            plot,
            &handler,
            now,
            Command::NotifyDecision {
                channel: "letter".into(),
            },
        )?;
        let command = Command::EndNegotiation {
            reason: Personal::new("双方未能达成一致"),
        };
        self.give(plot, &handler, now.plus(MINUTE), command)?;
        Ok(vec![(now.plus(3 * Timestamp::DAY), Step::Onward)])
    }

    fn execute_agreement(&self, plot: &mut Plot, at: Timestamp) -> Result<Next, OfficeError> {
        let (handler, supervisor) = (self.handler(plot), self.supervisor(plot));
        let tasks: Vec<TaskNo> = self
            .office
            .load(plot.case)?
            .case
            .open_tasks()
            .map(|t| t.no)
            .collect();
        for task in tasks {
            let proof = format!("凭证-{}-{}", plot.source.1, task.0);
            self.give(plot, &handler, at, Command::CompleteTask { task, proof })?;
            self.give(plot, &supervisor, at.plus(HOUR), Command::VerifyTask { task })?;
        }
        self.close(plot, at.plus(2 * HOUR), CloseReason::Settled)
    }

    fn close(&self, plot: &mut Plot, at: Timestamp, reason: CloseReason) -> Result<Next, OfficeError> {
        let handler = self.handler(plot);
        self.give(plot, &handler, at, Command::Close(reason))?;
        Ok(vec![self.after(
            plot,
            at,
            plot.script.timeline.surveyed_at,
            Timestamp::DAY,
            Step::Survey,
        )])
    }

    fn onward(&self, plot: &mut Plot, at: Timestamp) -> Result<Next, OfficeError> {
        let (handler, supervisor) = (self.handler(plot), self.supervisor(plot));
        let told = self.office.load(plot.case)?.case.facts.decision_notified;
        if !told {
            self.give(
                plot,
                &handler,
                at,
                Command::NotifyDecision {
                    channel: "letter".into(),
                },
            )?;
        }
        match plot.script.onward {
            Onward::Nothing => self.close(plot, at.plus(Timestamp::DAY), CloseReason::NotAgreed),
            Onward::Review => {
                let grounds = Personal::new("对处理结果不服，申请上级机构核查");
                self.give(plot, &handler, at, Command::RequestReview { grounds })?;
                let dossier = self.office.load(plot.case)?;
                let touched: Vec<_> = dossier.case.facts.touched_by.iter().collect();
                let reviewer = self
                    .roster
                    .other(Role::Compliance, &touched)
                    .or_else(|| self.roster.other(Role::Supervisor, &touched));
                let later = at.plus(10 * Timestamp::DAY);
                if let (Some(reviewer), true) = (reviewer, later < self.now) {
                    let command = Command::DecideReview {
                        outcome: ReviewOutcome::Upheld,
                        reasons: Personal::new("程序合规，处理结果适当"),
                    };
                    self.give(plot, &reviewer, later, command)?;
                    return self.close(plot, later.plus(HOUR), CloseReason::NotAgreed);
                }
                Ok(Next::new())
            }
            Onward::Mediation => {
                let body = "澜川市金融纠纷调解中心".to_owned();
                self.give(plot, &handler, at, Command::StartMediation { body })?;
                let later = at.plus(15 * Timestamp::DAY);
                if later >= self.now {
                    return Ok(Next::new());
                }
                self.give(plot, &handler, later, Command::EndMediation { settled: false })?;
                self.close(plot, later.plus(HOUR), CloseReason::NotAgreed)
            }
            Onward::Court => {
                let reason = "客户已向法院起诉".to_owned();
                self.give(plot, &supervisor, at, Command::HandOverToLitigation { reason })?;
                Ok(Next::new())
            }
        }
    }

    fn survey(&self, plot: &mut Plot, at: Timestamp) -> Result<Next, OfficeError> {
        if !plot.script.answers_survey {
            return Ok(Next::new());
        }
        let case = self.office.load(plot.case)?.case;
        let met = case
            .facts
            .visits
            .iter()
            .any(|v| matches!(v.outcome, VisitOutcome::Held | VisitOutcome::CutShort));
        let satisfaction = if met {
            plot.script.satisfaction_visited
        } else {
            plot.script.satisfaction_desk
        };
        let command = Command::RecordSurvey {
            moment: SurveyMoment::After,
            satisfaction,
            trust: satisfaction,
        };
        let handler = self.handler(plot);
        self.give(plot, &handler, at, command)?;
        Ok(Next::new())
    }

    fn withdraw(&self, plot: &mut Plot, at: Timestamp) -> Result<Next, OfficeError> {
        let handler = self.handler(plot);
        plot.appointment = None;
        self.give(plot, &handler, at, Command::WithdrawComplaint { reason: None })?;
        self.close(plot, at.plus(HOUR), CloseReason::Withdrawn)
    }
}
