//! Points and reasons for one case.

use crate::{
    features::CaseFeatures,
    policy::{Condition, Policy},
    wording::Wording,
};
use domain::Role;
use serde::{Deserialize, Serialize};

/// Why a criterion or an exclusion holds for a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The id of the criterion or exclusion.
    pub criterion: String,
    /// What it added; 0 for an exclusion.
    pub points: i64,
    /// The value of the feature that was asked.
    pub value: i64,
    /// The words found, as the lexicon writes them; empty when the feature is not one of words.
    pub terms: Vec<String>,
    /// The reason in plain words.
    pub text: Wording,
}

/// What the policy proposes for a case. A named person decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screening {
    /// The version of the policy that was asked.
    pub policy_version: String,
    /// The sum of all reasons.
    pub points: i64,
    /// What the sum had to reach.
    pub threshold: i64,
    /// A visit is proposed: the threshold is reached and nothing excludes it.
    pub selected: bool,
    /// Reasons for (and, with negative points, against), in the order of the policy.
    pub reasons: Vec<Reason>,
    /// What excludes a visit whatever the points.
    pub exclusions: Vec<Reason>,
    /// Criteria that could not be judged because the value is not known, by id.
    pub not_judged: Vec<String>,
    /// Who should go: the usual crew and who the reasons ask for, in the order of [`Role`].
    pub roles: Vec<Role>,
}

/// Weighs one case by the policy. The same policy and features always give the same screening.
#[must_use]
pub fn screen(policy: &Policy, case: &CaseFeatures) -> Screening {
    let mut not_judged = Vec::new();
    let mut ask = |id: &str, when: &Condition, points: i64, text: &Wording| {
        let Some((value, terms)) = case.value(when.feature, policy.currency) else {
            not_judged.push(id.to_owned());
            return None;
        };
        when.holds(value).then(|| Reason {
            criterion: id.to_owned(),
            points,
            value,
            terms: terms.to_vec(),
            text: text.fill(&value.to_string(), terms),
        })
    };
    let mut roles = policy.usual_crew.clone();
    let mut reasons = Vec::new();
    for criterion in &policy.criteria {
        if let Some(reason) = ask(
            &criterion.id,
            &criterion.when,
            criterion.points,
            &criterion.reason,
        ) {
            reasons.push(reason);
            roles.extend(&criterion.roles);
        }
    }
    let exclusions: Vec<Reason> = policy
        .exclusions
        .iter()
        .filter_map(|e| ask(&e.id, &e.when, 0, &e.reason))
        .collect();
    roles.sort_unstable();
    roles.dedup();
    let points = reasons.iter().fold(0i64, |sum, r| sum.saturating_add(r.points));
    Screening {
        policy_version: policy.version.clone(),
        points,
        threshold: policy.threshold,
        selected: points >= policy.threshold && exclusions.is_empty(),
        reasons,
        exclusions,
        not_judged,
        roles,
    }
}
