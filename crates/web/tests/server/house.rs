//! A server over a temporary store, with a user for each role in each of two branches.

use crate::http::{Answer, Http, form};
use app::{
    Complaint, Cost, Directory, Limits, NewUser, Office, Order, Setup, Upload, Viewer,
    planning::{Ended, Inputs, PlanId, RosterEntry, RunId, Searches, WeekShift},
};
use domain::{
    Actor, BranchId, CaseId, EventId, FileId, Money, Role, StaffId, Timestamp,
    case::{
        AllegationNo, Command, ConsentScope, FileKind, Place, PlaceKind, Reasonableness, ScreeningDecision,
        Truth, Window,
    },
};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use store::{Clock, Options, Store};
use tempfile::TempDir;
use web::{Server, Settings};

/// 2026-03-02 11:00 in Shanghai, a Monday.
pub(crate) const START: Timestamp = Timestamp(1_772_420_400_000_000);
pub(crate) const MINUTE: i64 = 60_000_000;

pub(crate) const HERE: &str = "LC01";
pub(crate) const THERE: &str = "LC02";
pub(crate) const PASSWORD: &str = "seven green umbrellas";

/// The session's cookie.
pub(crate) const COOKIE: &str = "__Host-forecourt";

/// The roles of people.
pub(crate) fn roles() -> impl Iterator<Item = Role> {
    Role::ALL.into_iter().filter(|r| *r != Role::System)
}

/// The code of a role.
pub(crate) fn code(role: Role) -> String {
    serde_json::to_value(role)
        .ok()
        .and_then(|v| v.as_str().map(str::to_owned))
        .expect("a role has a name")
}

/// The user of this role in this branch.
pub(crate) fn user(role: Role, branch: &str) -> StaffId {
    StaffId(format!(
        "{}-{}",
        code(role).replace('_', "-"),
        branch.to_lowercase()
    ))
}

/// Somebody with two roles and a password.
pub(crate) const BOTH: &str = "both";

/// A session of somebody: the cookie's header and the proof of forms.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) secret: String,
    pub(crate) cookie: String,
    pub(crate) csrf: String,
}

impl Session {
    fn of(secret: String, csrf: String) -> Self {
        Session {
            cookie: format!("{COOKIE}={secret}"),
            secret,
            csrf,
        }
    }
}

pub(crate) struct House {
    pub(crate) address: SocketAddr,
    pub(crate) office: Arc<Office>,
    pub(crate) directory: Arc<Directory>,
    #[expect(dead_code, reason = "the folder lives as long as the house")]
    pub(crate) dir: TempDir,
    now: Arc<AtomicI64>,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn admin() -> Actor {
    Actor::new("setup", Role::System)
}

impl House {
    pub(crate) fn open() -> House {
        let dir = TempDir::new().expect("a temporary folder");
        let now = Arc::new(AtomicI64::new(START.0));
        let clock = {
            let now = Arc::clone(&now);
            Clock::new(move || Timestamp(now.load(Ordering::Relaxed)))
        };
        let store = Store::open(Options {
            ballast_bytes: 0,
            clock: clock.clone(),
            ..Options::sqlite(dir.path())
        })
        .expect("opens");
        let directory =
            Directory::open(&store, clock.clone(), Cost::light(), Limits::default()).expect("opens");
        let mut users: Vec<NewUser> = Vec::new();
        for branch in [HERE, THERE] {
            for role in roles() {
                users.push(NewUser {
                    id: user(role, branch).0,
                    name: format!("{role:?} {branch}"),
                    roles: vec![role],
                    branch: branch.to_owned(),
                    password: None,
                });
            }
        }
        users.push(NewUser {
            id: BOTH.to_owned(),
            name: "Both Hats".to_owned(),
            roles: vec![Role::Handler, Role::Supervisor],
            branch: HERE.to_owned(),
            password: Some(PASSWORD.to_owned()),
        });
        directory.add_all(users, &admin()).expect("adds");
        let office = Office::open(Setup {
            clock,
            ..Setup::shipped(store)
        })
        .expect("opens");
        let (office, directory) = (Arc::new(office), Arc::new(directory));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let settings = Settings {
            bank: ("示例银行".to_owned(), "Sample Bank".to_owned()),
            demo: true,
            public_form: true,
            proxy: None,
        };
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let server = runtime
            .block_on(Server::listen(
                any,
                Arc::clone(&office),
                Arc::clone(&directory),
                settings,
            ))
            .expect("listens");
        let address = server.address().expect("an address");
        runtime.spawn(server.serve(std::future::pending()));
        House {
            address,
            office,
            directory,
            dir,
            now,
            runtime: Some(runtime),
        }
    }

