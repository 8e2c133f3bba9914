//! Users, sessions, tokens: their limits, and that they are all there after the store is opened again.

use app::{Cost, Directory, DirectoryError, Limits, NewUser};
use domain::{Actor, Role, StaffId, Timestamp};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use store::{Clock, Options, Store, StreamId};
use tempfile::TempDir;

const MINUTE: i64 = 60_000_000;
const PASSWORD: &str = "seven green umbrellas";

struct Hall {
    directory: Directory,
    store: Store,
    now: Arc<AtomicI64>,
    dir: TempDir,
}

fn store_in(dir: &TempDir, clock: &Clock) -> Store {
    Store::open(Options {
        ballast_bytes: 0,
        clock: clock.clone(),
        ..Options::sqlite(dir.path())
    })
    .expect("opens")
}

fn clock_of(now: &Arc<AtomicI64>) -> Clock {
    let now = Arc::clone(now);
    Clock::new(move || Timestamp(now.load(Ordering::Relaxed)))
}

fn by() -> Actor {
    Actor::new("root", Role::Administrator)
}

fn anna() -> StaffId {
    StaffId::from("anna")
}

fn new(id: &str, roles: &[Role], password: Option<&str>) -> NewUser {
    NewUser {
        id: id.to_owned(),
        name: "Anna A.".to_owned(),
        roles: roles.to_vec(),
        branch: "LC01".to_owned(),
        password: password.map(str::to_owned),
    }
}

impl Hall {
    /// A directory with Anna, handler and supervisor.
    fn open() -> Hall {
        let dir = TempDir::new().expect("a temporary folder");
        let now = Arc::new(AtomicI64::new(1_772_420_400_000_000));
        let clock = clock_of(&now);
        let store = store_in(&dir, &clock);
        let directory = Directory::open(&store, clock, Cost::light(), Limits::default()).expect("opens");
        let user = new(
            "  Anna ",
            &[Role::Handler, Role::Supervisor, Role::Handler],
            Some(PASSWORD),
        );
        let user = directory.add(user, &by()).expect("adds");
        assert_eq!(
            (&user.id, user.roles.len()),
            (&anna(), 2),
            "one spelling, each role once"
        );
        Hall {
            directory,
            store,
            now,
            dir,
        }
    }

    fn wait(&self, micros: i64) {
        self.now.fetch_add(micros, Ordering::Relaxed);
    }

    /// Closes everything and opens it from the disk.
    fn reopened(self) -> Hall {
        let Hall {
            directory,
            store,
            now,
            dir,
        } = self;
        drop(directory);
        drop(store);
        let clock = clock_of(&now);
        let store = store_in(&dir, &clock);
        let directory = Directory::open(&store, clock, Cost::light(), Limits::default()).expect("opens");
        Hall {
            directory,
            store,
            now,
            dir,
        }
    }

    fn sign_in(&self) -> String {
        self.directory
            .sign_in("anna", PASSWORD, None)
            .expect("signs in")
            .0
    }

    fn token(&self, days: u16) -> String {
        let made = self
            .directory
            .add_token(&anna(), Role::Handler, "core banking", days, &by());
        made.expect("makes a token")
    }
}

fn field(result: Result<impl Sized, DirectoryError>) -> &'static str {
    match result {
        Err(DirectoryError::Bad { field, .. }) => field,
        Err(e) => panic!("{e}"),
        Ok(_) => "",
    }
}

#[test]
fn a_session_ends_when_idle_and_in_any_case_after_twelve_hours() {
    let hall = Hall::open();
    let idle = hall.sign_in();
    hall.wait(15 * MINUTE - 1);
    assert!(hall.directory.session(&idle).is_some());
    hall.wait(15 * MINUTE);
    assert!(hall.directory.session(&idle).is_none());
    hall.wait(-MINUTE);
    assert!(
        hall.directory.session(&idle).is_none(),
        "what has ended does not come back"
    );
    let busy = hall.sign_in();
    for _ in 0..72 {
        assert!(hall.directory.session(&busy).is_some());
        hall.wait(10 * MINUTE);
    }
    assert!(hall.directory.session(&busy).is_none());
    assert!(hall.directory.session("").is_none());
}

