//! Finding cases by words: keyed hashes of words, newest text first, every word must occur.

use crate::{
    CaseQuery, CaseRow, Cursor, Page, StoreError,
    batch::{UNIT, case_key, case_of_key},
    dialect,
    list::case_row,
    prepare::Desk,
    session::{Engine, Session, Value},
    sql,
};
use domain::CaseId;
use std::collections::HashMap;

impl Desk {
    /// Returns a page of the cases whose text holds all words of `text` and that `query` admits,
    /// newest text first.
    pub(crate) fn search(&self, text: &str, query: &CaseQuery) -> Result<Page<CaseRow>, StoreError> {
        let tokens = text::query_tokens(text);
        if tokens.is_empty() {
            return Err(StoreError::BadQuestion(
                "a search needs at least two characters".into(),
            ));
        }
        let words: Vec<String> = tokens
            .iter()
            .map(|t| self.blind.word(t).map(char::from).iter().collect())
            .collect();
        let wanted = query.rows();
        self.pool.with(|s| {
            let mut before = query.cursor.map_or(i64::MAX, |c| c.key);
            let mut rows = Vec::new();
            // Filters may refuse most hits: ask for more at a time then.
            let mut most = wanted + 1;
            loop {
                let found = documents(s, &words, before, most)?;
                let end = found.len() < most;
                let admitted = admitted_rows(s, &found, query)?;
                for (doc, case) in found {
                    before = doc;
                    if let Some(row) = admitted.get(&case) {
                        rows.push((doc, row.clone()));
                        if rows.len() > wanted {
                            break;
                        }
                    }
                }
                if end || rows.len() > wanted {
                    return Ok(page(rows, wanted));
                }
                most = (most * 2).min(2000);
            }
        })
    }
}

fn page(mut rows: Vec<(i64, CaseRow)>, wanted: usize) -> Page<CaseRow> {
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    let next = rows.last().filter(|_| more).map(|(doc, row)| Cursor {
        key: *doc,
        case: row.case,
    });
    Page {
        rows: rows.into_iter().map(|(_, row)| row).collect(),
        next,
    }
}

fn admitted_rows(
    s: &mut dyn Session,
    found: &[(i64, CaseId)],
    query: &CaseQuery,
) -> Result<HashMap<CaseId, CaseRow>, StoreError> {
    let keys: Vec<Value<'_>> = found
        .iter()
        .flat_map(|(_, c)| [Value::Int(UNIT), Value::Int(case_key(*c))])
        .collect();
    let mut rows = HashMap::new();
    s.lookup(&sql::CASES_ROWS, &keys, &mut |_, row| {
        let row = case_row(row)?;
        if query.admits(&row) {
            rows.insert(row.case, row);
        }
        Ok(())
    })?;
    Ok(rows)
}

/// Returns up to `most` documents with all words, newest first, older than `before`.
fn documents(
    s: &mut dyn Session,
    words: &[String],
    before: i64,
    most: usize,
) -> Result<Vec<(i64, CaseId)>, StoreError> {
    match s.engine() {
        Engine::Sqlite => sqlite(s, words, before, most),
        Engine::Postgres => postgres(s, words, before, most),
    }
}

fn sqlite(
    s: &mut dyn Session,
    words: &[String],
    before: i64,
    most: usize,
) -> Result<Vec<(i64, CaseId)>, StoreError> {
    let matched = words.join(" AND ");
    let mut docs = Vec::new();
    let args = [Value::Text(&matched), Value::Int(before), Value::Int(most as i64)];
    s.each(&sql::FTS_FIND, &args, &mut |row| {
        docs.push(row.int(0)?);
        Ok(())
    })?;
    let keys: Vec<Value<'_>> = docs
        .iter()
        .flat_map(|d| [Value::Int(UNIT), Value::Int(*d)])
        .collect();
    let mut cases = HashMap::new();
    s.lookup(&sql::DOCS_ROWS, &keys, &mut |n, row| {
        cases.insert(docs[n], case_of_key(row.int(0)?));
        Ok(())
    })?;
    Ok(docs
        .into_iter()
        .filter_map(|d| cases.get(&d).map(|c| (d, *c)))
        .collect())
}

/// A GIN index knows no order, so each document also carries the names of the blocks of numbers that
/// it lies in. Asking block by block, newest first, costs little both for words that are everywhere
/// (the first small block has enough) and for rare ones (the rare list is the short one).
fn postgres(
    s: &mut dyn Session,
    words: &[String],
    before: i64,
    most: usize,
) -> Result<Vec<(i64, CaseId)>, StoreError> {
    let newest = s
        .one(&sql::LAST_DOC, &[Value::Int(UNIT)])?
        .map_or(Ok(0), |r| r.int(0))?;
    let mut before = before.min(newest + 1);
    let mut found = Vec::new();
    let mut asked = 0;
    s.begin_snapshot()?;
    s.script("SET LOCAL enable_bitmapscan = on")?;
    while before > 1 && found.len() < most {
        // One small block, then a few middle ones, then large ones.
        let level = match asked {
            0 => 0,
            1..6 => 1,
            _ => 2,
        };
        asked += 1;
        let block = dialect::block(level, before - 1);
        let matched = format!("{block} & {}", words.join(" & "));
        let left = Value::Int((most - found.len()) as i64);
        s.each(
            &sql::GIN_FIND,
            &[Value::Int(UNIT), Value::Text(&matched), Value::Int(before), left],
            &mut |row| {
                found.push((row.int(0)?, case_of_key(row.int(1)?)));
                Ok(())
            },
        )?;
        before = dialect::block_start(level, before - 1);
    }
    s.rollback();
    Ok(found)
}
