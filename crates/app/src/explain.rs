//! Everything a person may ask of a case: where it stands, its clocks with their derivation, what can be
//! done next and why the rest cannot.

use crate::{dossier::Dossier, error::OfficeError, office::Office};
use domain::{
    Actor, CaseId,
    case::{Action, LinkKind, Refusal},
};
use rules::{ClockState, Lang, TimeZone};
use std::fmt::Write as _;

/// The answer to "explain this case".
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The case.
    pub id: CaseId,
    /// State and history.
    pub dossier: Dossier,
    /// Its clocks, each with its derivation.
    pub clocks: Vec<ClockState>,
    /// What this person may do now, and why not the rest.
    pub actions: Vec<(Action, Result<(), Refusal>)>,
    /// The zone in which times are shown: the pack's.
    pub zone: TimeZone,
}

impl Office {
    /// Explains a case to `actor`; the reading is recorded.
    ///
    /// # Errors
    /// When there is no such case, or the reading could not be recorded.
    pub fn explain(&self, id: CaseId, actor: &Actor) -> Result<Explanation, OfficeError> {
        let dossier = self.open_case(id, actor, "explanation")?;
        Ok(self.explained(id, dossier, actor))
    }

    /// Explains a case that has been opened already.
    #[must_use]
    pub fn explained(&self, id: CaseId, dossier: Dossier, actor: &Actor) -> Explanation {
        let clocks = rules::evaluate(self.pack, &dossier.case.facts.clock, self.pack.zone(), self.now());
        let actions = self.allowed(&dossier.case, actor);
        let zone = self.pack.zone().clone();
        Explanation {
            id,
            dossier,
            clocks,
            actions,
            zone,
        }
    }
}

impl Explanation {
    /// Returns the explanation as text in `lang`.
    #[must_use]
    pub fn to_text(&self, lang: Lang) -> String {
        let at = match lang {
            Lang::ZhCn => 0,
            Lang::ZhTw => 1,
            Lang::En => 2,
        };
        let words = [
            [
                "案件",
                "状态",
                "时限",
                "现在可以做",
                "现在不可以做",
                "经过",
                "没有正在计算的时限",
                "相似案件（待判断）",
            ],
            [
                "案件",
                "狀態",
                "時限",
                "現在可以做",
                "現在不可以做",
                "經過",
                "沒有正在計算的時限",
                "相似案件（待判斷）",
            ],
            [
                "Case",
                "State",
                "Clocks",
                "Possible now",
                "Not possible now",
                "History",
                "no clock runs",
                "Similar cases, to be decided",
            ],
        ][at];
        let facts = &self.dossier.case.facts;
        let mut out = String::new();
        let _ = writeln!(out, "{} {}", words[0], self.id);
        let _ = writeln!(out, "{}: {}", words[1], self.dossier.case.state().labels()[at]);
        let _ = writeln!(out, "\n{}", words[2]);
        if self.clocks.is_empty() {
            let _ = writeln!(out, "  {}", words[6]);
        }
        for clock in &self.clocks {
            for line in clock.derivation.to_text(lang).lines() {
                let _ = writeln!(out, "  {line}");
            }
        }
        if !facts.similar.is_empty() {
            let _ = writeln!(out, "\n{}", words[7]);
            for s in &facts.similar {
                let _ = writeln!(
                    out,
                    "  {}  {:.2}  {}",
                    s.other,
                    f64::from(s.score) / 1000.0,
                    suggestion(s.suggestion)
                );
            }
        }
        let _ = writeln!(out, "\n{}", words[3]);
        for (action, _) in self.actions.iter().filter(|(_, r)| r.is_ok()) {
            let _ = writeln!(out, "  {}", action.code());
        }
        let _ = writeln!(out, "\n{}", words[4]);
        for (action, refusal) in &self.actions {
            if let Err(why) = refusal {
                let _ = writeln!(out, "  {:<24} {why}", action.code());
            }
        }
        let _ = writeln!(out, "\n{}", words[5]);
        for entry in &self.dossier.entries {
            let _ = writeln!(
                out,
                "  {}  {:<26} {}",
                crate::plan::local_minute(entry.stamp.at, &self.zone),
                entry.kind,
                entry.stamp.actor.id
            );
        }
        out
    }
}

/// The word by which `forecourt similar` takes the choice.
fn suggestion(kind: Option<LinkKind>) -> &'static str {
    match kind {
        Some(LinkKind::Duplicate) => "duplicate",
        Some(LinkKind::Related) => "link",
        Some(LinkKind::Repeated) => "repeated",
        None => "new",
    }
}
