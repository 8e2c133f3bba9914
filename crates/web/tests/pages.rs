//! The pages customer, visits, programme and users over a real server: who may see what, what is recorded,
//! and what a form answers.

use app::{Cost, Directory, Limits, NewUser, Office, Order, Setup};
use domain::{
    Actor, BranchId, CaseId, CustomerId, Personal, Role, StaffId, Timestamp,
    case::{
        AllegationNo, Command, Complainant, ConsentScope, Contact, CrewMember, Intake, NewAllegation, Place,
        PlaceKind, Reasonableness, ScreeningDecision, Truth, Window,
    },
};
use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    sync::Arc,
    time::Duration,
};
use store::{Clock, Options, Store};
use tempfile::TempDir;
use web::{Server, Settings};

/// 2026-03-02 11:00 in Shanghai, a Monday.
const START: Timestamp = Timestamp(1_772_420_400_000_000);
const HOUR: i64 = Timestamp::HOUR;
const DAY: i64 = Timestamp::DAY;
/// The day of the visit.
const VISIT_DAY: &str = "2026-03-07";
/// Who complains in the cases 1 (branch LC01) and 2 (LC02), and who in case 3 (LC02).
const CUSTOMER: CustomerId = CustomerId(1001);
const STRANGER: CustomerId = CustomerId(1002);
const PHONE: &str = "10000001234";

fn case(n: u64) -> CaseId {
    CaseId::from_bits(n << 40 | n)
}

fn actor(id: &str, role: Role) -> Actor {
    Actor::new(id, role)
}

fn intake(n: u64, customer: CustomerId, branch: &str) -> Command {
    Command::Receive(Box::new(Intake {
        case: case(n),
        customer,
        source: "test".into(),
        source_id: n.to_string(),
        channel: "branch".into(),
        line: "card".into(),
        product: "信用卡".into(),
        title: "年费争议".into(),
        narrative: "办卡时说免年费，账单却扣了年费。".into(),
        complainant: Complainant {
            name: "赵某某".into(),
            phone: Personal::new(PHONE),
            language: "zh-CN".into(),
            ..Complainant::default()
        },
        branch: BranchId::from(branch),
        amount: None,
        received_at: START,
        allegations: vec![NewAllegation {
            cause: "C.price".into(),
            text: "扣了年费".into(),
            asks: "退还年费".into(),
            claimed: None,
        }],
        forwarded_at: None,
    }))
}

/// The way of case 1 from receipt to an appointment, an hour for each step.
fn way() -> Vec<(Role, Command)> {
    use Role::{Handler, RelationshipManager as Manager, Supervisor};
    let from = START.plus(5 * DAY);
    let window = Window {
        from,
        to: from.plus(2 * HOUR),
    };
    let member = |role: Role, id: &str| CrewMember {
        staff: StaffId::from(id),
        role,
    };
    vec![
        (Handler, intake(1, CUSTOMER, "LC01")),
        (
            Handler,
            Command::Assign {
                handler: "handler-01".into(),
            },
        ),
        (
            Handler,
            Command::Acknowledge {
                channel: "sms".into(),
            },
        ),
        (Handler, Command::StartReview),
        (
            Handler,
            Command::Assess {
                allegation: AllegationNo(1),
                truth: Truth::Unproven,
                reasonableness: Reasonableness::Reasonable,
                reasons: "账单显示已扣年费".into(),
            },
        ),
        (Handler, Command::Accept),
        (
            Supervisor,
            Command::DecideScreening(ScreeningDecision {
                selected: true,
                points: 6,
                policy: "test/1".into(),
                reasons: vec!["客户强烈不满".into()],
                departure: None,
                held_out: false,
            }),
        ),
        (
            Manager,
            Command::OfferVisit {
                channel: "phone".into(),
            },
        ),
        (
            Manager,
            Command::RecordContact(Contact {
                channel: "phone".into(),
                reached: true,
                note: "希望下午联系".into(),
            }),
        ),
        (
            Manager,
            Command::GiveConsent {
                scope: ConsentScope::Visiting,
                channel: "phone".into(),
                windows: vec![window],
                place: Some(Place {
                    kind: PlaceKind::Home,
                    address: "听澜路1号".into(),
                    point: "29.30,124.10".into(),
                }),
            },
        ),
        (
            Manager,
            Command::ScheduleVisit {
                window: Window {
                    from,
                    to: from.plus(HOUR),
                },
                crew: vec![
                    member(Manager, "relationship_manager-01"),
                    member(Role::LegalCounsel, "legal_counsel-01"),
                ],
            },
        ),
    ]
}

