//! One case: where it stands, its clocks with their derivation, what can be done and with which fields.

use super::{Caller, answer, moment};
use crate::{
    desk::case::has_object,
    error::Failure,
    forms::{self, Field, Kind},
    lang::Lang,
    orders,
    page::state_name,
    state::{App, Shared},
    words,
};
use app::Explanation;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use domain::{
    CaseId, Money, Personal, StaffId, Timestamp,
    case::{Action, Allegation, Case, Consent, ConsentStatus, CrewMember, Place, Window},
};
use rules::{ClockState, TimeZone};
use serde_json::{Value, json};

/// `GET /cases/{id}`.
pub(super) async fn show(
    State(app): State<Shared>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<Response, Failure> {
    let id: CaseId = id.parse().map_err(|_| Failure::NotFound)?;
    let personal = match caller.query.get("personal") {
        "" | "false" => false,
        "true" => true,
        _ => return Err(Failure::Bad("personal is true or false".into())),
    };
    app.work(move |app| {
        // Reading everything about a person is another reading than looking where the case stands.
        let what = if personal {
            "case by API with personal data"
        } else {
            "case by API"
        };
        let dossier = orders::open(app, &caller.viewer, id, what)?;
        let explained = app.office.explained(id, dossier, &caller.viewer.actor);
        let view = View {
            app,
            lang: caller.lang,
            zone: app.office.pack().zone(),
            personal,
        };
        Ok(answer(StatusCode::OK, &view.case(&explained)?))
    })
    .await
}

/// How a case is shown to this caller.
struct View<'a> {
    app: &'a App,
    lang: Lang,
    zone: &'a TimeZone,
    /// Whether the person may be recognised.
    personal: bool,
}

