//! Finding cases by words: keyed hashes of words, newest text first, every word must occur.
//!
//! With filters there are two ways. Either the search index is asked, newest first, and each hit is
//! looked up in `worklist_doc`, which holds the filters beside the number of the document. Or, when a
//! filter admits few cases and the words are common, these cases are read and their own words looked
//! through. The tallies, and how often the words occur, say which way looks at less.

use crate::{
    CaseQuery, CaseRow, Cursor, Page, StoreError,
    batch::UNIT,
    dialect,
    list::{self, case_row},
    prepare::{Desk, packed_word},
    session::{Engine, Row, Session, Value},
    sql,
};
use std::collections::HashMap;

/// How many hits cost as much as looking through the words of one case.
const HITS_PER_CASE: f64 = 1.0;
/// What an entry in the index of a filter costs in such looks.
const ENTRY: f64 = 0.3;
/// How many documents are looked through at once.
const CHUNK: usize = 256;

/// A question and its arguments.
struct Asked<'q> {
    words: Vec<String>,
    query: &'q CaseQuery,
    /// Only documents older than this one.
    before: i64,
    /// How many rows are wanted: one more than the page has.
    wanted: usize,
}

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
        let asked = Asked {
            words: tokens
                .iter()
                .map(|t| self.blind.word(t).map(char::from).iter().collect())
                .collect(),
            query,
            before: query.cursor.map_or(i64::MAX, |c| c.key),
            wanted: query.rows() + 1,
        };
        let rows = self.pool.snapshot(|s| match list::narrowest(s, query)? {
            None => Ok(Vec::new()),
            Some(filter) => match s.engine() {
                Engine::Sqlite => sqlite(s, &asked, filter),
                Engine::Postgres => postgres(s, &asked, filter),
            },
        })?;
        Ok(page(rows, query.rows()))
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

/// Reads a row of the work list with the number of its document behind.
fn hit(row: Row) -> Result<(i64, CaseRow), StoreError> {
    let doc = row.int(sql::CASE_WIDTH)?;
    Ok((doc, case_row(row)?))
}

/// The arguments of the filters, in the order of `sql::list`.
fn filters(query: &CaseQuery) -> Vec<Value<'_>> {
    let mut args = Vec::new();
    args.extend(query.state.as_deref().map(Value::Text));
    args.extend(query.branch.as_ref().map(|b| Value::Text(&b.0)));
    args.extend(query.handler.as_deref().map(Value::Text));
    args.extend(query.line.as_deref().map(Value::Text));
    args.extend(query.open.map(|o| Value::Int(i64::from(o))));
    args.extend(query.due_before.map(|t| Value::Int(t.0)));
    args
}

/// Returns the filter when reading its cases may be less work than passing over hits that it refuses,
/// and from how many hits on it is.
fn few_cases(filter: Option<list::Narrowest>, wanted: usize) -> Option<(list::Narrowest, usize)> {
    let filter = filter?;
    // Every case of the filter is an entry of its index; the words are read of those that the other
    // filters admit too.
    let most = (filter.cases * ENTRY + filter.admitted) * HITS_PER_CASE;
    let passed = wanted as f64 / filter.share;
    (passed > most).then_some((filter, most as usize))
}

fn sqlite(
    s: &mut dyn Session,
    asked: &Asked<'_>,
    filter: Option<list::Narrowest>,
) -> Result<Vec<(i64, CaseRow)>, StoreError> {
    let matched = asked.words.join(" AND ");
    let before = Value::Int(asked.before);
    if let Some((filter, most)) = few_cases(filter, asked.wanted) {
        let beyond = s.one(
            &sql::FTS_BEYOND,
            &[Value::Text(&matched), before, Value::Int(most as i64)],
        )?;
        if beyond.is_some() {
            return through_filter(s, asked, filter);
        }
    }
    let mut args = vec![Value::Text(&matched), before, Value::Int(UNIT)];
    args.extend(filters(asked.query));
    args.push(Value::Int(asked.wanted as i64));
    let rows = s.all(&sql::fts_find(asked.query), &args)?;
    rows.into_iter().map(hit).collect()
}

