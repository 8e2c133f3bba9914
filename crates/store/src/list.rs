//! The work list: pages, single rows, tallies and the sweep.

use crate::{
    CaseQuery, CaseRow, Cursor, Page, Sort, StoreError,
    batch::{UNIT, case_key, case_of_key},
    prepare::Desk,
    session::{Row, Session, Value},
    sql::{self, Path},
    view,
};
use domain::{CaseId, CustomerId, Timestamp};

/// Reads the columns of `CASE_GET`.
pub(crate) fn case_row(mut row: Row) -> Result<CaseRow, StoreError> {
    Ok(CaseRow {
        case: case_of_key(row.int(0)?),
        customer: CustomerId(u128::from_be_bytes(row.bytes(1)?)),
        masked_name: row.text(2)?,
        state: row.text(3)?,
        line: row.text(4)?,
        product: row.text(5)?,
        channel: row.text(6)?,
        source: row.text(7)?,
        source_ref: row.text(8)?,
        branch: row.text(9)?,
        handler: row.opt_text(10)?,
        severity: row.int(11)?,
        amount_minor: row.opt_int(12)?,
        currency: row.text(13)?,
        received_at: Timestamp(row.int(14)?),
        updated_at: Timestamp(row.int(15)?),
        due_at: row.opt_int(16)?.map(Timestamp),
        due_clock: row.text(17)?,
        open: row.int(18)? != 0,
        facts_seq: row.count(19)?,
        negotiation_seq: row.count(20)?,
        clock_facts: row.text(21)?,
    })
}

/// How many rows the sweep holds at once.
const SWEEP: i64 = 2000;

impl Desk {
    pub(crate) fn case_row(&self, case: CaseId) -> Result<Option<CaseRow>, StoreError> {
        let row = self
            .pool
            .with(|s| s.one(&sql::CASE_GET, &[Value::Int(UNIT), Value::Int(case_key(case))]))?;
        row.map(case_row).transpose()
    }

    pub(crate) fn cases_of(&self, customer: CustomerId) -> Result<Vec<CaseRow>, StoreError> {
        let rows = self.pool.with(|s| {
            s.all(
                &sql::CASES_OF,
                &[Value::Int(UNIT), Value::Blob(&customer.bytes())],
            )
        })?;
        rows.into_iter().map(case_row).collect()
    }

    pub(crate) fn counts(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let rows = self
            .pool
            .with(|s| s.all(&sql::TALLIES, &[Value::Int(UNIT), Value::Text(view::STATE)]))?;
        rows.into_iter()
            .map(|mut r| Ok((r.text(0)?, r.count(1)?)))
            .collect()
    }

    /// Visits every open case in the order of its id, a bounded number of rows at a time.
    pub(crate) fn sweep(
        &self,
        mut visit: impl FnMut(&CaseRow) -> Result<(), StoreError>,
    ) -> Result<u64, StoreError> {
        let mut after = -1;
        let mut visited = 0;
        loop {
            let args = [Value::Int(UNIT), Value::Int(after), Value::Int(SWEEP)];
            let rows = self.pool.with(|s| s.all(&sql::OPEN_AFTER, &args))?;
            let full = rows.len() as i64 == SWEEP;
            for row in rows {
                let row = case_row(row)?;
                after = case_key(row.case);
                visited += 1;
                visit(&row)?;
            }
            if !full {
                return Ok(visited);
            }
        }
    }

    pub(crate) fn cases(&self, query: &CaseQuery) -> Result<Page<CaseRow>, StoreError> {
        let start = query.cursor.unwrap_or(Cursor {
            key: if query.sort == Sort::DueAsc {
                i64::MIN
            } else {
                i64::MAX
            },
            case: CaseId::from_bits(if query.sort == Sort::DueAsc { 0 } else { u64::MAX }),
        });
        let wanted = query.rows();
        let mut args = vec![
            Value::Int(UNIT),
            Value::Int(start.key),
            Value::Int(case_key(start.case)),
        ];
        args.extend(query.state.as_deref().map(Value::Text));
        args.extend(query.branch.as_ref().map(|b| Value::Text(&b.0)));
        args.extend(query.handler.as_deref().map(Value::Text));
        args.extend(query.line.as_deref().map(Value::Text));
        args.extend(query.open.map(|o| Value::Int(i64::from(o))));
        args.extend(query.due_before.map(|t| Value::Int(t.0)));
        args.push(Value::Int(wanted as i64 + 1));
        let rows = self.pool.with(|s| match path(s, query, wanted)? {
            Some(path) => s.all(&sql::list(query, path), &args),
            None => Ok(Vec::new()),
        })?;
        let rows: Vec<CaseRow> = rows.into_iter().map(case_row).collect::<Result<_, _>>()?;
        Ok(page(rows, wanted, |row| match query.sort {
            Sort::ReceivedDesc => row.received_at.0,
            Sort::UpdatedDesc => row.updated_at.0,
            Sort::DueAsc => row.due_at.map_or(i64::MAX, |t| t.0),
        }))
    }
}

/// How much cheaper it is to pass over an entry of the index of due dates, which holds the filters,
/// than to look at a row.
const IN_INDEX: f64 = 1.0 / 16.0;

