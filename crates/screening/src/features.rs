//! What the screening policy may look at, and nothing else.
//!
//! The list is closed and short on purpose (个人信息保护法 art. 6, the smallest scope): no place of
//! residence, no income, no sex, no nationality.

use crate::{
    lexicon::{Lexicon, Theme},
    units::spaced,
};
use domain::Money;
use serde::{Deserialize, Serialize};

/// What is known of a case beside its text. Fields that are not known are `None` or their default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseFacts {
    /// The business line: `loan`, `card`, `account`, `wealth`, `insurance`, `payment`, `other`.
    pub line: String,
    /// Earlier cases of the same customer within the time that the bank looks back.
    pub earlier_cases: u32,
    /// The amount in dispute.
    pub amount: Option<Money>,
    /// Days used of the clock that falls due first, in percent of its length; more than 100 when overdue.
    pub clock_used_percent: Option<u32>,
    /// Attempts to reach the customer that failed.
    pub failed_contacts: u32,
    /// Staff have recorded a special need or vulnerability.
    pub vulnerable: bool,
    /// A technician is needed, by the product catalogue or by the preliminary review.
    pub technician_needed: bool,
    /// Visits that the customer refused before.
    pub visits_refused: u32,
    /// The case is in court, in arbitration, or handed to litigation.
    pub in_litigation: bool,
    /// A safety flag stands on the customer or the place.
    pub safety_flag: bool,
    /// What is alleged can be settled without a meeting, such as a posting to be corrected.
    pub meeting_not_needed: bool,
    /// The customer objected to being chosen by a program.
    pub objects_to_screening: bool,
}

/// The terms of one theme found in the text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Signal {
    /// The terms as the lexicon writes them, each once.
    pub terms: Vec<String>,
}

/// Everything that the policy may weigh about one case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseFeatures {
    /// What was known beside the text.
    pub facts: CaseFacts,
    /// Words of strong dissatisfaction.
    pub dissatisfaction: Signal,
    /// Words that announce a regulator, a court, the press.
    pub escalation: Signal,
    /// Words that tell of age, illness, hardship.
    pub vulnerability: Signal,
    /// Words of something that does not work.
    pub technical: Signal,
    /// Words of loan terms in dispute; only on lines that the lexicon names.
    pub loan_explanation: Signal,
    /// The customer asks for a meeting.
    pub meeting_wish: Signal,
}

/// Returns the features of a case from its text (title and narrative in one) and its facts.
#[must_use]
pub fn features(lexicon: &Lexicon, text: &str, facts: CaseFacts) -> CaseFeatures {
    let line = spaced(text);
    let scan = lexicon.scan(&line);
    let signal = |theme| Signal {
        terms: lexicon.terms_in(theme, &scan, &line, &facts.line),
    };
    CaseFeatures {
        dissatisfaction: signal(Theme::Dissatisfaction),
        escalation: signal(Theme::Escalation),
        vulnerability: signal(Theme::Vulnerability),
        technical: signal(Theme::Technical),
        loan_explanation: signal(Theme::LoanExplanation),
        meeting_wish: signal(Theme::MeetingWish),
        facts,
    }
}

/// A number that a condition of the policy can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// How many terms of strong dissatisfaction occur.
    Dissatisfaction,
    /// How many terms of escalation occur.
    Escalation,
    /// How many terms of vulnerability occur, and one more when staff recorded it.
    Vulnerability,
    /// How many terms of technical trouble occur, and one more when a technician is known to be needed.
    Technical,
    /// How many terms of loan conditions in dispute occur.
    LoanExplanation,
    /// How many terms that ask for a meeting occur.
    MeetingWish,
    /// Earlier cases of the customer.
    EarlierCases,
    /// The amount in dispute in whole units (yuan) of the policy's currency; unknown in any other.
    Amount,
    /// Percent of the clock used.
    ClockUsedPercent,
    /// Failed attempts to reach the customer.
    FailedContacts,
    /// Visits refused before.
    VisitsRefused,
    /// 1 when in litigation.
    InLitigation,
    /// 1 when a safety flag stands.
    SafetyFlag,
    /// 1 when no meeting is needed.
    MeetingNotNeeded,
    /// 1 when the customer objects to screening by program.
    ObjectsToScreening,
}

impl CaseFeatures {
    /// Returns the value of a feature and the terms behind it, or `None` when it is not known.
    #[must_use]
    pub fn value(&self, feature: Feature, currency: domain::Currency) -> Option<(i64, &[String])> {
        let facts = &self.facts;
        let words = |s: &'_ Signal, more: bool| {
            i64::try_from(s.terms.len()).unwrap_or(i64::MAX - 1) + i64::from(more)
        };
        let plain = |n: i64| Some((n, &[] as &[String]));
        match feature {
            Feature::Dissatisfaction => {
                Some((words(&self.dissatisfaction, false), &self.dissatisfaction.terms))
            }
            Feature::Escalation => Some((words(&self.escalation, false), &self.escalation.terms)),
            Feature::Vulnerability => Some((
                words(&self.vulnerability, facts.vulnerable),
                &self.vulnerability.terms,
            )),
            Feature::Technical => Some((
                words(&self.technical, facts.technician_needed),
                &self.technical.terms,
            )),
            Feature::LoanExplanation => {
                Some((words(&self.loan_explanation, false), &self.loan_explanation.terms))
            }
            Feature::MeetingWish => Some((words(&self.meeting_wish, false), &self.meeting_wish.terms)),
            Feature::EarlierCases => plain(facts.earlier_cases.into()),
            Feature::Amount => match facts.amount {
                Some(money) if money.currency == currency => plain(money.minor / 100),
                _ => None,
            },
            Feature::ClockUsedPercent => facts.clock_used_percent.and_then(|p| plain(p.into())),
            Feature::FailedContacts => plain(facts.failed_contacts.into()),
            Feature::VisitsRefused => plain(facts.visits_refused.into()),
            Feature::InLitigation => plain(facts.in_litigation.into()),
            Feature::SafetyFlag => plain(facts.safety_flag.into()),
            Feature::MeetingNotNeeded => plain(facts.meeting_not_needed.into()),
            Feature::ObjectsToScreening => plain(facts.objects_to_screening.into()),
        }
    }
}
