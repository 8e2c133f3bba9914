//! One user: roles, password, switching off and on, tokens of programs.

use super::{RoleChoice, labelled, role_choices, roles_of, wrong};
use crate::{
    error::Failure,
    forms::{Fields, Mistake},
    page::{Page, Show, html_with, role_of},
    request::{Person, Posted},
    state::{App, Shared},
    words::{self, Words},
};
use app::{Deed, DirectoryError, User};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Role, StaffId};

struct Token {
    id: String,
    label: String,
    role: &'static str,
    expires: String,
}

#[derive(Template)]
#[template(path = "user.html")]
struct UserPage {
    page: Page,
    id: String,
    /// The id as addresses carry it.
    path: String,
    name: String,
    branch: String,
    disabled: bool,
    has_password: bool,
    /// Whether this is the person who looks at it.
    me: bool,
    roles: Vec<RoleChoice>,
    /// The user's own roles, for a token.
    own: Vec<RoleChoice>,
    label: String,
    days: String,
    tokens: Vec<Token>,
    /// The secret of a token just made: shown once.
    secret: String,
    mistakes: Vec<(String, &'static str, String)>,
    done: &'static str,
}

impl UserPage {
    /// What is wrong with a field.
    fn wrong(&self, field: &str) -> &str {
        wrong(&self.mistakes, field)
    }
}

/// A user id as addresses carry it.
pub(super) fn encoded(id: &StaffId) -> String {
    form_urlencoded::byte_serialize(id.0.as_bytes()).collect()
}

/// What a page shows beside the user.
#[derive(Default)]
struct Told<'a> {
    values: Option<&'a Fields>,
    mistakes: Vec<Mistake>,
    secret: String,
    done: &'static str,
}

fn show(app: &App, person: &Person, user: &User, status: StatusCode, told: &Told<'_>) -> Response {
    let (lang, t) = (person.lang(), Words(person.lang()));
    let shown = Show::new(app, lang);
    let empty = Fields::default();
    let values = told.values.unwrap_or(&empty);
    let ticked = roles_of(values);
    let of_roles = told.mistakes.iter().any(|m| m.field == "roles");
    let chosen = |r: Role| {
        if of_roles {
            ticked.contains(&r)
        } else {
            user.roles.contains(&r)
        }
    };
    let wished = role_of(values.get("role")).filter(|r| user.roles.contains(r));
    let wished = wished.or(user.roles.first().copied());
    let mut own = role_choices(|r| Some(r) == wished, lang);
    own.retain(|c| role_of(&c.code).is_some_and(|r| user.roles.contains(&r)));
    let days = values.get("days");
    let tokens = app
        .directory
        .tokens_of(&user.id)
        .into_iter()
        .map(|token| Token {
            id: token.id,
            label: token.label,
            role: words::role(token.role, lang),
            expires: shown.moment(token.expires),
        })
        .collect();
    html_with(
        status,
        &UserPage {
            page: Page::of(app, person, "users", format!("{} · {}", user.name, t.users())),
            id: user.id.0.clone(),
            path: encoded(&user.id),
            name: user.name.clone(),
            branch: user.branch.0.clone(),
            disabled: user.disabled,
            has_password: user.has_password(),
            me: user.id == person.actor().id,
            roles: role_choices(chosen, lang),
            own,
            label: values.get("label").to_owned(),
            days: if days.is_empty() { "90" } else { days }.to_owned(),
            tokens,
            secret: told.secret.clone(),
            mistakes: labelled(&told.mistakes, t),
            done: told.done,
        },
    )
}

pub(crate) async fn page(
    State(app): State<Shared>,
    Path(id): Path<String>,
    person: Person,
) -> Result<Response, Failure> {
    person.viewer().ask(Deed::EditUsers)?;
    app.work(move |app| {
        let user = app.directory.user(&StaffId(id)).ok_or(Failure::NotFound)?;
        let done = words::user_done(person.query().get("done"), person.lang());
        let told = Told {
            done,
            ..Told::default()
        };
        Ok(show(app, &person, &user, StatusCode::OK, &told))
    })
    .await
}

/// Carries one change out. Returns the secret of a token, when one was made.
fn carry_out(
    app: &App,
    person: &Person,
    id: &StaffId,
    what: &str,
    fields: &Fields,
) -> Result<String, DirectoryError> {
    let by = person.actor();
    let directory = &app.directory;
    match what {
        "roles" => directory.set_roles(id, roles_of(fields), by).map(drop)?,
        "password" => {
            let password = fields.0.iter().find(|(n, _)| n == "password");
            let password = password.map_or("", |(_, v)| v.as_str());
            directory.set_password(id, password, by).map(drop)?;
        }
        "off" => directory.set_disabled(id, true, by).map(drop)?,
        "on" => directory.set_disabled(id, false, by).map(drop)?,
        "token" => {
            let bad = |field| DirectoryError::Bad {
                field,
                reason: String::new(),
            };
            let role = role_of(fields.get("role")).ok_or_else(|| bad("role"))?;
            let days = fields.get("days").parse::<u16>().map_err(|_| bad("days"))?;
            return directory.add_token(id, role, fields.get("label"), days, by);
        }
        _ => {
            // Only a token of this user: the list it stands in says whose it is.
            let token = fields.get("token");
            if directory.tokens_of(id).iter().any(|t| t.id == token) {
                directory.revoke_token(token, by)?;
            }
        }
    }
    Ok(String::new())
}

pub(crate) async fn change(
    State(app): State<Shared>,
    Path((id, what)): Path<(String, String)>,
    Posted { person, fields }: Posted,
) -> Result<Response, Failure> {
    person.viewer().ask(Deed::EditUsers)?;
    if !matches!(
        what.as_str(),
        "roles" | "password" | "off" | "on" | "token" | "revoke"
    ) {
        return Err(Failure::NotFound);
    }
    app.work(move |app| {
        let id = StaffId(id);
        app.directory.user(&id).ok_or(Failure::NotFound)?;
        let result = carry_out(app, &person, &id, &what, &fields);
        let user = app.directory.user(&id).ok_or(Failure::NotFound)?;
        match result {
            Ok(secret) if secret.is_empty() => {
                Ok(Redirect::to(&format!("/users/{}?done={what}", encoded(&id))).into_response())
            }
            // The answer itself shows the secret: no address leads to it again.
            Ok(secret) => {
                let told = Told {
                    secret,
                    ..Told::default()
                };
                Ok(show(app, &person, &user, StatusCode::OK, &told))
            }
            Err(DirectoryError::Bad { field, .. }) => {
                let mine = what == "roles" && id == person.actor().id;
                let field = if mine && field == "roles" && !roles_of(&fields).is_empty() {
                    "own_roles"
                } else {
                    field
                };
                let told = Told {
                    values: Some(&fields),
                    mistakes: vec![words::user_mistake(field, person.lang())],
                    ..Told::default()
                };
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                Ok(show(app, &person, &user, status, &told))
            }
            Err(e) => Err(e.into()),
        }
    })
    .await
}
