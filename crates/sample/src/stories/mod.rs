//! The stories complaints are made of: skeletons with interchangeable sentences.
//!
//! Slots in the sentences: `{amt}` the amount in dispute, `{sum}` a larger amount behind it, `{d1}`
//! when it began, `{d2}` a later day, `{n}` a small number of times, `{months}` a number of months,
//! `{rate}` a percentage, `{card}` last four digits, `{branch}` the branch, `{mgr}` a member of staff
//! by surname, `{prod}` the product, `{age}` the customer's age, `{days}` a number of days.

mod account;
mod card_credit;
mod card_debit;
mod english_money;
mod english_saving;
mod extras;
mod insurance;
mod loan_home;
mod loan_other;
mod payment;
mod voice;
mod wealth;

use crate::{
    script::RemedyKind,
    words::{Cause, Language, Line},
};

pub(crate) use extras::{EXTRAS, EXTRAS_EN, Extra};
pub(crate) use voice::{CHINESE, ENGLISH, SUGGESTIONS, Voice};

/// The odds of an allegation and what the records show either way.
pub(crate) struct Truth {
    /// How often in a thousand it is true.
    pub(crate) true_permille: u64,
    /// How often in a thousand what is asked is reasonable, when it is true.
    pub(crate) fair_permille: u64,
    /// What the records show when it is true.
    pub(crate) found: &'static str,
    /// What the records show when it is not.
    pub(crate) unfounded: &'static str,
}

/// One story skeleton.
pub(crate) struct Story {
    pub(crate) id: &'static str,
    pub(crate) line: Line,
    pub(crate) cause: Cause,
    pub(crate) products: &'static [&'static str],
    pub(crate) titles: &'static [&'static str],
    /// What went wrong, as one short sentence without a full stop.
    pub(crate) claim: &'static str,
    /// How it began.
    pub(crate) opening: &'static [&'static str],
    /// What went wrong.
    pub(crate) facts: &'static [&'static str],
    /// What the customer tried and what the bank said.
    pub(crate) tried: &'static [&'static str],
    /// What the customer asks for: the short form and the sentence.
    pub(crate) asks: &'static [(&'static str, &'static str)],
    /// Range of the amount claimed, in yuan; `(0, 0)`: no money is claimed.
    pub(crate) amount: (i64, i64),
    /// Range of the sum behind it, in yuan, drawn in whole thousands above ten thousand.
    pub(crate) sum: (i64, i64),
    pub(crate) technical: bool,
    /// Causes of a second or third allegation that fit this story.
    pub(crate) extras: &'static [Cause],
    pub(crate) truth: Truth,
    pub(crate) remedy: RemedyKind,
    /// What the bank does when the complaint holds.
    pub(crate) remedy_text: &'static str,
}

/// Returns the stories told in `language` about `line`, in one or two groups. Traditional characters
/// are converted later.
pub(crate) fn stories(language: Language, line: Line) -> &'static [&'static [Story]] {
    match (language, line) {
        (Language::En, Line::Loan) => &[english_money::LOAN],
        (Language::En, Line::Card) => &[english_money::CARD],
        (Language::En, Line::Account) => &[english_saving::ACCOUNT],
        (Language::En, Line::Payment) => &[english_money::PAYMENT],
        (Language::En, Line::Wealth) => &[english_saving::WEALTH],
        (Language::En, Line::Insurance) => &[english_saving::INSURANCE],
        (_, Line::Loan) => &[loan_home::STORIES, loan_other::STORIES],
        (_, Line::Card) => &[card_credit::STORIES, card_debit::STORIES],
        (_, Line::Account) => &[account::STORIES],
        (_, Line::Payment) => &[payment::STORIES],
        (_, Line::Wealth) => &[wealth::STORIES],
        (_, Line::Insurance) => &[insurance::STORIES],
    }
}