const ROLES: [(Role, &str); 9] = [
    (Role::Handler, "handler"),
    (Role::RelationshipManager, "relationship_manager"),
    (Role::LegalCounsel, "legal_counsel"),
    (Role::ServiceSpecialist, "service_specialist"),
    (Role::Technician, "technician"),
    (Role::Supervisor, "supervisor"),
    (Role::Compliance, "compliance"),
    (Role::Auditor, "auditor"),
    (Role::Administrator, "administrator"),
];

struct House {
    office: Arc<Office>,
    directory: Arc<Directory>,
    address: SocketAddr,
    _dir: TempDir,
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    #[track_caller]
    fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}\n{}", self.head, self.body);
        self
    }

    #[track_caller]
    fn has(self, text: &str) -> Self {
        assert!(self.body.contains(text), "{text} is missing in\n{}", self.body);
        self
    }

    #[track_caller]
    fn lacks(self, text: &str) -> Self {
        assert!(
            !self.body.contains(text),
            "{text} should not stand in\n{}",
            self.body
        );
        self
    }
}

/// A signed-in browser.
struct Browser<'a> {
    house: &'a House,
    secret: String,
    csrf: String,
}

impl House {
    fn new() -> Self {
        let dir = TempDir::new().expect("a temporary folder");
        let store = Store::open(Options {
            ballast_bytes: 0,
            ..Options::sqlite(dir.path())
        })
        .expect("opens");
        let clock = || Clock::new(|| START.plus(3 * DAY));
        let directory = Directory::open(&store, clock(), Cost::light(), Limits::default()).expect("opens");
        let mut staff: Vec<NewUser> = ROLES
            .iter()
            .map(|(role, code)| NewUser {
                id: format!("{code}-01"),
                name: format!("{code} one"),
                roles: vec![*role],
                branch: "LC01".into(),
                password: None,
            })
            .collect();
        staff.push(NewUser {
            id: "handler-02".into(),
            name: "林知远".into(),
            roles: vec![Role::Handler],
            branch: "LC02".into(),
            password: None,
        });
        directory
            .add_all(staff, &actor("test", Role::System))
            .expect("adds");
        let office = Office::open(Setup {
            clock: clock(),
            ..Setup::shipped(store)
        })
        .expect("opens");
        let give = |case: CaseId, n: i64, by: Role, command: Command| {
            let code = ROLES.iter().find(|(r, _)| *r == by).map_or("", |(_, c)| *c);
            let by = actor(&format!("{code}-01"), by);
            let order = Order::new(case, by, START.plus(n * HOUR), command);
            office.execute(&order).expect("the way is lawful");
        };
        for (n, (by, command)) in way().into_iter().enumerate() {
            give(case(1), i64::try_from(n).expect("few") + 1, by, command);
        }
        give(case(2), 1, Role::Handler, intake(2, CUSTOMER, "LC02"));
        give(case(3), 1, Role::Handler, intake(3, STRANGER, "LC02"));
        let (office, directory) = (Arc::new(office), Arc::new(directory));
        let (tell, told) = std::sync::mpsc::channel();
        let parts = (Arc::clone(&office), Arc::clone(&directory));
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .expect("threads");
            runtime.block_on(async {
                let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
                let server = Server::listen(any, parts.0, parts.1, Settings::default())
                    .await
                    .expect("listens");
                tell.send(server.address().expect("listens")).expect("waited for");
                // It ends with the process of the test.
                server.serve(std::future::pending()).await.expect("serves");
            });
        });
        let address = told.recv_timeout(Duration::from_secs(20)).expect("listens");
        House {
            office,
            directory,
            address,
            _dir: dir,
        }
    }

    fn enter(&self, id: &str, role: Role) -> Browser<'_> {
        let (secret, view) = self
            .directory
            .sign_in_demo(&StaffId::from(id), role)
            .expect("there is such a user");
        Browser {
            house: self,
            secret,
            csrf: view.csrf,
        }
    }

    fn role(&self, role: Role) -> Browser<'_> {
        let code = ROLES.iter().find(|(r, _)| *r == role).map_or("", |(_, c)| *c);
        self.enter(&format!("{code}-01"), role)
    }

    fn readings(&self, customer: CustomerId, what: &str) -> Vec<(CaseId, String)> {
        let all = self.office.store().accesses(customer).expect("reads");
        all.into_iter()
            .filter(|a| a.what == what)
            .filter_map(|a| Some((a.case?, a.actor)))
            .collect()
    }
}