#[test]
fn another_role_ends_the_session_and_begins_one() {
    let hall = Hall::open();
    let first = hall.sign_in();
    let view = hall.directory.session(&first).expect("signed in");
    assert_eq!(
        view.viewer.actor.role,
        Role::Handler,
        "the first role is where one begins"
    );
    assert_eq!(field(hall.directory.switch_role(&first, Role::Auditor)), "role");
    let (second, switched) = hall
        .directory
        .switch_role(&first, Role::Supervisor)
        .expect("switches");
    assert_eq!(switched.viewer.actor.role, Role::Supervisor);
    assert_ne!(switched.csrf, view.csrf);
    assert!(hall.directory.session(&first).is_none());
    hall.directory
        .set_roles(&anna(), vec![Role::Handler], &by())
        .expect("sets");
    assert!(
        hall.directory.session(&second).is_none(),
        "a change of the user counts at once"
    );
}

#[test]
fn a_token_acts_in_its_role_until_it_ends_or_is_revoked_or_the_user_changes() {
    let hall = Hall::open();
    let token = hall.token(2);
    assert!(token.starts_with("fct_"));
    let viewer = hall.directory.token(&token).expect("good");
    assert_eq!(
        (viewer.actor.role, viewer.branch.0.as_str()),
        (Role::Handler, "LC01")
    );
    assert!(hall.directory.token(&token.to_uppercase()).is_none());
    hall.wait(2 * Timestamp::DAY - 1);
    assert!(hall.directory.token(&token).is_some());
    hall.wait(1);
    assert!(hall.directory.token(&token).is_none());
    let (one, two) = (hall.token(9), hall.token(9));
    let listed = hall.directory.tokens_of(&anna());
    assert!(
        listed
            .iter()
            .all(|t| !one.contains(&t.id) && t.label == "core banking")
    );
    let many = listed.len();
    for view in listed {
        hall.directory.revoke_token(&view.id, &by()).expect("revokes");
    }
    assert!(hall.directory.token(&one).is_none() && hall.directory.token(&two).is_none());
    let stream = StreamId::other("user", &anna().0).expect("is a name");
    let told = hall.store.read(stream.bucket(), &stream).expect("reads");
    let revoked = told.iter().filter(|e| e.kind == "user_token_revoked");
    assert_eq!(revoked.count(), many, "who revoked what stands in the log");
    let three = hall.token(9);
    hall.directory
        .set_disabled(&anna(), true, &by())
        .expect("switches off");
    assert!(hall.directory.token(&three).is_none());
    hall.directory
        .set_disabled(&anna(), false, &by())
        .expect("switches on");
    assert!(
        hall.directory.token(&three).is_none(),
        "switching on again revives nothing"
    );
    let made = |role, label, days| hall.directory.add_token(&anna(), role, label, days, &by());
    assert_eq!(field(made(Role::Auditor, "x", 9)), "role");
    assert_eq!(field(made(Role::Handler, " ", 9)), "label");
    assert_eq!(field(made(Role::Handler, "x", 0)), "days");
    assert_eq!(field(made(Role::Handler, "x", 367)), "days");
}

