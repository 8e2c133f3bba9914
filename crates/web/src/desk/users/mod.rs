//! The users of the bank: the list, a new one, and the page of one.

mod one;

pub(crate) use one::{change, page as user_page};

use crate::{
    error::Failure,
    forms::{Fields, Mistake},
    page::{Page, html, html_with, role_of},
    request::{Person, Posted},
    state::{App, Shared},
    words::{self, Words},
};
use app::{Deed, DirectoryError, NewUser, Reach, User};
use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::Role;
use std::sync::Arc;

/// Most users of one page; the search finds the others.
const MOST: usize = 200;

struct Line {
    id: String,
    /// The id as addresses carry it.
    path: String,
    name: String,
    roles: String,
    branch: String,
    password: bool,
    disabled: bool,
    tokens: usize,
}

/// A role with its name, and whether it is chosen.
pub(super) struct RoleChoice {
    code: String,
    name: &'static str,
    chosen: bool,
}

pub(super) fn role_choices(chosen: impl Fn(Role) -> bool, lang: crate::lang::Lang) -> Vec<RoleChoice> {
    words::roles()
        .map(|r| RoleChoice {
            code: words::code_of(r),
            name: words::role(r, lang),
            chosen: chosen(r),
        })
        .collect()
}

/// The roles that a form ticked; codes that are none are dropped.
pub(super) fn roles_of(fields: &Fields) -> Vec<Role> {
    fields.all("roles").filter_map(role_of).collect()
}

#[derive(Template)]
#[template(path = "users.html")]
struct Users {
    page: Page,
    q: String,
    lines: Vec<Line>,
    found: usize,
    all: usize,
    may_edit: bool,
    done: &'static str,
}

#[derive(Template)]
#[template(path = "user_new.html")]
struct NewPage {
    page: Page,
    mistakes: Vec<(String, &'static str, String)>,
    id: String,
    name: String,
    branch: String,
    branches: Vec<String>,
    roles: Vec<RoleChoice>,
}

impl NewPage {
    /// What is wrong with a field.
    fn wrong(&self, field: &str) -> &str {
        wrong(&self.mistakes, field)
    }
}

pub(super) fn wrong<'a>(mistakes: &'a [(String, &'static str, String)], field: &str) -> &'a str {
    mistakes
        .iter()
        .find(|(f, ..)| f == field)
        .map_or("", |(_, _, text)| text)
}

/// Whether a search finds a user: by part of the name, the id or the branch.
fn finds(q: &str, user: &User) -> bool {
    let q = text::normalise(q);
    [&user.name, &user.id.0, &user.branch.0]
        .into_iter()
        .any(|v| text::normalise(v).contains(&q))
}

pub(crate) async fn page(State(app): State<Shared>, person: Person) -> Result<Response, Failure> {
    person.viewer().ask(Deed::SeeUsers)?;
    app.work(move |app| {
        let (lang, t) = (person.lang(), Words(person.lang()));
        let viewer = person.viewer();
        let q = person.query().get("q").to_owned();
        let mut users: Vec<Arc<User>> = app.directory.users();
        if viewer.reach(Deed::SeeUsers) != Reach::All {
            users.retain(|u| u.branch == viewer.branch);
        }
        let all = users.len();
        users.retain(|u| finds(&q, u));
        let found = users.len();
        users.truncate(MOST);
        let may_edit = viewer.may(Deed::EditUsers);
        let and = words::pick(["、", "、", ", "], lang);
        let lines = users
            .iter()
            .map(|u| Line {
                id: u.id.0.clone(),
                path: one::encoded(&u.id),
                name: u.name.clone(),
                roles: u
                    .roles
                    .iter()
                    .map(|r| words::role(*r, lang))
                    .collect::<Vec<_>>()
                    .join(and),
                branch: u.branch.0.clone(),
                password: u.has_password(),
                disabled: u.disabled,
                tokens: if may_edit {
                    app.directory.tokens_of(&u.id).len()
                } else {
                    0
                },
            })
            .collect();
        Ok(html(&Users {
            page: Page::of(app, &person, "users", t.users()),
            lines,
            found,
            all,
            may_edit,
            done: if person.query().get("done") == "added" {
                t.user_added()
            } else {
                ""
            },
            q,
        }))
    })
    .await
}

fn new_form(
    app: &App,
    person: &Person,
    status: StatusCode,
    values: &Fields,
    mistakes: &[Mistake],
) -> Response {
    let t = Words(person.lang());
    let mut branches: Vec<String> = app.directory.users().iter().map(|u| u.branch.0.clone()).collect();
    branches.sort();
    branches.dedup();
    let chosen = roles_of(values);
    html_with(
        status,
        &NewPage {
            page: Page::of(app, person, "users", t.add_user()),
            mistakes: labelled(mistakes, t),
            id: values.get("id").to_owned(),
            name: values.get("name").to_owned(),
            branch: values.get("branch").to_owned(),
            branches,
            roles: role_choices(|r| chosen.contains(&r), person.lang()),
        },
    )
}

/// Puts the names of fields to their mistakes.
pub(super) fn labelled(mistakes: &[Mistake], t: Words) -> Vec<(String, &'static str, String)> {
    mistakes
        .iter()
        .map(|m| {
            let label = match m.field.as_str() {
                "id" => t.user_id(),
                "name" => t.name(),
                "branch" => t.branch(),
                "roles" => t.roles(),
                "role" => t.role(),
                "password" => t.password(),
                "label" => t.label(),
                "days" => t.lasts_days(),
                _ => t.users(),
            };
            (m.field.clone(), label, m.text.clone())
        })
        .collect()
}

pub(crate) async fn new_page(State(app): State<Shared>, person: Person) -> Result<Response, Failure> {
    person.viewer().ask(Deed::EditUsers)?;
    app.work(move |app| Ok(new_form(app, &person, StatusCode::OK, &Fields::default(), &[])))
        .await
}

pub(crate) async fn add(
    State(app): State<Shared>,
    Posted { person, fields }: Posted,
) -> Result<Response, Failure> {
    person.viewer().ask(Deed::EditUsers)?;
    app.work(move |app| {
        // Blanks may belong to a password, so it is not trimmed.
        let password = fields.0.iter().find(|(n, _)| n == "password");
        let password = password.map(|(_, v)| v.clone()).filter(|v| !v.is_empty());
        let new = NewUser {
            id: fields.get("id").to_owned(),
            name: fields.get("name").to_owned(),
            roles: roles_of(&fields),
            branch: fields.get("branch").to_owned(),
            password,
        };
        let mistakes: Vec<Mistake> = new
            .mistakes()
            .iter()
            .map(|(field, _)| words::user_mistake(field, person.lang()))
            .collect();
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        if !mistakes.is_empty() {
            return Ok(new_form(app, &person, status, &fields, &mistakes));
        }
        match app.directory.add(new, person.actor()) {
            Ok(user) => {
                let q = one::encoded(&user.id);
                Ok(Redirect::to(&format!("/users?done=added&q={q}")).into_response())
            }
            Err(DirectoryError::Exists(_)) => {
                let taken = words::user_mistake("exists", person.lang());
                Ok(new_form(app, &person, status, &fields, &[taken]))
            }
            Err(DirectoryError::Bad { field, .. }) => {
                let mistake = words::user_mistake(field, person.lang());
                Ok(new_form(app, &person, status, &fields, &[mistake]))
            }
            Err(e) => Err(e.into()),
        }
    })
    .await
}