impl View<'_> {
    fn at(&self, at: Timestamp) -> Value {
        json!(moment(at, self.zone))
    }

    fn maybe_at(&self, at: Option<Timestamp>) -> Value {
        at.map_or(Value::Null, |at| self.at(at))
    }

    fn staff(&self, id: &StaffId) -> Value {
        json!({"id": id.0, "name": self.app.directory.name_of(&id.0)})
    }

    fn window(&self, w: Window) -> Value {
        json!({"from": self.at(w.from), "to": self.at(w.to)})
    }

    fn case(&self, e: &Explanation) -> Result<Value, Failure> {
        let case = &e.dossier.case;
        let f = &case.facts;
        let state = case.state();
        let received = f.clock.milestones.first().map(|(_, at)| *at);
        let mut out = json!({
            "id": e.id.to_string(),
            "state": {"code": state.code(), "name": state_name(state.code(), self.lang), "open": state.is_open()},
            "versions": {"facts": e.dossier.facts_seq, "negotiation": e.dossier.negotiation_seq},
            "title": f.title.text(),
            "line": f.line,
            "product": f.product,
            "branch": f.branch,
            "handler": f.handler.as_ref().map(|h| self.staff(h)),
            "channel": f.intake_channel,
            "source": {"name": f.source.0, "id": f.source.1},
            "received_at": self.maybe_at(received),
            "amount": f.amount.map(money),
            "customer": f.customer.map(|c| c.to_string()),
            "personal": self.personal,
            "complainant": self.complainant(case),
            "allegations": f.allegations.iter().map(|a| self.allegation(a)).collect::<Vec<_>>(),
            "clocks": e.clocks.iter().map(|c| self.clock(c)).collect::<Vec<_>>(),
            "consents": f.consents.iter().map(|c| self.consent(c)).collect::<Vec<_>>(),
            "appointment": self.appointment(case),
            "actions": self.actions(e)?,
        });
        if self.personal {
            out["narrative"] = json!(f.narrative.text());
        }
        Ok(out)
    }

    /// Who complains. Erased values are null; a masked address would still be an address, so it is not there.
    fn complainant(&self, case: &Case) -> Value {
        let c = &case.facts.complainant;
        let masked = |p: &Personal, mask: fn(&str) -> String| {
            p.text().map(|text| {
                if self.personal {
                    text.to_owned()
                } else {
                    mask(text)
                }
            })
        };
        json!({
            "name": masked(&c.name, text::mask_name),
            "phone": masked(&c.phone, text::mask_phone),
            "email": masked(&c.email, mask_mail),
            "id_number": masked(&c.id_number, text::mask_phone),
            "account": masked(&c.account, text::mask_phone),
            "address": c.address.text().filter(|_| self.personal),
            "language": c.language,
        })
    }

    fn allegation(&self, a: &Allegation) -> Value {
        json!({
            "no": a.no.0,
            "cause": a.told.cause,
            "text": a.told.text.text(),
            "asks": a.told.asks.text(),
            "claimed": a.told.claimed.map(money),
            "assessment": a.assessment.as_ref().map(|x| json!({
                "truth": x.truth,
                "reasonableness": x.reasonableness,
                "reasons": x.reasons.text(),
                "by": self.staff(&x.by),
                "at": self.at(x.at),
            })),
            "finding": a.finding.as_ref().map(|x| json!({
                "truth": x.truth,
                "reasonableness": x.reasonableness,
                "basis": x.basis.text(),
                "evidence": x.evidence,
                "by": self.staff(&x.by),
                "at": self.at(x.at),
            })),
        })
    }

    fn clock(&self, c: &ClockState) -> Value {
        let steps = c.derivation.steps.iter().map(|s| {
            json!({
                "text": s.text(self.lang),
                "rule": s.cite.as_ref().map(|c| &c.rule),
                "source": s.cite.as_ref().map(|c| format!("{} {}", c.source, c.article)),
                "confidence": s.cite.as_ref().map(|c| c.confidence),
            })
        });
        json!({
            "id": c.id,
            "title": c.title.get(self.lang),
            "owner": c.owner,
            "run": c.run,
            "status": c.status,
            "started": self.maybe_at(c.started),
            "due": c.due.map(|d| json!({
                "at": self.at(d.at),
                "strict": d.strict,
                "legal": d.legal,
                "provisional": d.provisional,
            })),
            "days_left": c.days_left,
            "closed": self.maybe_at(c.closed),
            "late_since": self.maybe_at(c.late_since),
            "derivation": steps.collect::<Vec<_>>(),
        })
    }

    fn place(&self, place: &Place) -> Value {
        json!({"kind": place.kind, "address": place.address.text().filter(|_| self.personal)})
    }

    fn consent(&self, c: &Consent) -> Value {
        let (status, ended) = match c.status {
            ConsentStatus::Given => ("given", None),
            ConsentStatus::Withdrawn(at) => ("withdrawn", Some(at)),
            ConsentStatus::Invalidated(at) => ("invalidated", Some(at)),
        };
        json!({
            "no": c.no,
            "scope": c.scope,
            "status": status,
            "channel": c.channel,
            "given_at": self.at(c.given_at),
            "ended_at": self.maybe_at(ended),
            "recorded_by": self.staff(&c.recorded_by),
            "windows": c.windows.iter().map(|w| self.window(*w)).collect::<Vec<_>>(),
            "place": c.place.as_ref().map(|p| self.place(p)),
        })
    }

    fn appointment(&self, case: &Case) -> Value {
        let Some(a) = &case.facts.appointment else {
            return Value::Null;
        };
        let member = |m: &CrewMember| {
            let mut member = self.staff(&m.staff);
            member["role"] = json!(m.role);
            member
        };
        json!({
            "window": self.window(a.window()),
            "place": self.place(a.place()),
            "crew": a.crew().iter().map(member).collect::<Vec<_>>(),
            "notice": case.facts.notice.as_ref().map(|n| json!({
                "sent_at": self.at(n.sent_at),
                "channel": n.channel,
            })),
        })
    }

    /// Every action of people: with its fields where it is possible, else with the reason why not.
    fn actions(&self, e: &Explanation) -> Result<Vec<Value>, Failure> {
        let mut out = Vec::new();
        for action in orders::actions() {
            let allowed = e.actions.iter().find(|(a, _)| *a == action).map(|(_, r)| r);
            let mut entry = json!({
                "action": action.code(),
                "name": words::action(action, self.lang),
            });
            match allowed {
                Some(Ok(())) => {
                    entry["possible"] = json!(has_object(action, &e.dossier.case));
                    self.fields(action, e, &mut entry)?;
                }
                Some(Err(why)) => {
                    entry["possible"] = json!(false);
                    entry["reason"] = json!(words::refusal(why, self.lang));
                }
                None => continue,
            }
            out.push(entry);
        }
        Ok(out)
    }

    fn fields(&self, action: Action, e: &Explanation, entry: &mut Value) -> Result<(), Failure> {
        let found = orders::proposal(self.app, action, e.id, &e.dossier)?;
        let context = orders::context(self.app, self.lang, &e.dossier, found.as_ref());
        let fields = forms::form(action, &context).fields;
        entry["fields"] = fields.iter().map(|f| self.field(f)).collect();
        if let Some(proposed) = found {
            let d = proposed.as_proposed();
            entry["proposal"] = json!({
                "selected": d.selected,
                "points": d.points,
                "reasons": d.reasons,
                "held_out": d.held_out,
            });
        }
        Ok(())
    }

    fn field(&self, field: &Field) -> Value {
        let mut out = json!({
            "name": field.name,
            "label": field.label,
            "kind": field.kind.word(),
            "required": field.required,
        });
        if !field.hint.is_empty() {
            out["hint"] = json!(field.hint);
        }
        // What a form fills into free text may be the customer's own, such as their address.
        let free = matches!(field.kind, Kind::Text | Kind::Long);
        if !field.value.is_empty() && (self.personal || !free) {
            out["value"] = json!(field.value);
        }
        match &field.kind {
            Kind::Choice(options) | Kind::Suggest(options) => {
                let options = options.iter().map(|(c, n)| json!({"code": c, "name": n}));
                out["options"] = options.collect();
            }
            Kind::Number(low, high) => out["range"] = json!([low, high]),
            _ => {}
        }
        out
    }
}

fn money(m: Money) -> Value {
    json!({"minor": m.minor, "currency": m.currency.code()})
}

/// Keeps the first letter and the host of an address.
fn mask_mail(mail: &str) -> String {
    match mail.split_once('@') {
        Some((name, host)) => {
            let first: String = name.chars().take(1).collect();
            format!("{first}***@{host}")
        }
        None if mail.is_empty() => String::new(),
        None => "***".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_mail_shows_no_name() {
        assert_eq!(mask_mail("li.ming@example.org"), "l***@example.org");
        assert_eq!(mask_mail("li.ming"), "***");
        assert_eq!(mask_mail(""), "");
    }
}
