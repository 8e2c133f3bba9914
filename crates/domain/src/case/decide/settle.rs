//! Remedy, four eyes, negotiation, agreement, execution.

use super::{Decision, TEXT_LIMIT, fact, limit, line, room};
use crate::case::{
    Agreement, Event, FactEvent, NegotiationEvent, Offer, Proposal, Refusal, RemedyItem, TaskNo, TaskStatus,
    Terms,
};

fn check_terms(terms: &Terms) -> Result<i64, Refusal> {
    room("remedy items", terms.items.len())?;
    if terms.items.is_empty() {
        return Err(Refusal::BadTerms);
    }
    for item in &terms.items {
        limit("detail of the remedy", item.detail.or_empty(), TEXT_LIMIT)?;
    }
    terms.cost().ok_or(Refusal::BadTerms)
}

fn is_sha256_hex(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

impl Decision<'_> {
    fn in_round(&self, no: u16) -> Result<&Proposal, Refusal> {
        self.case
            .negotiation
            .round()
            .iter()
            .find(|p| p.no == no)
            .ok_or(Refusal::NoSuchProposal(no))
    }

    pub(super) fn propose_remedy(&self, terms: &Terms) -> Result<Vec<Event>, Refusal> {
        if let Some(refusal) = self.without_finding() {
            return Err(refusal);
        }
        check_terms(terms)?;
        room("proposals", self.case.negotiation.proposals.len())?;
        let mut events = Vec::new();
        if !self.in_negotiation() {
            events.push(FactEvent::NegotiationOpened.into());
            events.push(NegotiationEvent::RoundOpened.into());
        }
        let no = self.case.negotiation.proposals.len() as u16 + 1;
        events.push(
            NegotiationEvent::RemedyProposed {
                no,
                terms: terms.clone(),
            }
            .into(),
        );
        Ok(events)
    }

    pub(super) fn vote_on_remedy(&self, no: u16, approved: bool) -> Result<Vec<Event>, Refusal> {
        let proposal = self.in_round(no)?;
        if proposal.by == self.context.stamp.actor.id {
            return Err(Refusal::FourEyes);
        }
        if proposal.vote.is_some() {
            return Err(Refusal::AlreadyVoted(no));
        }
        let cost = proposal.terms.cost().ok_or(Refusal::BadTerms)?;
        if approved && cost > self.context.authority {
            return Err(Refusal::AboveAuthority {
                cost,
                limit: self.context.authority,
            });
        }
        Ok(vec![NegotiationEvent::RemedyVoted { no, approved }.into()])
    }

    pub(super) fn make_offer(&self, no: u16) -> Result<Vec<Event>, Refusal> {
        let proposal = self.in_round(no)?;
        if !proposal.vote.as_ref().is_some_and(|v| v.approved) {
            return Err(Refusal::NotApproved(no));
        }
        room("offers", self.case.negotiation.offers.len())?;
        Ok(vec![NegotiationEvent::OfferMade { proposal: no }.into()])
    }

    pub(super) fn record_counter_offer(&self, terms: &Terms) -> Result<Vec<Event>, Refusal> {
        check_terms(terms)?;
        room("offers", self.case.negotiation.offers.len())?;
        Ok(vec![
            NegotiationEvent::CounterOffered { terms: terms.clone() }.into(),
        ])
    }

    /// Only the bank's newest offer can be signed: a counter-offer answers it in the negative.
    pub(super) fn sign_agreement(&self, document_hash: &str, signature: &str) -> Result<Vec<Event>, Refusal> {
        let Some(Offer::ByBank { proposal }) = self.case.negotiation.offers.last() else {
            return Err(Refusal::NoOffer);
        };
        let terms = self.in_round(*proposal)?.terms.clone();
        if !is_sha256_hex(document_hash) {
            return Err(Refusal::BadDocumentHash);
        }
        let first = self.case.facts.tasks.len();
        if first + terms.items.len() > super::LIST_LIMIT {
            return Err(Refusal::TooMany {
                what: "tasks",
                limit: super::LIST_LIMIT,
            });
        }
        let mut events: Vec<Event> = Vec::with_capacity(terms.items.len() + 2);
        events.push(
            FactEvent::AgreementSigned(Agreement {
                terms: terms.clone(),
                document_hash: document_hash.to_owned(),
                signed_at: self.context.stamp.at,
                signature: line("signature", signature)?,
            })
            .into(),
        );
        for (i, item) in terms.items.into_iter().enumerate() {
            events.push(
                FactEvent::TaskAdded {
                    no: TaskNo((first + i) as u16 + 1),
                    item,
                }
                .into(),
            );
        }
        events.push(NegotiationEvent::OfferAccepted { proposal: *proposal }.into());
        Ok(events)
    }

    pub(super) fn add_task(&self, item: &RemedyItem) -> Result<Vec<Event>, Refusal> {
        room("tasks", self.case.facts.tasks.len())?;
        check_terms(&Terms {
            items: vec![item.clone()],
        })?;
        fact(FactEvent::TaskAdded {
            no: TaskNo(self.case.facts.tasks.len() as u16 + 1),
            item: item.clone(),
        })
    }

    fn task_status(&self, no: TaskNo) -> Result<&TaskStatus, Refusal> {
        self.case
            .facts
            .tasks
            .iter()
            .find(|t| t.no == no)
            .map(|t| &t.status)
            .ok_or(Refusal::NoSuchTask(no))
    }

    pub(super) fn complete_task(&self, no: TaskNo, proof: &str) -> Result<Vec<Event>, Refusal> {
        if *self.task_status(no)? != TaskStatus::Open {
            return Err(Refusal::TaskNotOpen(no));
        }
        let proof = line("proof", proof).map_err(|_| Refusal::ProofMissing)?;
        fact(FactEvent::TaskCompleted { no, proof })
    }

    pub(super) fn verify_task(&self, no: TaskNo) -> Result<Vec<Event>, Refusal> {
        let TaskStatus::Done { by, .. } = self.task_status(no)? else {
            return Err(Refusal::TaskNotDone(no));
        };
        if *by == self.context.stamp.actor.id {
            return Err(Refusal::FourEyes);
        }
        let mut events = vec![FactEvent::TaskVerified { no }.into()];
        if self.case.open_tasks().all(|t| t.no == no) {
            events.push(FactEvent::AgreementExecuted.into());
        }
        Ok(events)
    }
}