impl Browser<'_> {
    fn send(&self, method: &str, path: &str, body: &str) -> Answer {
        let mut stream = TcpStream::connect(self.house.address).expect("connects");
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a timeout");
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept-Language: en\r\n\
             Cookie: __Host-forecourt={}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.secret,
            body.len()
        );
        stream.write_all(request.as_bytes()).expect("writes");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("answers");
        let text = String::from_utf8(bytes).expect("text");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok());
        Answer {
            status: status.expect("a status"),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "")
    }

    fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("csrf", &self.csrf);
        form.extend_pairs(fields);
        self.send("POST", path, &form.finish())
    }
}

#[test]
fn each_page_is_there_for_those_who_may_and_for_nobody_else() {
    use Role as R;
    let house = House::new();
    let customer = format!("/customers/{CUSTOMER}");
    let all: Vec<Role> = ROLES.iter().map(|(r, _)| *r).collect();
    let sees_users = vec![R::Supervisor, R::Compliance, R::Auditor, R::Administrator];
    let sees_customer = vec![
        R::Handler,
        R::RelationshipManager,
        R::LegalCounsel,
        R::Supervisor,
        R::Compliance,
        R::Auditor,
    ];
    let sees_visits = all.iter().copied().filter(|r| *r != R::Administrator).collect();
    let edits = vec![R::Supervisor, R::Compliance];
    let table: [(&str, Vec<Role>); 9] = [
        (&customer, sees_customer),
        ("/visits", sees_visits),
        ("/programme", all.clone()),
        ("/programme/objectives/new", edits.clone()),
        ("/programme/steps/new", edits),
        ("/users", sees_users),
        ("/users/new", vec![R::Administrator]),
        ("/users/handler-01", vec![R::Administrator]),
        ("/users/nobody", vec![]),
    ];
    for role in all {
        let browser = house.role(role);
        for (path, may) in &table {
            let status = if may.contains(&role) { 200 } else { 404 };
            assert_eq!(browser.get(path).status, status, "{role:?} {path}");
        }
    }
    let nobody = Browser {
        house: &house,
        secret: String::new(),
        csrf: String::new(),
    };
    for (path, _) in &table {
        assert_eq!(nobody.get(path).status, 303, "{path} without a session");
    }
}

#[test]
fn a_customer_is_seen_as_far_as_one_reaches_and_every_case_shown_is_recorded() {
    let house = House::new();
    let path = format!("/customers/{CUSTOMER}");
    let (here, there) = (case(1).to_string(), case(2).to_string());
    let handler = house.role(Role::Handler);
    handler
        .get(&path)
        .is(200)
        .has(&here)
        .lacks(&there)
        .has(PHONE)
        .has("希望下午联系")
        .has("telephone 1")
        .has("being visited")
        .lacks("id=\"readers\"");
    let read = house.readings(CUSTOMER, "customer page");
    assert_eq!(read, [(case(1), "handler:handler-01".to_owned())]);
    // A supervisor reads who read the cases of their branch; compliance reads everything.
    let supervisor = house.role(Role::Supervisor);
    supervisor
        .get(&path)
        .is(200)
        .has("id=\"readers\"")
        .has("handler one（handler）")
        .lacks(&there);
    house
        .role(Role::Compliance)
        .get(&path)
        .is(200)
        .has(&here)
        .has(&there);
    house
        .enter("handler-02", Role::Handler)
        .get(&path)
        .is(200)
        .has(&there)
        .lacks(&here);
    // Out of reach looks as if it were not there, and nothing is recorded.
    for path in [
        format!("/customers/{STRANGER}"),
        format!("/customers/{}", CustomerId(77)),
        "/customers/x".to_owned(),
    ] {
        handler.get(&path).is(404);
    }
    assert!(house.readings(STRANGER, "customer page").is_empty());
}

