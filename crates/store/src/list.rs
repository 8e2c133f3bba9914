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
            let rows = self.pool.with(|s| s.all(&sql::CASES_AFTER, &args))?;
            let full = rows.len() as i64 == SWEEP;
            for row in rows {
                let row = case_row(row)?;
                after = case_key(row.case);
                if row.open {
                    visited += 1;
                    visit(&row)?;
                }
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

/// Chooses the index by how many cases each filter admits (the tallies are exact); `None` when a
/// filter admits no case at all.
fn path(s: &mut dyn Session, query: &CaseQuery, wanted: usize) -> Result<Option<Path>, StoreError> {
    let set = [
        (view::STATE, query.state.as_deref(), Some(Path::State)),
        (
            view::BRANCH,
            query.branch.as_ref().map(|b| b.0.as_str()),
            Some(Path::Branch),
        ),
        (view::HANDLER, query.handler.as_deref(), Some(Path::Handler)),
        (view::LINE, query.line.as_deref(), None),
        (view::OPEN, query.open.map(|o| if o { "1" } else { "0" }), None),
    ];
    if set.iter().all(|(_, value, _)| value.is_none()) {
        return Ok(Some(Path::Order));
    }
    let mut count = |kind, value| -> Result<u64, StoreError> {
        let row = s.one(
            &sql::TALLY,
            &[Value::Int(UNIT), Value::Text(kind), Value::Text(value)],
        )?;
        row.map_or(Ok(0), |r| r.count(0))
    };
    let all = (count(view::OPEN, "0")? + count(view::OPEN, "1")?).max(1) as f64;
    let mut share = 1.0;
    let mut counted = Vec::new();
    for (kind, value, path) in set {
        let Some(value) = value else { continue };
        let n = count(kind, value)? as f64;
        if n < 1.0 {
            return Ok(None);
        }
        share *= n / all;
        counted.extend(path.map(|p| (p, n)));
    }
    // How many rows each way would look at, were the filters independent of each other.
    let wanted = wanted as f64;
    let mut best = (Path::Order, (wanted / share).min(all));
    for (path, n) in counted {
        let looked_at = if query.sort == Sort::ReceivedDesc {
            (wanted / (share * all / n)).min(n)
        } else {
            n
        };
        if looked_at < best.1 {
            best = (path, looked_at);
        }
    }
    Ok(Some(best.0))
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
