//! Making and upgrading the tables.

use crate::{
    StoreError,
    batch::UNIT,
    dialect,
    error::DatabaseKind,
    session::{Session, Value},
    sql,
};

/// The migrations, oldest first; the number of a schema is how many of them it has.
pub(crate) const MIGRATIONS: &[&str] = &[include_str!("../migrations/0001_start.sql")];

/// The newest schema that this program knows.
pub(crate) const KNOWN: i64 = MIGRATIONS.len() as i64;

/// Returns the schema number of the database, 0 when it is empty.
fn found(session: &mut dyn Session) -> Result<i64, StoreError> {
    match session.one(&sql::META_GET, &[Value::Int(UNIT), Value::Text("schema")]) {
        Ok(row) => {
            let text = row.map(|mut r| r.text(0)).transpose()?;
            text.map_or(Ok(0), |t| {
                t.parse()
                    .map_err(|_| StoreError::damaged("meta schema", "not a number"))
            })
        }
        // No such table.
        Err(StoreError::Database {
            kind: DatabaseKind::Other,
            ..
        }) => Ok(0),
        Err(e) => Err(e),
    }
}

/// Checks the schema, and brings it up when `create` or when it is older.
pub(crate) fn run(session: &mut dyn Session, create: bool) -> Result<(), StoreError> {
    let found = check(session)?;
    if found == 0 && !create {
        return Err(StoreError::BadQuestion(
            "the database has no tables of Forecourt yet".into(),
        ));
    }
    for (i, text) in MIGRATIONS
        .iter()
        .enumerate()
        .skip(usize::try_from(found).unwrap_or(0))
    {
        let number = (i + 1).to_string();
        session.begin()?;
        let done = session
            .script(&dialect::schema(session.engine(), text))
            .and_then(|()| {
                if i == 0 {
                    session.script(dialect::search_schema(session.engine()))
                } else {
                    Ok(())
                }
            })
            .and_then(|()| {
                let values = [Value::Int(UNIT), Value::Text("schema"), Value::Text(&number)];
                session.insert(&sql::META_SET, &values).map(|_| ())
            })
            .and_then(|()| session.commit());
        if let Err(e) = done {
            session.rollback();
            return Err(e);
        }
    }
    Ok(())
}

/// Returns the schema number, and refuses a database of a newer program.
pub(crate) fn check(session: &mut dyn Session) -> Result<i64, StoreError> {
    let found = found(session)?;
    // PostgreSQL keeps a failed transaction open only inside BEGIN; this question ran outside.
    if found > KNOWN {
        return Err(StoreError::Newer { found, known: KNOWN });
    }
    Ok(found)
}