#[test]
fn a_day_shows_its_visits_to_those_who_reach_them() {
    let house = House::new();
    let path = format!("/visits?day={VISIT_DAY}");
    house
        .role(Role::Handler)
        .get(&path)
        .is(200)
        .has(&case(1).to_string())
        .has("11:00–12:00")
        .has("class=\"spot c1\"")
        .has("29.300, 124.100")
        .has("Advance notice not sent yet")
        .lacks("听澜路");
    assert_eq!(
        house.readings(CUSTOMER, "visit map"),
        [(case(1), "handler:handler-01".to_owned())]
    );
    // Who goes along sees it; who has nothing to do with it does not.
    house
        .role(Role::LegalCounsel)
        .get(&path)
        .is(200)
        .has("class=\"spot c1\"");
    house
        .role(Role::Technician)
        .get(&path)
        .is(200)
        .has("No visits on this day.");
    let other = house.enter("handler-02", Role::Handler);
    other.get(&path).is(200).lacks(&case(1).to_string());
    // The strip counts what the list shows.
    house
        .role(Role::Handler)
        .get("/visits?day=2026-03-05")
        .is(200)
        .has("No visits on this day.")
        .has("<span class=\"sr\">Visits </span>1");
    for bad in ["2026-02-30", "x", "9999-01-01", "2026-03-05T10:00"] {
        other.get(&format!("/visits?day={bad}")).is(400);
    }
}

#[test]
fn the_programme_is_written_down_carried_out_and_guarded_against_stale_sights() {
    let house = House::new();
    let supervisor = house.role(Role::Supervisor);
    supervisor
        .get("/programme")
        .is(200)
        .has("There is no programme yet.");
    supervisor
        .post("/programme/objectives/new", &[("version", "0")])
        .is(422)
        .has("id=\"text-error\"")
        .has("id=\"measure-error\"")
        .has("id=\"target-error\"");
    let objective = [
        ("version", "0"),
        ("text", "<b>同意率</b>"),
        ("measure", "同意户数"),
        ("target", "≥ 45%"),
        ("actual", "41%"),
    ];
    supervisor.post("/programme/objectives/new", &objective).is(303);
    supervisor
        .get("/programme")
        .is(200)
        .has("&#60;b&#62;同意率")
        .has("not met");
    // Every mistake of a step at once, at its field, and what was typed stays.
    let step = [
        ("version", "1"),
        ("text", "培训"),
        ("owner", "nobody"),
        ("starts", "2026-02-30"),
        ("ends", ""),
        ("began", "2026-03-09"),
    ];
    supervisor
        .post("/programme/steps/new", &step)
        .is(422)
        .has("id=\"owner-error\"")
        .has("id=\"starts-error\"")
        .has("id=\"ends-error\"")
        .has("id=\"began-error\"")
        .has("value=\"培训\"");
    // Somebody who saw version 0 is told what has changed since.
    let compliance = house.role(Role::Compliance);
    let good = |version| {
        [
            ("version", version),
            ("text", "培训"),
            ("owner", "supervisor one"),
            ("starts", "2026-02-16"),
            ("ends", "2026-03-01"),
            ("began", ""),
        ]
    };
    compliance
        .post("/programme/steps/new", &good("0"))
        .is(409)
        .has("supervisor one · added the objective")
        .has("name=\"version\" value=\"1\"");
    compliance.post("/programme/steps/new", &good("1")).is(303);
    compliance
        .get("/programme")
        .is(200)
        .has("4 days over")
        .has("<g class=\"block late\">");
    compliance
        .post("/programme/done/1", &[("version", "2"), ("ended", "2026-03-06")])
        .is(422)
        .has("id=\"ended-error\"");
    let event = "00000000000000000000000000000abc";
    let done = [("version", "2"), ("ended", "2026-03-03"), ("event", event)];
    compliance.post("/programme/done/1", &done).is(303);
    compliance.post("/programme/done/1", &done).is(303);
    assert_eq!(house.office.programme().expect("reads").version, 3);
    compliance.get("/programme").is(200).has("2 days late");
    compliance
        .post("/programme/steps/1", &[("version", "3"), ("do", "remove")])
        .is(303);
    compliance.get("/programme/steps/1").is(404);
    // Who only reads can change nothing, whatever is sent.
    for role in [Role::Handler, Role::Auditor, Role::Administrator] {
        let browser = house.role(role);
        browser.post("/programme/objectives/new", &objective).is(404);
        browser.get("/programme").is(200).lacks("/programme/objectives/");
    }
    for path in [
        "/programme/objectives/9",
        "/programme/steps/x",
        "/programme/done/new",
        "/programme/other/1",
    ] {
        compliance.get(path).is(404);
    }
}