/// What the tallies, which are exact, say of a question's filters.
struct Weighed {
    /// All cases.
    all: f64,
    /// The cases that have a place in the order.
    in_order: f64,
    /// The share of them that all filters together admit, were they independent of each other.
    share: f64,
    /// For each filter with an index: how many cases it admits.
    filters: Vec<(Path, f64)>,
}

/// Weighs the filters; `None` when one of them admits no case at all.
fn weigh(s: &mut dyn Session, query: &CaseQuery, by_due: bool) -> Result<Option<Weighed>, StoreError> {
    let mut count = |kind, value| -> Result<f64, StoreError> {
        let args = [Value::Int(UNIT), Value::Text(kind), Value::Text(value)];
        let row = s.one(&sql::TALLY, &args)?;
        Ok(row.map_or(Ok(0), |r| r.count(0))? as f64)
    };
    let all = count(view::OPEN, "0")? + count(view::OPEN, "1")?;
    let in_order = if by_due { count(view::DUE, "1")? } else { all };
    if in_order < 1.0 {
        return Ok(None);
    }
    let branch = query.branch.as_ref().map(|b| b.0.as_str());
    let open = query.open.map(|o| if o { "1" } else { "0" });
    // Whether a case has a due date depends on its state, and may on its line.
    let set = [
        (
            view::STATE,
            Some(view::STATE_DUE),
            query.state.as_deref(),
            Some(Path::State),
        ),
        (
            view::LINE,
            Some(view::LINE_DUE),
            query.line.as_deref(),
            Some(Path::Line),
        ),
        (view::BRANCH, None, branch, Some(Path::Branch)),
        (view::HANDLER, None, query.handler.as_deref(), Some(Path::Handler)),
        (view::OPEN, None, open, None),
    ];
    let mut weighed = Weighed {
        all,
        in_order,
        share: 1.0,
        filters: Vec::new(),
    };
    for (kind, kind_due, value, path) in set {
        let Some(value) = value else { continue };
        let cases = count(kind, value)?;
        let (admitted, of) = match kind_due {
            Some(kind) if by_due => (count(kind, value)?, in_order),
            _ => (cases, all),
        };
        if cases < 1.0 || admitted < 1.0 {
            return Ok(None);
        }
        weighed.share *= admitted / of;
        weighed.filters.extend(path.map(|p| (p, cases)));
    }
    Ok(Some(weighed))
}

fn is_filtered(query: &CaseQuery) -> bool {
    query.state.is_some()
        || query.branch.is_some()
        || query.handler.is_some()
        || query.line.is_some()
        || query.open.is_some()
}

/// Chooses the index that leads past the fewest rows; `None` when a filter admits no case at all.
fn path(s: &mut dyn Session, query: &CaseQuery, wanted: usize) -> Result<Option<Path>, StoreError> {
    if !is_filtered(query) {
        return Ok(Some(Path::Order));
    }
    let by_due = query.sort == Sort::DueAsc;
    let Some(weighed) = weigh(s, query, by_due)? else {
        return Ok(None);
    };
    let wanted = wanted as f64;
    let passed = (wanted / weighed.share).min(weighed.in_order);
    let in_order = if by_due {
        wanted + passed * IN_INDEX
    } else {
        passed
    };
    let mut best = (Path::Order, in_order);
    for (path, cases) in weighed.filters {
        let looked_at = if query.sort == Sort::ReceivedDesc {
            // Of the cases of this filter, the others admit this share.
            let others = weighed.share * weighed.all / cases;
            (wanted / others).min(cases)
        } else {
            cases
        };
        if looked_at < best.1 {
            best = (path, looked_at);
        }
    }
    Ok(Some(best.0))
}

/// The filter that admits the fewest cases.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Narrowest {
    /// Its index.
    pub(crate) path: Path,
    /// How many cases it admits.
    pub(crate) cases: f64,
    /// The share of all cases that all filters together admit, were they independent of each other …
    pub(crate) share: f64,
    /// … and their number.
    pub(crate) admitted: f64,
}

/// Returns the narrowest filter that has an index, `Some(None)` when none is set, and `None` when a
/// filter admits no case at all.
pub(crate) fn narrowest(
    s: &mut dyn Session,
    query: &CaseQuery,
) -> Result<Option<Option<Narrowest>>, StoreError> {
    if !is_filtered(query) {
        return Ok(Some(None));
    }
    let Some(weighed) = weigh(s, query, false)? else {
        return Ok(None);
    };
    let (share, admitted) = (weighed.share, weighed.share * weighed.all);
    let narrowest = weighed.filters.into_iter().min_by(|a, b| a.1.total_cmp(&b.1));
    Ok(Some(narrowest.map(|(path, cases)| Narrowest {
        path,
        cases,
        share,
        admitted,
    })))
}

/// Cuts one row more than wanted into a page and its cursor.
pub(crate) fn page(mut rows: Vec<CaseRow>, wanted: usize, key: impl Fn(&CaseRow) -> i64) -> Page<CaseRow> {
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    let next = rows.last().filter(|_| more).map(|r| Cursor {
        key: key(r),
        case: r.case,
    });
    Page { rows, next }
}
