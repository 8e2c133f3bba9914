//! Who may do what: every route, every role, own case, case of the branch, case of another branch.
//!
//! What is expected comes from the policy table (`app::POLICY`); the answers are kept in a snapshot, which
//! is reviewed like the table itself. A route without a row here fails the test.

use crate::{
    house::{BOTH, HERE, House, Session, THERE, code, roles, user},
    http::form,
};
use app::{Deed, Reach, Viewer};
use domain::{Actor, BranchId, CaseId, FileId, Role};
use std::{collections::HashMap, fmt::Write as _};

/// What a route asks for.
#[derive(Clone, Copy)]
enum Asks {
    /// Nothing: everybody gets this status.
    Nothing(u16),
    /// To be signed in.
    Person(u16),
    /// A deed of the policy, for anybody's case.
    May(Deed, u16),
    /// A deed on this case.
    OnCase(Deed, u16),
}

/// A route, how it is asked, and what it asks for.
struct Row {
    method: &'static str,
    path: &'static str,
    /// The address, where the pattern does not give it.
    address: &'static str,
    fields: &'static [(&'static str, &'static str)],
    asks: Asks,
}

const fn row(
    method: &'static str,
    path: &'static str,
    fields: &'static [(&'static str, &'static str)],
    asks: Asks,
) -> Row {
    Row {
        method,
        path,
        address: path,
        fields,
        asks,
    }
}

const fn at(mut row: Row, address: &'static str) -> Row {
    row.address = address;
    row
}

use Asks::{May, Nothing, OnCase, Person};
use Deed as D;

/// Forms are sent with mistakes (422), so that one cell of the table changes nothing for the next.
#[rustfmt::skip]
fn table() -> Vec<Row> {
    vec![
        row("GET", "/sign-in", &[], Nothing(200)),
        row("POST", "/sign-in", &[("password", "wrong")], Nothing(401)),
        row("POST", "/demo/sign-in", &[("role", "handler")], Nothing(303)),
        row("POST", "/language", &[("language", "en")], Nothing(303)),
        row("GET", "/complain", &[], Nothing(200)),
        row("POST", "/complain", &[], Nothing(422)),
        at(row("GET", "/static/{name}", &[], Nothing(404)), "/static/no-such-file.css"),
        row("GET", "/health", &[], Nothing(200)),
        row("GET", "/ready", &[], Nothing(200)),
        row("GET", "/metrics", &[], Nothing(200)),
        row("POST", "/sign-out", &[], Person(303)),
        row("POST", "/role", &[("role", "system")], Person(404)),
        row("GET", "/", &[], Person(200)),
        row("GET", "/cases", &[], May(D::SeeCases, 200)),
        row("POST", "/cases/assign", &[("to", BOTH)], May(D::AssignMany, 303)),
        row("POST", "/cases/views", &[], May(D::SeeCases, 303)),
        row("POST", "/cases/export", &[], May(D::Export, 200)),
        row("GET", "/cases/new", &[], May(D::TakeIn, 200)),
        row("POST", "/cases/new", &[], May(D::TakeIn, 422)),
        row("GET", "/cases/{id}", &[], OnCase(D::SeeCases, 200)),
        row("POST", "/cases/{id}/files", &[], OnCase(D::AttachFiles, 400)),
        row("GET", "/cases/{id}/files/{file}", &[], OnCase(D::SeeFiles, 200)),
        at(row("GET", "/cases/{id}/do/{action}", &[], OnCase(D::SeeCases, 200)), "/cases/{id}/do/record_survey"),
        at(row("POST", "/cases/{id}/do/{action}", &[], OnCase(D::SeeCases, 422)), "/cases/{id}/do/record_survey"),
        at(row("PUT", "/drafts/{*key}", &[], Person(204)), "/drafts/new"),
        row("GET", "/customers/{id}", &[], OnCase(D::SeeCustomer, 200)),
        row("GET", "/visits", &[], May(D::SeeVisits, 200)),
        row("GET", "/plan", &[], May(D::SeePlans, 200)),
        row("GET", "/plan/new", &[], May(D::PlanVisits, 200)),
        row("POST", "/plan/new", &[], May(D::PlanVisits, 422)),
        at(row("GET", "/plan/runs/{id}", &[], May(D::SeePlans, 303)), "/plan/runs/{run}"),
        at(row("POST", "/plan/runs/{id}", &[], May(D::PlanVisits, 400)), "/plan/runs/{run}"),
        at(row("GET", "/plan/runs/{id}/state", &[], May(D::SeePlans, 200)), "/plan/runs/{run}/state"),
        at(row("GET", "/plan/{id}", &[], May(D::SeePlans, 200)), "/plan/{plan}"),
        at(row("GET", "/plan/{id}/visits/{visit}", &[], May(D::PlanVisits, 200)), "/plan/{plan}/visits/{visit}"),
        at(row("GET", "/plan/{id}/compare", &[], May(D::SeePlans, 200)), "/plan/{plan}/compare?with={plan}"),
        at(row("GET", "/plan/{id}/papers/{name}", &[], May(D::SeePlans, 200)), "/plan/{plan}/papers/visits.ics"),
        at(row("POST", "/plan/{id}/{what}", &[], May(D::PlanVisits, 422)), "/plan/{plan}/try"),
        row("GET", "/roster", &[], May(D::EditRoster, 200)),
        at(row("GET", "/roster/{id}", &[], May(D::EditRoster, 200)), "/roster/both"),
        at(row("POST", "/roster/{id}", &[], May(D::EditRoster, 422)), "/roster/both"),
        row("GET", "/programme", &[], May(D::SeeProgramme, 200)),
        at(row("GET", "/programme/{kind}/{no}", &[], May(D::EditProgramme, 200)), "/programme/objectives/new"),
        at(row("POST", "/programme/{kind}/{no}", &[], May(D::EditProgramme, 422)), "/programme/objectives/new"),
        row("GET", "/users", &[], May(D::SeeUsers, 200)),
        row("GET", "/users/new", &[], May(D::EditUsers, 200)),
        row("POST", "/users/new", &[], May(D::EditUsers, 422)),
        at(row("GET", "/users/{id}", &[], May(D::EditUsers, 200)), "/users/both"),
        at(row("POST", "/users/{id}/{what}", &[], May(D::EditUsers, 422)), "/users/both/roles"),
        row("GET", "/api/v1/cases", &[], May(D::SeeCases, 200)),
        row("POST", "/api/v1/cases", &[], May(D::TakeIn, 422)),
        row("GET", "/api/v1/cases/{id}", &[], OnCase(D::SeeCases, 200)),
        row("POST", "/api/v1/cases/{id}/commands", &[], OnCase(D::SeeCases, 422)),
        row("GET", "/api/v1/cases/{id}/files", &[], OnCase(D::SeeFiles, 200)),
        row("POST", "/api/v1/cases/{id}/files", &[], OnCase(D::AttachFiles, 422)),
        row("GET", "/api/v1/cases/{id}/files/{file}", &[], OnCase(D::SeeFiles, 200)),
        row("GET", "/api/v1/openapi.json", &[], Nothing(200)),
        row("GET", "/api/v1/problems", &[], Nothing(200)),
    ]
}