#[test]
fn users_are_found_added_changed_and_switched_off() {
    let house = House::new();
    let admin = house.role(Role::Administrator);
    admin
        .get("/users?q=%E7%9F%A5%E8%BF%9C")
        .is(200)
        .has("handler-02")
        .lacks("handler-01");
    house
        .role(Role::Supervisor)
        .get("/users")
        .is(200)
        .has("handler-01")
        .lacks("handler-02")
        .lacks("/users/new");
    let bad = [
        ("id", "张三"),
        ("name", ""),
        ("branch", ""),
        ("password", "short"),
    ];
    admin
        .post("/users/new", &bad)
        .is(422)
        .has("id=\"id-error\"")
        .has("id=\"name-error\"")
        .has("id=\"branch-error\"")
        .has("id=\"roles-error\"")
        .has("id=\"password-error\"")
        .has("value=\"张三\"")
        .lacks("value=\"short\"");
    let good = [
        ("id", "luo.zijin"),
        ("name", "罗子衿"),
        ("branch", "LC02"),
        ("roles", "handler"),
        ("roles", "supervisor"),
        ("password", "a good pass phrase"),
    ];
    admin.post("/users/new", &good).is(303);
    admin
        .post("/users/new", &good)
        .is(422)
        .has("there is a user of this id already");
    let id = StaffId::from("luo.zijin");
    let user = house.directory.user(&id).expect("added");
    assert_eq!(user.roles, [Role::Handler, Role::Supervisor]);
    admin
        .post("/users/luo.zijin/roles", &[])
        .is(422)
        .has("id=\"roles-error\"");
    admin
        .post("/users/luo.zijin/roles", &[("roles", "compliance")])
        .is(303);
    let user = house.directory.user(&id).expect("there");
    assert_eq!(user.roles, [Role::Compliance]);
    admin
        .post("/users/luo.zijin/password", &[("password", "aaaaaaaaaaaa")])
        .is(422)
        .has("id=\"password-error\"");
    // A token is shown once, works, and ends when it is revoked.
    let wish = [("label", "导入"), ("role", "handler"), ("days", "0")];
    admin
        .post("/users/luo.zijin/token", &wish)
        .is(422)
        .has("id=\"role-error\"");
    let wish = [("label", "导入"), ("role", "compliance"), ("days", "999")];
    admin
        .post("/users/luo.zijin/token", &wish)
        .is(422)
        .has("id=\"days-error\"");
    let wish = [("label", "导入"), ("role", "compliance"), ("days", "30")];
    let made = admin.post("/users/luo.zijin/token", &wish).is(200);
    let at = made.body.find("fct_").expect("the secret is shown");
    let secret: String = made.body[at..]
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect();
    assert!(house.directory.token(&secret).is_some());
    admin.get("/users/luo.zijin").is(200).has("导入").lacks(&secret);
    let token = house.directory.tokens_of(&id).remove(0).id;
    // The token of one user is not revoked through another.
    admin
        .post("/users/handler-01/revoke", &[("token", &token)])
        .is(303);
    assert!(house.directory.token(&secret).is_some());
    admin
        .post("/users/luo.zijin/revoke", &[("token", &token)])
        .is(303);
    assert!(house.directory.token(&secret).is_none());
    // Switched off, a session ends with the next request; nobody does that to themselves.
    let gone = house.enter("luo.zijin", Role::Compliance);
    gone.get("/programme").is(200);
    admin.post("/users/luo.zijin/off", &[]).is(303);
    gone.get("/programme").is(303);
    admin.post("/users/luo.zijin/on", &[]).is(303);
    admin
        .post("/users/administrator-01/off", &[])
        .is(422)
        .has("nobody switches off themselves");
    admin
        .post("/users/administrator-01/roles", &[("roles", "handler")])
        .is(422)
        .has("nobody takes the administrator");
    // Others change nothing, whatever they send.
    for role in [Role::Supervisor, Role::Auditor] {
        let browser = house.role(role);
        browser.post("/users/new", &good).is(404);
        browser.post("/users/handler-02/off", &[]).is(404);
    }
    admin.post("/users/handler-02/erase", &[]).is(404);
    admin.send("POST", "/users/handler-02/off", "csrf=wrong").is(403);
    assert!(
        !house
            .directory
            .user(&StaffId::from("handler-02"))
            .expect("there")
            .disabled
    );
}

#[test]
fn a_clock_that_has_not_started_says_what_it_waits_for() {
    let house = House::new();
    house
        .role(Role::Handler)
        .get(&format!("/cases/{}", case(1)))
        .is(200)
        .has("Not started: waits until")
        .lacks("no clock")
        .has(&format!("/customers/{CUSTOMER}"));
}
