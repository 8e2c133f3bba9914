//! Signing in and out, the role one acts in, the language of the pages.

use crate::{
    error::Failure,
    lang::{self, Lang},
    page::{Page, Show, html_with, role_of},
    request::{Asker, COOKIE, LANGUAGE, Posted, PostedByAnybody, own_path},
    state::{App, Shared},
    words::{self, Words},
};
use app::{DirectoryError, User, VisitLine};
use askama::Template;
use axum::{
    extract::{ConnectInfo, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{BranchId, Role, Timestamp};
use std::{cmp::Reverse, collections::BTreeMap, net::SocketAddr, sync::Arc};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    page: Page,
    next: String,
    id: String,
    mistake: String,
    /// One-click roles of the demo: code and name.
    roles: Vec<(String, &'static str)>,
    public_form: bool,
}

fn show(app: &Shared, asker: &Asker, status: StatusCode, id: &str, mistake: String) -> Response {
    let t = Words(asker.lang);
    let roles = if app.settings.demo {
        words::roles()
            .map(|r| (words::code_of(r), words::role(r, asker.lang)))
            .collect()
    } else {
        Vec::new()
    };
    html_with(
        status,
        &SignIn {
            next: own_path(asker.query.get("next")).to_owned(),
            page: Page::new(app, asker, "", t.sign_in()),
            id: id.to_owned(),
            mistake,
            roles,
            public_form: app.settings.public_form,
        },
    )
}

pub(crate) async fn page(State(app): State<Shared>, asker: Asker) -> Response {
    if asker.session.is_some() {
        return Redirect::to(own_path(asker.query.get("next"))).into_response();
    }
    show(&app, &asker, StatusCode::OK, "", String::new())
}

/// Sends the browser on with a cookie set. `__Host-` asks for Secure, Path=/ and no Domain.
fn with_cookie(to: &str, cookie: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

fn session_cookie(secret: &str) -> String {
    format!("{COOKIE}={secret}; Path=/; Secure; HttpOnly; SameSite=Lax")
}

pub(crate) async fn enter(
    State(app): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    PostedByAnybody { mut asker, fields }: PostedByAnybody,
) -> Result<Response, Failure> {
    let (id, password) = (fields.get("id").to_owned(), fields.get("password").to_owned());
    asker.query = fields.clone();
    let from = app.origin(peer.ip(), &headers);
    let entered = {
        let id = id.clone();
        app.work(move |app| Ok(app.directory.sign_in(&id, &password, Some(from))))
            .await?
    };
    match entered {
        Ok((secret, _)) => Ok(with_cookie(
            own_path(fields.get("next")),
            &session_cookie(&secret),
        )),
        Err(DirectoryError::WrongPassword) => {
            let mistake = Words(asker.lang).wrong_password().to_owned();
            Ok(show(&app, &asker, StatusCode::UNAUTHORIZED, &id, mistake))
        }
        Err(DirectoryError::TooMany { seconds }) => {
            let mistake = format!("{} {seconds} s", Words(asker.lang).too_many());
            Ok(show(&app, &asker, StatusCode::TOO_MANY_REQUESTS, &id, mistake))
        }
        Err(e) => Err(e.into()),
    }
}

/// One click, one role: only in the demo, whose people are invented.
pub(crate) async fn demo(
    State(app): State<Shared>,
    PostedByAnybody { fields, .. }: PostedByAnybody,
) -> Result<Response, Failure> {
    if !app.settings.demo {
        return Err(Failure::NotFound);
    }
    let role = role_of(fields.get("role")).ok_or(Failure::NotFound)?;
    let secret = app
        .work(move |app| {
            let user = stand_in(app, role)?.ok_or(Failure::NotFound)?;
            Ok(app.directory.sign_in_demo(&user.id, role)?.0)
        })
        .await?;
    Ok(with_cookie(
        start_of(role, own_path(fields.get("next"))),
        &session_cookie(&secret),
    ))
}

/// Who stands for a role in the demo: somebody of the branch with the most visits in the days to come, and of
/// them who goes on most, so that no page is empty for want of luck. All roles then meet on the same cases.
fn stand_in(app: &App, role: Role) -> Result<Option<Arc<User>>, Failure> {
    let show = Show::new(app, Lang::ZhCn);
    let mut visits = Vec::new();
    for day in 0..7 {
        let at = show.now.plus(day * Timestamp::DAY);
        visits.extend(app.office.visits_of(&show.day(at))?);
    }
    let mut branches: BTreeMap<&BranchId, usize> = BTreeMap::new();
    for visit in &visits {
        *branches.entry(&visit.branch).or_default() += 1;
    }
    let most = branches.values().max().copied();
    let busiest = branches.iter().find(|(_, n)| Some(**n) == most).map(|(b, _)| *b);
    let goes = |u: &User| {
        let on = |v: &&VisitLine| v.crew.iter().any(|m| m.staff == u.id);
        visits.iter().filter(on).count()
    };
    let users = app.directory.users();
    let mut of_role: Vec<_> = users
        .into_iter()
        .filter(|u| !u.disabled && u.roles.first() == Some(&role))
        .collect();
    // Stable: of equals the first by id.
    of_role.sort_by_key(|u| Reverse((Some(&u.branch) == busiest, goes(u))));
    Ok(of_role.into_iter().next())
}

/// Where a role begins: who keeps users sees no cases.
fn start_of(role: Role, next: &str) -> &str {
    match (role, next) {
        (Role::Administrator, "/") => "/users",
        _ => next,
    }
}

pub(crate) async fn leave(State(app): State<Shared>, posted: Posted) -> Response {
    app.directory.end(&posted.person.asker.secret);
    with_cookie(
        "/sign-in",
        &format!("{COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"),
    )
}

pub(crate) async fn role(State(app): State<Shared>, posted: Posted) -> Result<Response, Failure> {
    let role = role_of(posted.fields.get("role")).ok_or(Failure::NotFound)?;
    let secret = posted.person.asker.secret;
    let (secret, _) = app
        .work(move |app| Ok(app.directory.switch_role(&secret, role)?))
        .await?;
    Ok(with_cookie(start_of(role, "/"), &session_cookie(&secret)))
}

pub(crate) async fn language(PostedByAnybody { fields, .. }: PostedByAnybody) -> Result<Response, Failure> {
    let lang = lang::from_code(fields.get("language")).ok_or_else(|| Failure::Bad(String::new()))?;
    Ok(with_cookie(
        own_path(fields.get("back")),
        &format!(
            "{LANGUAGE}={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000",
            lang::code(lang)
        ),
    ))
}