#[test]
fn passwords_and_users_are_checked() {
    let hall = Hall::open();
    let add = |user| hall.directory.add(user, &by());
    for (password, good) in [
        ("too short", false),
        ("aaaaaaaaaaaa", false),
        ("一二三四五六七八九十", true),
        (PASSWORD, true),
    ] {
        let user = new(&format!("u{}", password.len()), &[Role::Handler], Some(password));
        assert_eq!(field(add(user)), if good { "" } else { "password" }, "{password}");
    }
    let long = "ab".repeat(129);
    assert_eq!(
        field(hall.directory.set_password(&anna(), &long, &by())),
        "password"
    );
    assert_eq!(field(add(new("a b", &[Role::Handler], None))), "id");
    assert_eq!(field(add(new("a/b", &[Role::Handler], None))), "id");
    assert_eq!(field(add(new("b", &[], None))), "roles");
    assert_eq!(field(add(new("b", &[Role::System], None))), "roles");
    assert!(matches!(
        add(new("ANNA", &[Role::Handler], None)),
        Err(DirectoryError::Exists(_))
    ));
    let me = Actor::new("anna", Role::Administrator);
    assert_eq!(field(hall.directory.set_disabled(&anna(), true, &me)), "user");
    let session = hall.sign_in();
    hall.directory
        .set_password(&anna(), "eight blue umbrellas", &by())
        .expect("sets");
    assert!(
        hall.directory.session(&session).is_none(),
        "a new password ends all sessions"
    );
    assert!(matches!(
        hall.directory.sign_in("anna", PASSWORD, None),
        Err(DirectoryError::WrongPassword)
    ));
    assert!(
        hall.directory
            .sign_in("anna", "eight blue umbrellas", None)
            .is_ok()
    );
    assert!(matches!(
        hall.directory.sign_in("anna", &"x".repeat(10_000), None),
        Err(DirectoryError::WrongPassword)
    ));
    let none = new("nopass", &[Role::Handler], None);
    add(none).expect("adds");
    for password in ["", "nobody's password"] {
        assert!(
            hall.directory.sign_in("nopass", password, None).is_err(),
            "who has no password cannot sign in by one"
        );
    }
}

#[test]
fn all_of_it_is_there_after_the_store_is_opened_again() {
    let hall = Hall::open();
    let (session, ended, token, revoked) = (hall.sign_in(), hall.sign_in(), hall.token(30), hall.token(30));
    hall.directory.end(&ended);
    // The list names tokens by the hash of their secret.
    hall.directory
        .revoke_token(&sha(&revoked), &by())
        .expect("revokes");
    let many: Vec<NewUser> = (0..1500)
        .map(|n| new(&format!("user-{n:04}"), &[Role::Handler], None))
        .collect();
    hall.directory.add_all(many, &by()).expect("adds");
    hall.directory
        .set_disabled(&StaffId::from("user-0007"), true, &by())
        .expect("switches off");
    // Used for half an hour, so that its life depends on what was noted of its use.
    for _ in 0..3 {
        hall.wait(10 * MINUTE);
        assert!(hall.directory.session(&session).is_some());
    }
    let before = hall.directory.users();
    let hall = hall.reopened();
    assert_eq!(hall.directory.users(), before, "more than one part of them");
    let view = hall.directory.session(&session).expect("still signed in");
    assert_eq!(view.user.name, "Anna A.");
    assert!(hall.directory.session(&ended).is_none());
    assert!(hall.directory.token(&token).is_some());
    assert!(hall.directory.token(&revoked).is_none());
    assert!(
        hall.directory
            .user(&StaffId::from("user-0007"))
            .expect("there")
            .disabled
    );
    hall.sign_in();
    hall.wait(16 * MINUTE);
    let hall = hall.reopened();
    assert!(
        hall.directory.session(&session).is_none(),
        "idle while closed counts as well"
    );
    let text: Vec<u8> = std::fs::read_dir(hall.dir.path())
        .expect("reads")
        .flatten()
        .filter(|e| e.path().is_file())
        .flat_map(|e| std::fs::read(e.path()).unwrap_or_default())
        .collect();
    for secret in [&session, &token, &PASSWORD.to_owned()] {
        let found = text.windows(secret.len()).any(|w| w == secret.as_bytes());
        assert!(!found, "a secret stands on the disk in the clear");
    }
    assert!(hall.store.verify(|_| {}).expect("verifies").whole());
}

fn sha(secret: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(secret.as_bytes())
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}
