//! Writing the work list, its tallies and the search index, in the transaction of the events.

use crate::{
    CaseRow, StoreError,
    batch::{Counters, UNIT, case_key},
    dialect,
    prepare::{Prepared, Words},
    session::{Engine, Session, Value},
    sql,
};
use domain::CaseId;
use std::collections::{BTreeMap, HashMap};

/// What the database knows of a case that is written again.
struct Old {
    state: String,
    branch: String,
    handler: Option<String>,
    line: String,
    open: i64,
    customer: [u8; 16],
    received_at: i64,
    due_at: Option<i64>,
    doc: Option<i64>,
}

/// One case to write: the last row and the last words of the batch.
struct New<'a> {
    row: &'a CaseRow,
    words: Option<&'a Words>,
    customer: [u8; 16],
    doc: Option<i64>,
}

/// The tally kinds, and what they count.
pub(crate) const STATE: &str = "state";
pub(crate) const BRANCH: &str = "branch";
pub(crate) const HANDLER: &str = "handler";
pub(crate) const LINE: &str = "line";
pub(crate) const OPEN: &str = "open";
/// Cases with a due date: all, by state, by line.
pub(crate) const DUE: &str = "due";
pub(crate) const STATE_DUE: &str = "state due";
pub(crate) const LINE_DUE: &str = "line due";

type Tallies<'a> = BTreeMap<(&'static str, &'a str), i64>;

/// Writes the views of all good works.
pub(crate) fn write(
    session: &mut dyn Session,
    counters: &mut Counters,
    good: &[&Prepared],
) -> Result<(), StoreError> {
    let mut new: BTreeMap<CaseId, New<'_>> = BTreeMap::new();
    for p in good {
        if let Some(row) = &p.work.view {
            let words = p.words.as_ref();
            let entry = new.entry(row.case).or_insert(New {
                row,
                words,
                customer: [0; 16],
                doc: None,
            });
            entry.row = row;
            entry.words = words.or(entry.words);
            entry.customer = row.customer.bytes();
        }
    }
    if new.is_empty() {
        return Ok(());
    }
    let old = old_rows(session, &new)?;
    number_documents(counters, &mut new, &old);
    write_rows(session, &new, &old)?;
    write_tallies(session, &new, &old)?;
    write_words(session, &new, &old)
}

fn old_rows(
    session: &mut dyn Session,
    new: &BTreeMap<CaseId, New<'_>>,
) -> Result<HashMap<CaseId, Old>, StoreError> {
    let cases: Vec<CaseId> = new.keys().copied().collect();
    let keys: Vec<Value<'_>> = cases
        .iter()
        .flat_map(|c| [Value::Int(UNIT), Value::Int(case_key(*c))])
        .collect();
    let mut old = HashMap::new();
    session.lookup(&sql::CASES_NOW, &keys, &mut |n, mut row| {
        let known = Old {
            state: row.text(0)?,
            branch: row.text(1)?,
            handler: row.opt_text(2)?,
            line: row.text(3)?,
            open: row.int(4)?,
            customer: row.bytes(5)?,
            received_at: row.int(6)?,
            due_at: row.opt_int(7)?,
            doc: row.opt_int(8)?,
        };
        old.insert(cases[n], known);
        Ok(())
    })?;
    Ok(old)
}

/// New words get a new, larger number: the search answers newest first and the index only grows at
/// its end.
fn number_documents(
    counters: &mut Counters,
    new: &mut BTreeMap<CaseId, New<'_>>,
    old: &HashMap<CaseId, Old>,
) {
    for (case, n) in new.iter_mut() {
        n.doc = old.get(case).and_then(|o| o.doc);
        match n.words {
            Some(words) if words.packed.is_empty() => n.doc = None,
            Some(_) => {
                counters.last_doc += 1;
                n.doc = Some(counters.last_doc);
            }
            None => {}
        }
    }
}

/// The columns of `CASES_ADD` after the key.
const COLUMNS: usize = 22;
/// Those of them that no index holds, except `updated_at`: the columns of `CASES_TOUCH`.
const TOUCHED: [usize; 13] = [1, 4, 5, 6, 7, 10, 11, 12, 14, 16, 18, 19, 20];

fn columns<'a>(n: &'a New<'_>) -> [Value<'a>; COLUMNS] {
    let r = n.row;
    [
        Value::Blob(&n.customer),
        Value::Text(&r.masked_name),
        Value::Text(&r.state),
        Value::Text(&r.line),
        Value::Text(&r.product),
        Value::Text(&r.channel),
        Value::Text(&r.source),
        Value::Text(&r.source_ref),
        Value::Text(&r.branch),
        Value::opt_text(r.handler.as_deref()),
        Value::Int(r.severity),
        Value::opt_int(r.amount_minor),
        Value::Text(&r.currency),
        Value::Int(r.received_at.0),
        Value::Int(r.updated_at.0),
        Value::opt_int(r.due_at.map(|t| t.0)),
        Value::Text(&r.due_clock),
        Value::Int(i64::from(r.open)),
        Value::Int(r.facts_seq as i64),
        Value::Int(r.negotiation_seq as i64),
        Value::Text(&r.clock_facts),
        Value::opt_int(n.doc),
    ]
}

