//! Reads every SQL text of the crate and refuses what a distributed engine forbids (scale rules 1–16),
//! and prepares every text on both engines.

use super::*;
use crate::{CaseQuery, Sort, dialect, engine, migrate, session::Engine, session::Session};
use sqlparser::{
    ast::{self, BinaryOperator, Expr, SetExpr, Visit, Visitor},
    dialect::PostgreSqlDialect,
    parser::Parser,
};
use std::ops::ControlFlow;

/// Every statement in the form of `engine`, by name.
fn texts(on: Engine) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut plain = |s: &Statement| {
        let text = s.text.replace("{skip_locked}", dialect::skip_locked(on));
        all.push((s.name.to_owned(), text));
    };
    STATEMENTS.iter().for_each(|s| plain(s));
    match on {
        Engine::Sqlite => [&FTS_BEYOND, &FTS_DROP, &DUMP_DOCS_SQLITE]
            .into_iter()
            .for_each(plain),
        Engine::Postgres => [&GIN_COUNT, &GIN_TEST, &DUMP_DOCS_POSTGRES]
            .into_iter()
            .for_each(plain),
    }
    let mut inserts: Vec<&Insert> = INSERTS.to_vec();
    match on {
        Engine::Sqlite => inserts.extend([&DOCS_ADD, &FTS_ADD]),
        Engine::Postgres => inserts.push(&DOCS_WORDS_ADD),
    }
    all.extend(
        inserts
            .iter()
            .map(|i| (i.name.to_owned(), dialect::insert(on, i))),
    );
    all.extend(
        UPDATES
            .iter()
            .map(|u| (u.name.to_owned(), dialect::update(on, u))),
    );
    let mut lookups: Vec<&Lookup> = LOOKUPS.to_vec();
    if on == Engine::Sqlite {
        lookups.push(&DOCS_WORDS);
    }
    all.extend(
        lookups
            .iter()
            .map(|l| (l.name.to_owned(), dialect::lookup(on, l))),
    );
    for (query, path) in questions() {
        let name = format!("{query:?} {path:?}");
        all.push((format!("LIST {name}"), list(&query, path).text.into_owned()));
        if query.sort != Sort::ReceivedDesc {
            continue;
        }
        all.push((format!("DOCS {name}"), docs_of(&query, path).text.into_owned()));
        if path == Path::Order {
            let find = match on {
                Engine::Sqlite => fts_find(&query),
                Engine::Postgres => gin_find(&query),
            };
            all.push((format!("{} {name}", find.name), find.text.into_owned()));
        }
    }
    all
}

/// Every combination of filters, order and path.
fn questions() -> impl Iterator<Item = (CaseQuery, Path)> {
    let sorts = [Sort::ReceivedDesc, Sort::UpdatedDesc, Sort::DueAsc];
    sorts.into_iter().flat_map(|sort| {
        (0..64u32).flat_map(move |set| {
            let text = move |bit: u32| (set >> bit & 1 == 1).then(|| "x".to_owned());
            let query = CaseQuery {
                state: text(0),
                branch: text(1).map(domain::BranchId),
                handler: text(2),
                line: text(3),
                open: text(4).map(|_| true),
                due_before: text(5).map(|_| domain::Timestamp(0)),
                sort,
                ..CaseQuery::default()
            };
            [Path::Order, Path::State, Path::Line, Path::Branch, Path::Handler]
                .map(|path| (query.clone(), path))
        })
    })
}

/// What a statement may not hold.
struct Rules<'a> {
    name: &'a str,
    broken: Vec<String>,
}

impl Rules<'_> {
    fn broken(&mut self, what: &str) {
        self.broken.push(format!("{}: {what}", self.name));
    }
}