    pub(crate) fn http(&self) -> Http {
        Http::to(self.address)
    }

    /// Lets time pass, in microseconds.
    pub(crate) fn wait(&self, micros: i64) {
        self.now.fetch_add(micros, Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp(self.now.load(Ordering::Relaxed))
    }

    /// Signs somebody in.
    pub(crate) fn session_of(&self, id: &StaffId, role: Role) -> Session {
        let (secret, view) = self.directory.sign_in_demo(id, role).expect("signs in");
        Session::of(secret, view.csrf)
    }

    pub(crate) fn session(&self, role: Role) -> Session {
        self.session_of(&user(role, HERE), role)
    }

    /// Makes a token for the user of this role in this branch.
    pub(crate) fn token_in(&self, role: Role, branch: &str) -> String {
        self.directory
            .add_token(&user(role, branch), role, "test", 30, &admin())
            .expect("makes a token")
    }

    pub(crate) fn token(&self, role: Role) -> String {
        self.token_in(role, HERE)
    }

    pub(crate) fn disable(&self, id: &StaffId) {
        self.directory
            .set_disabled(id, true, &admin())
            .expect("switches off");
    }

    /// Takes a complaint in, without the server.
    pub(crate) fn case(&self, n: u128, branch: &str, handler: Option<&StaffId>) -> CaseId {
        let complaint = Complaint {
            channel: "branch".into(),
            line: "card".into(),
            product: "信用卡".into(),
            title: format!("年费争议 {n}"),
            narrative: "办卡时说免年费，账单却扣了年费，要求退还。".into(),
            cause: "C.price".into(),
            asks: "退还年费".into(),
            name: "赵某某".into(),
            phone: format!("1000000{n:04}"),
            email: format!("zhao{n}@example.org"),
            id_number: String::new(),
            account: String::new(),
            address: "听澜路1号".into(),
            language: "zh-CN".into(),
            branch: BranchId::from(branch),
            amount: Some(Money::cny(12_000)),
            received_at: self.now(),
        };
        let taken = self
            .office
            .take_in(EventId(n), complaint, &admin())
            .expect("takes in");
        if let Some(handler) = handler {
            let command = Command::Assign {
                handler: handler.clone(),
            };
            let order = Order::new(taken.case, admin(), self.now(), command);
            self.office.execute(&order).expect("assigns");
        }
        taken.case
    }

    /// Plans a visit to a customer of the first branch, without the server; returns the search, the plan, and the case.
    pub(crate) fn plan(&self, n: u128) -> (PlanId, PlanId, CaseId) {
        let case = self.consented(n);
        let manager = user(Role::RelationshipManager, HERE);
        let specialist = user(Role::ServiceSpecialist, HERE);
        let entry = |staff: &StaffId| RosterEntry {
            staff: staff.clone(),
            base: (29.30, 124.10),
            shifts: (1..=7)
                .map(|weekday| WeekShift {
                    weekday,
                    from: 480,
                    to: 1200,
                })
                .collect(),
            skills: Vec::new(),
            languages: vec!["zh".into()],
            woman: false,
            absences: Vec::new(),
            most_visits: None,
            certified_until: None,
        };
        self.office
            .set_roster(&[entry(&manager), entry(&specialist)], &admin())
            .expect("is kept");
        let viewer = Viewer {
            actor: Actor {
                id: user(Role::Supervisor, HERE),
                role: Role::Supervisor,
            },
            branch: BranchId::from(HERE),
        };
        let inputs = Inputs {
            days: self.office.working_days(self.office.today(), 6),
            branches: vec![BranchId::from(HERE)],
            cases: vec![case],
            staff: vec![manager.clone(), specialist],
            minutes: 60,
            overtime: Vec::new(),
            crew_day: app::planning::CrewDay::default(),
            seconds: 2,
            seed: 1,
        };
        let roles = |s: &StaffId| {
            if *s == manager {
                vec![Role::RelationshipManager]
            } else {
                vec![Role::ServiceSpecialist]
            }
        };
        let (run, plan) = self.searched(&viewer, inputs, &roles);
        (run, plan, case)
    }

    /// Searches for a plan without the server, and waits for it.
    pub(crate) fn searched(
        &self,
        viewer: &Viewer,
        inputs: Inputs,
        roles: &dyn Fn(&StaffId) -> Vec<Role>,
    ) -> (RunId, PlanId) {
        let searches = Searches::default();
        let run = searches
            .start(&self.office, viewer, inputs, roles, None)
            .expect("begins");
        loop {
            match searches.view(&self.office, viewer, run).expect("is there").ended {
                Some(Ended::Kept(plan)) => return (run, plan),
                Some(other) => panic!("the plan must be kept: {other:?}"),
                None => std::thread::sleep(std::time::Duration::from_millis(20)),
            }
        }
    }

    /// A case whose customer agreed to be visited four days ahead, without the server.
    pub(crate) fn consented(&self, n: u128) -> CaseId {
        let case = self.case(n, HERE, Some(&user(Role::Handler, HERE)));
        let now = self.now();
        let day = Timestamp::DAY;
        let decision = ScreeningDecision {
            selected: true,
            points: 6,
            policy: "test/1".into(),
            reasons: vec!["客户强烈不满".into()],
            departure: None,
            held_out: false,
        };
        let assess = Command::Assess {
            allegation: AllegationNo(1),
            truth: Truth::Unproven,
            reasonableness: Reasonableness::Reasonable,
            reasons: "账单显示已扣年费".into(),
        };
        let consent = Command::GiveConsent {
            scope: ConsentScope::Visiting,
            channel: "phone".into(),
            windows: vec![Window {
                from: now.plus(4 * day),
                to: now.plus(4 * day + Timestamp::HOUR * 5),
            }],
            place: Some(Place {
                kind: PlaceKind::Home,
                address: "听澜路1号".into(),
                point: "29.31,124.11".into(),
            }),
        };
        for (role, command) in [
            (
                Role::Handler,
                Command::Acknowledge {
                    channel: "sms".into(),
                },
            ),
            (Role::Handler, Command::StartReview),
            (Role::Handler, assess),
            (Role::Handler, Command::Accept),
            (Role::Supervisor, Command::DecideScreening(decision)),
            (
                Role::RelationshipManager,
                Command::OfferVisit {
                    channel: "phone".into(),
                },
            ),
            (Role::RelationshipManager, consent),
        ] {
            let actor = Actor {
                id: user(role, HERE),
                role,
            };
            let order = Order::new(case, actor, now, command);
            self.office.execute(&order).expect("the way is lawful");
        }
        case
    }

    /// Attaches a file to a case, without the server.
    pub(crate) fn file(&self, case: CaseId) -> FileId {
        let viewer = Viewer {
            actor: admin(),
            branch: BranchId::from(HERE),
        };
        let upload = Upload {
            name: "说明.txt",
            declared: "text/plain",
            kind: FileKind::Material,
            note: "",
            content: "客户说明".as_bytes(),
        };
        let order = EventId(u128::from(case.bits()) << 32);
        let attached = self.office.attach(order, case, &viewer, &upload);
        attached.expect("attaches").file.id
    }

    pub(crate) fn get(&self, path: &str, session: Option<&Session>) -> Answer {
        let mut headers = vec![("Accept-Language", "en")];
        if let Some(s) = session {
            headers.push(("Cookie", &s.cookie));
        }
        self.http().send("GET", path, &headers, b"")
    }

    /// Posts a form with the session's proof.
    pub(crate) fn post(&self, path: &str, session: &Session, pairs: &[(&str, &str)]) -> Answer {
        let mut pairs = pairs.to_vec();
        pairs.push(("csrf", &session.csrf));
        self.post_with(path, &[("Cookie", &session.cookie)], &pairs)
    }

    pub(crate) fn post_with(&self, path: &str, headers: &[(&str, &str)], pairs: &[(&str, &str)]) -> Answer {
        let mut headers = headers.to_vec();
        headers.push(("Content-Type", "application/x-www-form-urlencoded"));
        headers.push(("Accept-Language", "en"));
        self.http().send("POST", path, &headers, &form(pairs))
    }

    /// Calls the API with a token.
    pub(crate) fn call(
        &self,
        method: &str,
        path: &str,
        token: &str,
        body: Option<&serde_json::Value>,
    ) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [
            ("Authorization", bearer.as_str()),
            ("Accept-Language", "en"),
            ("Content-Type", "application/json"),
        ];
        let body = body.map_or_else(String::new, ToString::to_string);
        let path = format!("/api/v1{path}");
        self.http().send(method, &path, &headers, body.as_bytes())
    }
}