fn write_rows(
    session: &mut dyn Session,
    new: &BTreeMap<CaseId, New<'_>>,
    old: &HashMap<CaseId, Old>,
) -> Result<(), StoreError> {
    let (mut added, mut set, mut touched) = (Vec::new(), Vec::new(), Vec::new());
    for (case, n) in new {
        let key = [Value::Int(UNIT), Value::Int(case_key(*case))];
        let columns = columns(n);
        match old.get(case) {
            None => {
                added.extend(key);
                added.extend(columns);
            }
            Some(o) if same_keys(o, n) => {
                touched.extend(TOUCHED.map(|i| columns[i]));
                touched.extend(key);
            }
            Some(_) => {
                set.extend(columns);
                set.extend(key);
            }
        }
    }
    session.insert(&sql::CASES_ADD, &added)?;
    session.update(&sql::CASES_SET, &set)?;
    session.update(&sql::CASES_TOUCH, &touched)?;
    Ok(())
}

/// Whether no indexed column but `updated_at` changes, so that most indexes can be left alone.
fn same_keys(o: &Old, n: &New<'_>) -> bool {
    let r = n.row;
    o.state == r.state
        && o.line == r.line
        && o.branch == r.branch
        && o.handler == r.handler
        && o.customer == n.customer
        && o.received_at == r.received_at.0
        && o.due_at == r.due_at.map(|t| t.0)
        && o.open == i64::from(r.open)
        && o.doc == n.doc
}

fn write_tallies(
    session: &mut dyn Session,
    new: &BTreeMap<CaseId, New<'_>>,
    old: &HashMap<CaseId, Old>,
) -> Result<(), StoreError> {
    let mut change: Tallies<'_> = BTreeMap::new();
    for (case, n) in new {
        let r = n.row;
        count(
            &mut change,
            [&r.state, &r.branch, &r.line],
            r.handler.as_deref(),
            (i64::from(r.open), r.due_at.is_some()),
            1,
        );
        if let Some(o) = old.get(case) {
            count(
                &mut change,
                [&o.state, &o.branch, &o.line],
                o.handler.as_deref(),
                (o.open, o.due_at.is_some()),
                -1,
            );
        }
    }
    let values: Vec<Value<'_>> = change
        .iter()
        .filter(|(_, n)| **n != 0)
        .flat_map(|((kind, value), n)| {
            [
                Value::Int(UNIT),
                Value::Text(kind),
                Value::Text(value),
                Value::Int(*n),
            ]
        })
        .collect();
    session.insert(&sql::TALLIES_ADD, &values)?;
    Ok(())
}

fn count<'a>(
    change: &mut Tallies<'a>,
    names: [&'a str; 3],
    handler: Option<&'a str>,
    (open, due): (i64, bool),
    by: i64,
) {
    let mut add = |kind, value: &'a str| *change.entry((kind, value)).or_insert(0) += by;
    let [state, branch, line] = names;
    add(STATE, state);
    add(BRANCH, branch);
    add(LINE, line);
    add(OPEN, if open == 0 { "0" } else { "1" });
    if let Some(handler) = handler {
        add(HANDLER, handler);
    }
    if due {
        add(DUE, "1");
        add(STATE_DUE, state);
        add(LINE_DUE, line);
    }
}

fn write_words(
    session: &mut dyn Session,
    new: &BTreeMap<CaseId, New<'_>>,
    old: &HashMap<CaseId, Old>,
) -> Result<(), StoreError> {
    let mut rows: Vec<(i64, CaseId, &Words)> = Vec::new();
    for (case, n) in new {
        let Some(words) = n.words else { continue };
        if let Some(doc) = old.get(case).and_then(|o| o.doc) {
            forget_document(session, doc)?;
        }
        if let Some(doc) = n.doc {
            rows.push((doc, *case, words));
        }
    }
    add_documents(session, &rows)
}

/// Puts documents into the search index; their numbers must grow.
pub(crate) fn add_documents(
    session: &mut dyn Session,
    rows: &[(i64, CaseId, &Words)],
) -> Result<(), StoreError> {
    let mut docs = Vec::with_capacity(rows.len() * 4);
    let key = |doc: i64, case: CaseId| [Value::Int(UNIT), Value::Int(doc), Value::Int(case_key(case))];
    match session.engine() {
        Engine::Sqlite => {
            let mut index = Vec::with_capacity(rows.len() * 2);
            for (doc, case, words) in rows {
                docs.extend(key(*doc, *case));
                docs.push(Value::Blob(&words.packed));
                index.extend([Value::Int(*doc), Value::Text(&words.text)]);
            }
            session.insert(&sql::DOCS_ADD, &docs)?;
            session.insert(&sql::FTS_ADD, &index)?;
        }
        Engine::Postgres => {
            let texts: Vec<String> = rows
                .iter()
                .map(|(doc, _, words)| dialect::with_blocks(*doc, &words.text))
                .collect();
            for ((doc, case, _), text) in rows.iter().zip(&texts) {
                docs.extend(key(*doc, *case));
                docs.push(Value::Text(text));
            }
            session.insert(&sql::DOCS_WORDS_ADD, &docs)?;
        }
    }
    Ok(())
}

/// Takes a document out of the search index.
pub(crate) fn forget_document(session: &mut dyn Session, doc: i64) -> Result<(), StoreError> {
    session.run(&sql::DOC_DROP, &[Value::Int(UNIT), Value::Int(doc)])?;
    if session.engine() == Engine::Sqlite {
        session.run(&sql::FTS_DROP, &[Value::Int(doc)])?;
    }
    Ok(())
}
