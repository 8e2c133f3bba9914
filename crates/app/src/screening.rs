//! Screening of one case: features from its text and history, a proposal by the policy, the lot.
//! The program proposes; a named person decides (个人信息保护法 art. 24).

use crate::{error::OfficeError, office::Office};
use ::screening::{CaseFacts, Screening, features, held_out, screen};
use domain::{
    CaseId, Timestamp,
    case::{Case, Event, FactEvent, ScreeningDecision},
};

/// The share of selected cases that the lot gives the usual handling, so that the effect of visits can
/// be measured. Policy, not law.
const HELD_OUT_SHARE: f64 = 0.1;
/// The name under which the lot is drawn: another programme draws anew.
const LOT: &[u8] = b"visit-effect/1";
const LOOK_BACK_DAYS: i64 = 365;

/// What the policy proposes for a case.
#[derive(Clone, Debug)]
pub struct ScreeningProposal {
    /// Points, reasons, exclusions, crew.
    pub screening: Screening,
    /// Whether the lot put the case into the held-out group.
    pub held_out: bool,
}

impl ScreeningProposal {
    /// Returns the decision that follows the proposal, for the person who decides to confirm.
    #[must_use]
    pub fn as_proposed(&self) -> ScreeningDecision {
        let s = &self.screening;
        let mut reasons: Vec<String> = s
            .reasons
            .iter()
            .chain(&s.exclusions)
            .map(|r| format!("{}: {}", r.criterion, r.text.zh_cn))
            .collect();
        if reasons.is_empty() {
            reasons.push("无加分项：按常规渠道处理".to_owned());
        }
        ScreeningDecision {
            selected: s.selected && !self.held_out,
            points: i32::try_from(s.points).unwrap_or(i32::MAX),
            policy: s.policy_version.clone(),
            reasons,
            departure: None,
            held_out: s.selected && self.held_out,
        }
    }
}

impl Office {
    /// Weighs a case by the screening policy.
    ///
    /// # Errors
    /// When the customer's other cases cannot be read.
    pub fn screening_of(
        &self,
        id: CaseId,
        case: &Case,
        history: &[crate::Entry],
        now: Timestamp,
    ) -> Result<ScreeningProposal, OfficeError> {
        let facts = &case.facts;
        let mut earlier = 0;
        if let Some(customer) = facts.customer {
            let from = now.plus(-LOOK_BACK_DAYS * Timestamp::DAY);
            let own = facts.clock.milestones.first().map_or(now, |(_, at)| *at);
            earlier = self
                .store
                .cases_of(customer)?
                .iter()
                .filter(|r| r.case != id && r.received_at >= from && r.received_at < own)
                .count();
        }
        let refused = history.iter().filter(|e| is_refusal(&e.event)).count();
        let text = format!("{}\n{}", facts.title.or_empty(), facts.narrative.or_empty());
        let known = CaseFacts {
            line: facts.line.clone(),
            earlier_cases: u32::try_from(earlier).unwrap_or(u32::MAX),
            amount: facts.amount,
            clock_used_percent: self.clock_used(case, now),
            failed_contacts: u32::try_from(history.iter().filter(|e| is_failed_contact(&e.event)).count())
                .unwrap_or(u32::MAX),
            visits_refused: u32::try_from(refused).unwrap_or(u32::MAX),
            objects_to_screening: facts.screening_objected,
            ..CaseFacts::default()
        };
        let screening = screen(&self.policy, &features(&self.lexicon, &text, known));
        let held_out = held_out(id, LOT, HELD_OUT_SHARE);
        Ok(ScreeningProposal { screening, held_out })
    }

    fn clock_used(&self, case: &Case, now: Timestamp) -> Option<u32> {
        let due = rules::next_due(self.pack, &case.facts.clock, self.pack.zone(), now)?;
        let start = case.facts.clock.milestones.first()?.1;
        let (used, all) = (
            now.0.saturating_sub(start.0),
            due.due_at.0.saturating_sub(start.0),
        );
        if all <= 0 {
            return None;
        }
        u32::try_from(used.max(0) / (all / 100).max(1)).ok()
    }
}

fn is_refusal(event: &Event) -> bool {
    matches!(event, Event::Fact(f) if matches!(**f, FactEvent::VisitRefused { .. }))
}

fn is_failed_contact(event: &Event) -> bool {
    matches!(event, Event::Fact(f) if matches!(&**f, FactEvent::ContactRecorded(c) if !c.reached))
}
