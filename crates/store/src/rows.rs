//! Cases as lists show them: the row, the question, the page and its cursor.

use domain::{BranchId, CaseId, CustomerId, Timestamp};

/// One case as the lists, the search and the clock sweep see it. Holds no unmasked personal text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRow {
    /// The case.
    pub case: CaseId,
    /// Whose case it is.
    pub customer: CustomerId,
    /// The customer's name as lists may show it, such as `王**`.
    pub masked_name: String,
    /// The state of the case.
    pub state: String,
    /// The business line.
    pub line: String,
    /// The product.
    pub product: String,
    /// How the complaint came in.
    pub channel: String,
    /// The source system.
    pub source: String,
    /// The source system's id of the complaint; no personal text.
    pub source_ref: String,
    /// The branch.
    pub branch: String,
    /// Who works on it.
    pub handler: Option<String>,
    /// How serious it is; larger is worse.
    pub severity: i64,
    /// The amount in dispute, in minor units of `currency`.
    pub amount_minor: Option<i64>,
    /// The currency of the amount.
    pub currency: String,
    /// When the bank received it.
    pub received_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The nearest due date, if a clock runs.
    pub due_at: Option<Timestamp>,
    /// The clock of that date, such as `cn.nfra.decide`; empty without one.
    pub due_clock: String,
    /// Whether work is left to do.
    pub open: bool,
    /// The last number of the facts stream that is in this row.
    pub facts_seq: u64,
    /// The last number of the negotiation stream that is in this row.
    pub negotiation_seq: u64,
    /// What the clocks are computed from, as compact JSON, for the sweep.
    pub clock_facts: String,
}

impl CaseRow {
    /// Returns a row in which everything but the ids and times is empty.
    #[must_use]
    pub fn empty(case: CaseId, customer: CustomerId, received_at: Timestamp) -> Self {
        CaseRow {
            case,
            customer,
            masked_name: String::new(),
            state: String::new(),
            line: String::new(),
            product: String::new(),
            channel: String::new(),
            source: String::new(),
            source_ref: String::new(),
            branch: String::new(),
            handler: None,
            severity: 0,
            amount_minor: None,
            currency: String::new(),
            received_at,
            updated_at: received_at,
            due_at: None,
            due_clock: String::new(),
            open: true,
            facts_seq: 0,
            negotiation_seq: 0,
            clock_facts: String::new(),
        }
    }
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Newest received first.
    #[default]
    ReceivedDesc,
    /// Nearest due date first; only cases with a running clock are listed.
    DueAsc,
    /// Last changed first.
    UpdatedDesc,
}

/// Which cases, in which order, how many. `Default` asks for the first 50 of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseQuery {
    /// Only this state.
    pub state: Option<String>,
    /// Only this branch.
    pub branch: Option<BranchId>,
    /// Only this handler.
    pub handler: Option<String>,
    /// Only this business line.
    pub line: Option<String>,
    /// Only open, or only closed cases.
    pub open: Option<bool>,
    /// Only cases due before this time.
    pub due_before: Option<Timestamp>,
    /// The order; a search answers by recency of the text instead.
    pub sort: Sort,
    /// Where the last page ended.
    pub cursor: Option<Cursor>,
    /// How many rows, at most 1,000; 0 means 50.
    pub limit: usize,
}

impl CaseQuery {
    pub(crate) fn rows(&self) -> usize {
        if self.limit == 0 { 50 } else { self.limit.min(1000) }
    }
}

/// A place between two rows of a list. Printed and parsed for links between pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The sort key of the last row seen: microseconds, or the search number.
    pub key: i64,
    /// The last row's case, which breaks ties.
    pub case: CaseId,
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:x}", self.key, self.case.bits())
    }
}

impl std::str::FromStr for Cursor {
    type Err = crate::StoreError;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let bad = || crate::StoreError::BadQuestion("this page link is damaged; open the list again".into());
        let (key, case) = s.split_once('.').ok_or_else(bad)?;
        Ok(Cursor {
            key: key.parse().map_err(|_| bad())?,
            case: CaseId::from_bits(u64::from_str_radix(case, 16).map_err(|_| bad())?),
        })
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in order.
    pub rows: Vec<T>,
    /// Where the next page starts; `None` at the end.
    pub next: Option<Cursor>,
}