impl Visitor for Rules<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, e: &Expr) -> ControlFlow<()> {
        match e {
            Expr::BinaryOp {
                op: BinaryOperator::Divide,
                ..
            } => self.broken("division of integers (rule 16)"),
            Expr::Function(f) => {
                let name = f.name.to_string().to_lowercase();
                let words = ["advisory", "nextval", "currval", "setval", "lastval", "pg_notify"];
                if words.iter().any(|w| name.contains(w)) {
                    self.broken(&format!("the function {name} (rules 3, 8, 9)"));
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_query(&mut self, q: &ast::Query) -> ControlFlow<()> {
        if let Some(with) = &q.with {
            for cte in &with.cte_tables {
                if !matches!(&*cte.query.body, SetExpr::Select(_) | SetExpr::Query(_)) {
                    self.broken("a data-modifying CTE (rule 14)");
                }
            }
        }
        if !q.locks.is_empty() {
            let selection = match &*q.body {
                SetExpr::Select(s) => s.selection.as_ref().map(ToString::to_string),
                _ => None,
            };
            if !selection.is_some_and(|s| s.starts_with("bucket = $1")) {
                self.broken("a locking read without bucket = $1 (rule 6)");
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_statement(&mut self, s: &ast::Statement) -> ControlFlow<()> {
        match s {
            ast::Statement::Query(_) | ast::Statement::Insert(_) | ast::Statement::Delete(_) => {}
            ast::Statement::Update(u) => {
                if u.assignments
                    .iter()
                    .any(|a| a.target.to_string().ends_with("bucket"))
                {
                    self.broken("an update of bucket (rule 13)");
                }
            }
            other => {
                let text = other.to_string();
                self.broken(&format!("a statement of another kind: {text}"));
            }
        }
        ControlFlow::Continue(())
    }
}

fn check(name: &str, text: &str) -> Vec<String> {
    let parsed =
        Parser::parse_sql(&PostgreSqlDialect {}, text).unwrap_or_else(|e| panic!("{name}: {e}\n{text}"));
    let mut rules = Rules {
        name,
        broken: Vec::new(),
    };
    for statement in &parsed {
        let _ = statement.visit(&mut rules);
    }
    if parsed.len() != 1 {
        rules.broken("more than one statement");
    }
    rules.broken
}

/// Breaks of the rules in a schema.
fn check_schema(text: &str) -> Vec<String> {
    let parsed = Parser::parse_sql(&PostgreSqlDialect {}, text).unwrap_or_else(|e| panic!("{e}"));
    let mut broken = Vec::new();
    let leads = |columns: &[ast::IndexColumn]| {
        columns
            .first()
            .is_some_and(|c| c.column.expr.to_string() == "bucket")
    };
    for statement in parsed {
        let text = statement.to_string();
        for word in [
            "serial",
            "identity",
            "autoincrement",
            "deferrable",
            "exclude",
            "references",
            "default nextval",
        ] {
            if text.to_lowercase().contains(word) {
                broken.push(format!("{word} in {text}"));
            }
        }
        match statement {
            ast::Statement::CreateTable(t) => {
                let mut keys = 0;
                for c in &t.constraints {
                    let columns = match c {
                        ast::TableConstraint::PrimaryKey(k) => &k.columns,
                        ast::TableConstraint::Unique(k) => &k.columns,
                        other => {
                            broken.push(format!("the constraint {other}"));
                            continue;
                        }
                    };
                    keys += 1;
                    if !leads(columns) {
                        broken.push(format!("a key of {} does not start with bucket", t.name));
                    }
                }
                if keys != 1 {
                    broken.push(format!("{} has {keys} keys", t.name));
                }
            }
            ast::Statement::CreateIndex(i) => {
                if !leads(&i.columns) {
                    broken.push(format!("an index of {} does not start with bucket", i.table_name));
                }
            }
            other => broken.push(format!("a statement of another kind: {other}")),
        }
    }
    broken
}

#[test]
fn every_text_keeps_the_rules_of_scale() {
    let mut broken = Vec::new();
    // The SQLite forms are PostgreSQL grammar too, but for MATCH.
    for (name, text) in texts(Engine::Postgres) {
        broken.extend(check(&name, &text));
    }
    for (name, text) in texts(Engine::Sqlite)
        .into_iter()
        .filter(|(n, _)| !n.starts_with("FTS"))
    {
        broken.extend(check(&name, &text));
    }
    assert_eq!(broken, [] as [String; 0]);
}

#[test]
fn the_schema_keeps_the_rules_of_scale() {
    for text in migrate::MIGRATIONS {
        assert_eq!(
            check_schema(&dialect::schema(Engine::Postgres, text)),
            [] as [String; 0]
        );
    }
}

#[test]
fn the_checks_find_what_they_look_for() {
    for text in [
        "SELECT a / 2 FROM t",
        "SELECT a FROM t WHERE id = $1 FOR UPDATE",
        "UPDATE t SET bucket = $1",
        "SELECT pg_advisory_lock(1)",
        "SELECT nextval('s')",
        "LISTEN x",
        "NOTIFY x",
        "LOCK TABLE t",
        "WITH x AS (DELETE FROM t RETURNING a) SELECT a FROM x",
        "CREATE TRIGGER x AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
        "SELECT 1; SELECT 2",
    ] {
        let parsed = Parser::parse_sql(&PostgreSqlDialect {}, text);
        assert!(parsed.is_err() || !check("x", text).is_empty(), "{text}");
    }
    for text in [
        "CREATE TABLE t (bucket BIGINT, id BIGINT, PRIMARY KEY (id, bucket))",
        "CREATE TABLE t (bucket BIGSERIAL, PRIMARY KEY (bucket))",
        "CREATE TABLE t (bucket BIGINT)",
        "CREATE INDEX i ON t (id, bucket)",
        "CREATE TABLE t (bucket BIGINT, id BIGINT UNIQUE DEFERRABLE, PRIMARY KEY (bucket))",
    ] {
        assert!(!check_schema(text).is_empty(), "{text}");
    }
}

#[test]
fn placeholders_are_numbered_by_first_appearance() {
    for (name, text) in texts(Engine::Sqlite) {
        let mut next = 1;
        for part in text.split('$').skip(1) {
            let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
            let n: u32 = digits.parse().unwrap_or_else(|_| panic!("{name}: {text}"));
            assert!(n <= next, "{name}: ${n} comes before ${next}");
            next = next.max(n + 1);
        }
    }
}

/// The index of a path, and whether the question sets the path's filter.
fn wanted_index(query: &CaseQuery, path: Path) -> Option<&'static str> {
    let order = match query.sort {
        Sort::ReceivedDesc => "worklist_received",
        Sort::UpdatedDesc => "worklist_updated",
        Sort::DueAsc => "worklist_due",
    };
    match path {
        Path::Order => Some(order),
        Path::State => query.state.as_ref().map(|_| "worklist_state"),
        Path::Line => query.line.as_ref().map(|_| "worklist_line"),
        Path::Branch => query.branch.as_ref().map(|_| "worklist_branch"),
        Path::Handler => query.handler.as_ref().map(|_| "worklist_handler"),
    }
}

#[test]
fn every_list_is_read_through_the_index_that_was_chosen() {
    let dir = tempfile::tempdir().unwrap();
    let mut sqlite = engine::sqlite::Sqlite::writer(&dir.path().join("x.db"), true, false).unwrap();
    migrate::run(&mut sqlite, true).unwrap();
    let mut plan = |text: &str| {
        let explain = Statement {
            name: "EXPLAIN",
            text: Cow::Owned(format!("EXPLAIN QUERY PLAN {text}")),
        };
        let args = vec![crate::session::Value::Null; text.matches('$').count()];
        let rows = (&mut sqlite as &mut dyn Session).all(&explain, &args).unwrap();
        let steps = rows.into_iter().map(|mut r| r.text(3).unwrap());
        steps.collect::<Vec<_>>().join("; ")
    };
    for (query, path) in questions() {
        let Some(index) = wanted_index(&query, path) else {
            continue;
        };
        let text = list(&query, path).text;
        assert!(
            plan(&text).contains(&format!("USING INDEX {index} (")),
            "{text}\n{}",
            plan(&text)
        );
        if query.sort == Sort::ReceivedDesc {
            let text = fts_find(&query).text;
            assert!(
                plan(&text).ends_with("USING INDEX worklist_doc (bucket=? AND doc=?)"),
                "{text}\n{}",
                plan(&text)
            );
        }
    }
    let narrow = CaseQuery {
        branch: Some(domain::BranchId("x".into())),
        open: Some(true),
        ..CaseQuery::default()
    };
    assert!(plan(&docs_of(&narrow, Path::Branch).text).contains("USING COVERING INDEX worklist_branch"));
}

#[test]
fn every_text_is_accepted_by_both_engines() {
    let dir = tempfile::tempdir().unwrap();
    let mut sqlite = engine::sqlite::Sqlite::writer(&dir.path().join("x.db"), true, false).unwrap();
    migrate::run(&mut sqlite, true).unwrap();
    for (name, text) in texts(Engine::Sqlite) {
        sqlite
            .script(&format!("EXPLAIN {text}"))
            .unwrap_or_else(|e| panic!("{name}: {e}\n{text}"));
    }
    let server = testkit::Postgres::start();
    let mut postgres = engine::postgres::Postgres::writer(&server.fresh_database()).unwrap();
    migrate::run(&mut postgres, true).unwrap();
    for (n, (name, text)) in texts(Engine::Postgres).into_iter().enumerate() {
        postgres
            .script(&format!("PREPARE told{n} AS {text}"))
            .unwrap_or_else(|e| panic!("{name}: {e}\n{text}"));
    }
}