/// A GIN index knows no order, so each document also carries the names of the blocks of numbers that
/// it lies in. Asking block by block, newest first, costs little both for words that are everywhere
/// (the first small block has enough) and for rare ones (the rare list is the short one).
fn postgres(
    s: &mut dyn Session,
    asked: &Asked<'_>,
    filter: Option<list::Narrowest>,
) -> Result<Vec<(i64, CaseRow)>, StoreError> {
    let newest = s
        .one(&sql::LAST_DOC, &[Value::Int(UNIT)])?
        .map_or(Ok(0), |r| r.int(0))?;
    let words = asked.words.join(" & ");
    let mut before = asked.before.min(newest + 1);
    // The newest small block tells how common the words are.
    let filtered = filter.is_some();
    let mut common = false;
    if filtered && before > 1 {
        s.script("SET LOCAL enable_bitmapscan = on")?;
        let first = dialect::block_start(0, before - 1);
        let matched = format!("{} & {words}", dialect::block(0, before - 1));
        let args = [Value::Int(UNIT), Value::Text(&matched), Value::Int(before)];
        let hits = s.one(&sql::GIN_COUNT, &args)?.map_or(Ok(0), |r| r.int(0))? as f64;
        let density = hits / (before - first) as f64;
        common = density > COMMON;
        if let Some((filter, most)) = few_cases(filter, asked.wanted)
            && density * before as f64 > most as f64
        {
            s.script("SET LOCAL enable_bitmapscan = off")?;
            return through_filter(s, asked, filter);
        }
    }
    let text = sql::gin_find(asked.query);
    let mut found = Vec::new();
    let mut blocks = 0;
    s.script("SET LOCAL enable_bitmapscan = on")?;
    while before > 1 && found.len() < asked.wanted {
        // One small block, then a few middle ones, then large ones; small ones while each has many
        // hits that a filter may refuse.
        let level = match blocks {
            _ if filtered && common => 0,
            0 => 0,
            1..6 => 1,
            _ => 2,
        };
        blocks += 1;
        let matched = format!("{} & {words}", dialect::block(level, before - 1));
        let mut args = vec![Value::Int(UNIT), Value::Text(&matched), Value::Int(before)];
        args.extend(filters(asked.query));
        args.push(Value::Int((asked.wanted - found.len()) as i64));
        for row in s.all(&text, &args)? {
            found.push(hit(row)?);
        }
        before = dialect::block_start(level, before - 1);
    }
    Ok(found)
}

/// From this share of the documents on, a word is common.
const COMMON: f64 = 0.1;

/// Reads the cases that the narrowest filter and all others admit, and looks through their words.
fn through_filter(
    s: &mut dyn Session,
    asked: &Asked<'_>,
    filter: list::Narrowest,
) -> Result<Vec<(i64, CaseRow)>, StoreError> {
    let mut args = vec![Value::Int(UNIT), Value::Int(asked.before)];
    args.extend(filters(asked.query));
    let mut docs = Vec::new();
    s.each(&sql::docs_of(asked.query, filter.path), &args, &mut |row| {
        docs.push(row.int(0)?);
        Ok(())
    })?;
    docs.sort_unstable_by(|a, b| b.cmp(a));
    let mut found = Vec::new();
    for chunk in docs.chunks(CHUNK) {
        found.extend(with_words(s, asked, chunk)?);
        if found.len() >= asked.wanted {
            break;
        }
    }
    found.truncate(asked.wanted);
    let keys: Vec<Value<'_>> = found
        .iter()
        .flat_map(|doc| [Value::Int(UNIT), Value::Int(*doc)])
        .collect();
    let mut rows = HashMap::new();
    s.lookup(&sql::CASES_BY_DOC, &keys, &mut |n, row| {
        rows.insert(found[n], case_row(row)?);
        Ok(())
    })?;
    Ok(found
        .iter()
        .filter_map(|doc| Some((*doc, rows.remove(doc)?)))
        .collect())
}

/// Returns those of `docs` whose text holds all words, in the same order.
fn with_words(s: &mut dyn Session, asked: &Asked<'_>, docs: &[i64]) -> Result<Vec<i64>, StoreError> {
    let mut holds = vec![false; docs.len()];
    match s.engine() {
        Engine::Sqlite => {
            let words: Vec<[u8; 5]> = asked.words.iter().filter_map(|w| packed_word(w)).collect();
            let keys: Vec<Value<'_>> = docs
                .iter()
                .flat_map(|doc| [Value::Int(UNIT), Value::Int(*doc)])
                .collect();
            s.lookup(&sql::DOCS_WORDS, &keys, &mut |n, mut row| {
                let packed = row.blob(0)?;
                let own = packed.as_chunks::<5>().0;
                holds[n] = words.iter().all(|w| own.contains(w));
                Ok(())
            })?;
        }
        Engine::Postgres => {
            let list: Vec<String> = docs.iter().map(i64::to_string).collect();
            let (list, words) = (list.join(" "), asked.words.join(" & "));
            let place: HashMap<i64, usize> = docs.iter().enumerate().map(|(n, doc)| (*doc, n)).collect();
            let args = [Value::Int(UNIT), Value::Text(&list), Value::Text(&words)];
            s.each(&sql::GIN_TEST, &args, &mut |row| {
                if let Some(n) = place.get(&row.int(0)?) {
                    holds[*n] = true;
                }
                Ok(())
            })?;
        }
    }
    Ok(docs
        .iter()
        .zip(holds)
        .filter_map(|(doc, holds)| holds.then_some(*doc))
        .collect())
}