/// Who sends a request.
enum Who {
    Stranger,
    /// Signed in before being switched off.
    Former(Session, String),
    Person(Role),
}

/// A body that the API understands and then finds a mistake in: an order without its field.
const ORDER: &str = r#"{"event_id":"00000000000000000000000000000001","action":"record_survey","fields":{}}"#;

struct Matrix {
    house: House,
    /// A file of each case.
    files: HashMap<CaseId, FileId>,
    /// A search, its plan, and a visit of it, as addresses name them.
    named: [(&'static str, String); 3],
    tries: u32,
}

impl Matrix {
    /// Sends one request and returns its status; 303 to the sign-in counts as 401.
    fn ask(&mut self, row: &Row, who: &Who, case: Option<CaseId>) -> u16 {
        let mut path = row.address.to_owned();
        if let Some(case) = case {
            let row = self
                .house
                .office
                .store()
                .case_row(case)
                .expect("reads")
                .expect("there");
            let id = if path.starts_with("/customers/") {
                row.customer.to_string()
            } else {
                case.to_string()
            };
            path = path.replace("{id}", &id);
            if let Some(file) = self.files.get(&case) {
                path = path.replace("{file}", &file.to_string());
            }
        }
        for (name, value) in &self.named {
            path = path.replace(name, value);
        }
        let api = path.starts_with("/api/");
        let mut headers = vec![("Accept-Language", "en".to_owned())];
        let mut fields: Vec<(&str, String)> = row.fields.iter().map(|(n, v)| (*n, (*v).to_owned())).collect();
        let (session, token) = match who {
            Who::Stranger => (None, None),
            Who::Former(session, token) => (Some(session.clone()), Some(token.clone())),
            // A session may end with the request: each has its own.
            Who::Person(role) => (
                Some(self.house.session(*role)),
                api.then(|| self.house.token(*role)),
            ),
        };
        if let Some(session) = session {
            fields.push(("csrf", session.csrf));
            // The API must not look at cookies: they are sent to it all the same.
            headers.push(("Cookie", session.cookie));
        }
        if let Some(token) = token {
            headers.push(("Authorization", format!("Bearer {token}")));
        }
        if row.path == "/sign-in" {
            // Otherwise the attempts of one cell would slow those of the next.
            self.tries += 1;
            fields.push(("id", format!("nobody-{}", self.tries)));
        }
        let body = if api {
            headers.push(("Content-Type", "application/json".to_owned()));
            ORDER.as_bytes().to_vec()
        } else {
            headers.push(("Content-Type", "application/x-www-form-urlencoded".to_owned()));
            let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            form(&pairs)
        };
        let body = if row.method == "GET" { Vec::new() } else { body };
        let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let answer = self.house.http().send(row.method, &path, &headers, &body);
        match (answer.status, answer.header("location")) {
            (303, to) if to.starts_with("/sign-in?next=") => 401,
            (status, _) => status,
        }
    }
}

fn expected(asks: Asks, viewer: Option<&Viewer>, mine: bool, near: bool) -> u16 {
    let reached = |viewer: &Viewer, deed| match viewer.reach(deed) {
        Reach::None => false,
        Reach::Own => mine,
        Reach::Branch => mine || near,
        Reach::All => true,
    };
    match (asks, viewer) {
        (Nothing(status), _) => status,
        (_, None) => 401,
        (Person(status), Some(_)) => status,
        (May(deed, status), Some(v)) => {
            if v.may(deed) {
                status
            } else {
                404
            }
        }
        (OnCase(deed, status), Some(v)) => {
            if reached(v, deed) {
                status
            } else {
                404
            }
        }
    }
}

#[test]
fn every_route_is_open_to_exactly_those_whom_the_policy_names() {
    let table = table();
    let known: Vec<(&str, &str)> = table.iter().map(|r| (r.method, r.path)).collect();
    let mut missing = Vec::new();
    for route in web::route_list() {
        if !known.contains(&(route.method, route.path.as_str())) {
            missing.push(format!("{} {}", route.method, route.path));
        }
    }
    assert!(missing.is_empty(), "say in this file who may: {missing:#?}");
    assert_eq!(
        web::route_list().len(),
        table.len(),
        "a row for a route that is gone, or twice"
    );

    let house = House::open();
    let other = user(Role::Technician, THERE);
    let branch = house.case(1, HERE, Some(&other));
    let away = house.case(2, THERE, Some(&other));
    let own: Vec<(Role, CaseId)> = (3..)
        .zip(roles())
        .map(|(n, role)| (role, house.case(n, THERE, Some(&user(role, HERE)))))
        .collect();
    let former = user(Role::Supervisor, THERE);
    let gone = Who::Former(
        house.session_of(&former, Role::Supervisor),
        house.token_in(Role::Supervisor, THERE),
    );
    house.disable(&former);
    let cases = own.iter().map(|(_, case)| *case).chain([branch, away]);
    let files = cases.map(|case| (case, house.file(case))).collect();
    let (run, plan, visit) = house.plan(4242);
    let named = [
        ("{run}", run.to_string()),
        ("{plan}", plan.to_string()),
        ("{visit}", visit.to_string()),
    ];
    let mut matrix = Matrix {
        house,
        files,
        named,
        tries: 0,
    };
    let mut print =
        String::from("own case of another branch / case of the branch / case of another branch\n\n");
    let mut wrong = Vec::new();
    for row in &table {
        let _ = writeln!(print, "{} {}", row.method, row.path);
        let on_case = matches!(row.asks, OnCase(..));
        let mut people = vec![("stranger".to_owned(), Who::Stranger, None)];
        for role in roles() {
            let viewer = Viewer {
                actor: Actor {
                    id: user(role, HERE),
                    role,
                },
                branch: BranchId::from(HERE),
            };
            people.push((code(role), Who::Person(role), Some((viewer, role))));
        }
        let mut cells: Vec<(String, Vec<u16>)> = Vec::new();
        for (name, who, viewer) in &people {
            let cases: Vec<(Option<CaseId>, bool, bool)> = if on_case {
                let own = viewer
                    .as_ref()
                    .and_then(|(_, role)| own.iter().find(|(r, _)| r == role));
                let own = own.map_or(away, |(_, case)| *case);
                vec![
                    (Some(own), true, false),
                    (Some(branch), false, true),
                    (Some(away), false, false),
                ]
            } else {
                vec![(None, false, false)]
            };
            let mut statuses = Vec::new();
            for (case, mine, near) in cases {
                let got = matrix.ask(row, who, case);
                let viewer = viewer.as_ref().map(|(v, _)| v);
                let mut want = expected(row.asks, viewer, mine, near);
                // Who sees no cases begins at the programme; who is signed in needs no sign-in page.
                if row.path == "/" && viewer.is_some_and(|v| !v.may(D::SeeCases)) {
                    want = 303;
                }
                if (row.method, row.path) == ("GET", "/sign-in") && viewer.is_some() {
                    want = 303;
                }
                if got != want {
                    wrong.push(format!(
                        "{} {} as {name}: {got} instead of {want}",
                        row.method, row.path
                    ));
                }
                statuses.push(got);
            }
            cells.push((name.clone(), statuses));
        }
        let former = matrix.ask(row, &gone, on_case.then_some(branch));
        let stranger = &cells[0].1;
        if former != stranger[0] {
            wrong.push(format!(
                "{} {} as a switched-off user: {former}",
                row.method, row.path
            ));
        }
        cells.insert(1, ("switched_off".to_owned(), vec![former]));
        for (name, statuses) in cells {
            let text: Vec<String> = statuses.iter().map(ToString::to_string).collect();
            let _ = writeln!(print, "    {name:<22}{}", text.join(" / "));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    insta::assert_snapshot!("matrix", print);
}
