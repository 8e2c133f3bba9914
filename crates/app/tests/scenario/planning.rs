//! Planning in the product: roster, search, plans by hand, publishing (mission A5.1, A5.2, B2.2).

use crate::desk::*;
use app::{
    Viewer,
    planning::{
        Edit, EditError, Ended, Inputs, LeftOut, NotPublished, PlanError, PlanId, RosterEntry, Searches,
        StartError, VisitPlan, WeekShift, What,
    },
};
use domain::{
    BranchId, CaseId, Personal, Role, StaffId,
    case::{Channel, CloseReason, Command, ConsentScope, CrewMember, Place, PlaceKind, State, Window},
};
use rules::Date;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// A desk whose office can be searched from other threads, with three people on the roster.
struct Plans {
    desk: Desk,
    searches: Searches,
}

fn viewer(role: Role, branch: &str) -> Viewer {
    Viewer {
        actor: who("planner-01", role),
        branch: BranchId::from(branch),
    }
}

fn boss() -> Viewer {
    viewer(Role::Supervisor, "LC01")
}

fn roles(staff: &StaffId) -> Vec<Role> {
    match staff.0.as_str() {
        "manager-01" | "manager-02" => vec![Role::RelationshipManager],
        "specialist-01" => vec![Role::ServiceSpecialist],
        _ => Vec::new(),
    }
}

fn entry(id: &str) -> RosterEntry {
    RosterEntry {
        staff: StaffId::from(id),
        base: (29.30, 124.10),
        shifts: (1..=5)
            .map(|weekday| WeekShift {
                weekday,
                from: 9 * 60,
                to: 18 * 60,
            })
            .collect(),
        skills: Vec::new(),
        languages: vec!["zh".into(), "en".into()],
        woman: false,
        absences: Vec::new(),
        most_visits: Some(6),
        certified_until: None,
    }
}

/// Monday to Thursday; the office's clock stands on the Wednesday before.
fn days() -> Vec<Date> {
    (15..=18)
        .map(|d| format!("2026-06-{d}").parse().expect("a date"))
        .collect()
}

impl Plans {
    fn new() -> Plans {
        let mut desk = Desk::new();
        desk.now = START.plus(85 * DAY);
        let people = ["manager-01", "manager-02", "specialist-01"].map(entry);
        desk.office.set_roster(&people, &supervisor()).expect("is kept");
        Plans {
            desk,
            searches: Searches::default(),
        }
    }

    /// A case whose customer can be visited on a day (0 = Monday) from one hour to another.
    fn waiting(&mut self, n: u64, point: &str, times: &[(i64, i64, i64)]) -> CaseId {
        let case = self.desk.offered(n);
        // 2026-06-15 00:00 in Shanghai: the office's clock says Wednesday before, 11:00.
        let monday = START.plus(105 * DAY - 11 * HOUR);
        let command = Command::GiveConsent {
            scope: ConsentScope::Visiting,
            channel: "phone".into(),
            windows: times
                .iter()
                .map(|(day, from, to)| Window {
                    from: monday.plus(day * DAY + from * HOUR),
                    to: monday.plus(day * DAY + to * HOUR),
                })
                .collect(),
            place: Some(Place {
                kind: PlaceKind::Home,
                address: "听澜路1号".into(),
                point: Personal::new(point),
            }),
        };
        assert_eq!(self.desk.give(manager(), case, command), State::Consented);
        case
    }

    fn inputs(&self, cases: &[CaseId]) -> Inputs {
        Inputs {
            days: days(),
            branches: vec![BranchId::from("LC01")],
            cases: cases.to_vec(),
            staff: ["manager-01", "manager-02", "specialist-01"]
                .map(StaffId::from)
                .to_vec(),
            minutes: 75,
            overtime: Vec::new(),
            crew_day: app::planning::CrewDay::MeetsAtDoor,
            seconds: 2,
            seed: 1,
        }
    }
}

/// Plans and waits; the office comes back when the search has let go of it.
fn search(plans: Plans, inputs: Inputs, from: Option<PlanId>) -> (Plans, VisitPlan) {
    let Plans { desk, searches } = plans;
    let Desk { office, now, dir } = desk;
    let office = Arc::new(office);
    let run = searches
        .start(&office, &boss(), inputs, &roles, from)
        .expect("begins");
    let ended = ended(&searches, &office, run);
    let Ended::Kept(id) = ended else {
        panic!("the plan must be kept: {ended:?}")
    };
    let plan = office.open_plan(id, &boss()).expect("is there");
    (
        Plans {
            desk: Desk {
                office: alone(office),
                now,
                dir,
            },
            searches,
        },
        plan,
    )
}

fn ended(searches: &Searches, office: &app::Office, run: PlanId) -> Ended {
    let began = Instant::now();
    loop {
        let view = searches.view(office, &boss(), run).expect("is there");
        if let Some(ended) = view.ended {
            return ended;
        }
        assert!(
            began.elapsed() < Duration::from_secs(120),
            "the search does not end"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The thread of a search lets go of the office just after it has said how it ended.
fn alone(mut office: Arc<app::Office>) -> app::Office {
    for _ in 0..1000 {
        match Arc::try_unwrap(office) {
            Ok(office) => return office,
            Err(back) => office = back,
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("the search keeps the office");
}

#[test]
fn a5_1_the_roster_is_kept_for_each_person_and_its_mistakes_are_refused() {
    let plans = Plans::new();
    let office = &plans.desk.office;
    assert_eq!(office.roster().expect("reads").len(), 3);
    let mut changed = entry("manager-01");
    changed.woman = true;
    office
        .set_roster(&[changed.clone()], &supervisor())
        .expect("is kept");
    let id = StaffId::from("manager-01");
    assert_eq!(office.roster_entry(&id).expect("reads"), Some(changed));
    let mut bad = entry("manager-01");
    bad.most_visits = Some(0);
    assert!(office.set_roster(&[bad], &supervisor()).is_err());
    assert!(office.roster_entry(&id).expect("reads").is_some_and(|e| e.woman));
    assert_eq!(
        office.roster_entry(&StaffId::from("nobody")).expect("reads"),
        None
    );
}

#[test]
fn a5_2_a_search_plans_who_consented_and_says_of_the_others_why_not() {
    let mut plans = Plans::new();
    let fits = plans.waiting(1, "29.31,124.11", &[(0, 9, 12)]);
    let nowhere = plans.waiting(2, "", &[(0, 9, 12)]);
    let elsewhere = plans.waiting(3, "29.31,124.11", &[(30, 9, 12)]);
    let unasked = plans.waiting(4, "29.31,124.11", &[(1, 9, 12)]);
    let office = &plans.desk.office;
    let branches = [BranchId::from("LC01")];
    let found = office
        .plan_candidates(&boss(), &branches, &days())
        .expect("reads");
    let why = |case| found.iter().find(|c| c.row.case == case).expect("waits").left_out;
    assert_eq!(why(fits), None);
    assert_eq!(why(nowhere), Some(LeftOut::NoPlace));
    assert_eq!(why(elsewhere), Some(LeftOut::NoWindow));
    let away = viewer(Role::Supervisor, "LC02");
    assert!(
        office
            .plan_candidates(&away, &branches, &days())
            .expect("reads")
            .is_empty()
    );
    let inputs = plans.inputs(&[fits, nowhere, elsewhere]);
    let (plans, plan) = search(plans, inputs, None);
    assert_eq!(plan.plan.visits.len(), 1, "{:?}", plan.plan.unplanned);
    let visit = &plan.plan.visits[0];
    assert_eq!(
        (visit.visit.as_str(), plan.day(visit.day)),
        (fits.to_string().as_str(), "2026-06-15")
    );
    assert!(visit.start >= 9 * 3600 && visit.end <= 12 * 3600 && visit.crew.len() >= 2);
    assert_eq!(
        plan.left_out,
        [(nowhere, LeftOut::NoPlace), (elsewhere, LeftOut::NoWindow)]
    );
    assert!(!plan.problem.visits.iter().any(|v| v.id == unasked.to_string()));
    assert!(!plan.curve.is_empty() && plan.newest().what == What::Searched);
    let office = &plans.desk.office;
    let heads = office.visit_plans(&boss()).expect("reads");
    assert_eq!(
        (heads.len(), heads[0].id, heads[0].totals.planned),
        (1, plan.id, 1)
    );
    assert!(
        office.visit_plans(&away).expect("reads").is_empty(),
        "another branch's plan"
    );
    assert!(matches!(
        office.open_plan(plan.id, &away),
        Err(PlanError::NoSuchPlan)
    ));
    assert!(matches!(
        office.change_plan(
            plan.id,
            &viewer(Role::Auditor, "LC01"),
            1,
            &Edit::Lock {
                visit: fits.to_string()
            }
        ),
        Err(PlanError::NoSuchPlan)
    ));
    let readings = office.store().accesses(domain::CustomerId(1001)).expect("reads");
    let read: Vec<&str> = readings
        .iter()
        .filter(|a| a.case == Some(fits))
        .map(|a| a.what.as_str())
        .collect();
    assert!(read.contains(&"visit plan"), "{read:?}");
}

#[test]
fn a5_2_one_search_at_a_time_can_be_dropped_and_is_told_as_lost_after_a_restart() {
    let mut plans = Plans::new();
    let case = plans.waiting(1, "29.31,124.11", &[(0, 9, 12)]);
    let mut inputs = plans.inputs(&[case]);
    inputs.seconds = 60;
    let Plans { desk, searches } = plans;
    let office = Arc::new(desk.office);
    let start = |inputs: &Inputs| searches.start(&office, &boss(), inputs.clone(), &roles, None);
    for (field, bad) in [
        (
            "days",
            Inputs {
                days: Vec::new(),
                ..inputs.clone()
            },
        ),
        (
            "from",
            Inputs {
                days: vec!["2026-06-01".parse().expect("a date")],
                ..inputs.clone()
            },
        ),
        (
            "branches",
            Inputs {
                branches: vec![BranchId::from("LC02")],
                ..inputs.clone()
            },
        ),
        (
            "staff",
            Inputs {
                staff: Vec::new(),
                ..inputs.clone()
            },
        ),
        (
            "minutes",
            Inputs {
                minutes: 0,
                ..inputs.clone()
            },
        ),
        (
            "seconds",
            Inputs {
                seconds: 121,
                ..inputs.clone()
            },
        ),
    ] {
        assert!(
            matches!(start(&bad), Err(StartError::Bad(f)) if f == field),
            "{field}"
        );
    }
    let run = start(&inputs).expect("begins");
    assert!(matches!(
        start(&inputs),
        Err(StartError::Busy { seconds: 60, .. })
    ));
    assert!(searches.running(&boss()).is_some_and(|r| r.id == run));
    assert!(searches.running(&viewer(Role::Supervisor, "LC02")).is_none());
    let other = viewer(Role::Supervisor, "LC02");
    assert!(searches.stop(&other, run, true).is_err(), "not theirs");
    // Another server over the same store, as after a restart.
    let restarted = Searches::default().view(&office, &boss(), run).expect("is known");
    assert!(restarted.lost && restarted.ended.is_none());
    searches.stop(&boss(), run, false).expect("is asked");
    assert_eq!(ended(&searches, &office, run), Ended::Dropped);
    assert!(office.visit_plans(&boss()).expect("reads").is_empty());
    let restarted = Searches::default().view(&office, &boss(), run).expect("is known");
    assert_eq!((restarted.lost, restarted.ended), (false, Some(Ended::Dropped)));
}

#[test]
fn a5_2_a_change_by_hand_is_judged_kept_as_a_version_and_taken_back() {
    let mut plans = Plans::new();
    let one = plans.waiting(1, "29.31,124.11", &[(0, 9, 12)]).to_string();
    let two = plans.waiting(2, "29.29,124.09", &[(1, 9, 18)]).to_string();
    let inputs = plans.inputs(&[one.parse().expect("a case"), two.parse().expect("a case")]);
    let (plans, plan) = search(plans, inputs, None);
    let office = &plans.desk.office;
    assert_eq!(plan.plan.visits.len(), 2);
    let before = plan
        .plan
        .visits
        .iter()
        .find(|a| a.visit == two)
        .expect("is planned")
        .clone();
    let place = |start| Edit::Place {
        visit: two.clone(),
        day: before.day,
        start,
        crew: before.crew.clone(),
    };
    let bad = plan.try_edit(&place(7 * 3600)).expect("is laid out");
    assert!(!bad.violations.is_empty(), "nobody agreed to seven o'clock");
    let refused = office.change_plan(plan.id, &boss(), plan.seq, &place(7 * 3600));
    assert!(matches!(refused, Err(PlanError::Edit(EditError::Breaks(_)))));
    let moved = office
        .change_plan(plan.id, &boss(), plan.seq, &place(15 * 3600))
        .expect("is lawful");
    assert_eq!((moved.versions.len(), moved.newest().no), (2, 2));
    assert_eq!(moved.newest().what, What::Placed { visit: two.clone() });
    let stale = office.change_plan(plan.id, &boss(), plan.seq, &place(14 * 3600));
    assert!(matches!(stale, Err(PlanError::Changed)));
    let compared = plan.compare(&moved);
    assert_eq!((compared.visits.len(), compared.same), (1, 1));
    let taken = Edit::TakeOut { visit: one.clone() };
    let less = office
        .change_plan(plan.id, &boss(), moved.seq, &taken)
        .expect("is lawful");
    assert_eq!((less.plan.visits.len(), less.plan.unplanned.len()), (1, 1));
    let back = office.undo_plan(plan.id, &boss(), less.seq).expect("is undone");
    assert_eq!(back.plan, moved.plan);
    let locked = Edit::Lock { visit: two.clone() };
    let locked = office
        .change_plan(plan.id, &boss(), back.seq, &locked)
        .expect("is lawful");
    assert!(locked.is_locked(&two) && !locked.is_locked(&one));
    assert_eq!(locked.try_edit(&place(14 * 3600)), Err(EditError::Locked));
    let first = (0..9).try_fold(locked, |p, _| office.undo_plan(p.id, &boss(), p.seq));
    assert!(matches!(first, Err(PlanError::Edit(EditError::NothingToUndo))));
    let again = office.open_plan(plan.id, &boss()).expect("is there");
    assert_eq!(again.plan, plan.plan, "the version that the search found stays");
    office.remove_plan(plan.id, &boss()).expect("is removed");
    assert!(matches!(
        office.open_plan(plan.id, &boss()),
        Err(PlanError::NoSuchPlan)
    ));
}

#[test]
fn a5_2_a_locked_visit_keeps_its_time_and_crew_and_the_others_become_promises() {
    let mut plans = Plans::new();
    let one = plans.waiting(1, "29.31,124.11", &[(0, 9, 18)]);
    let two = plans.waiting(2, "29.29,124.09", &[(0, 9, 18), (1, 9, 18)]);
    let inputs = plans.inputs(&[one, two]);
    let (plans, plan) = search(plans, inputs.clone(), None);
    let visit = plan
        .plan
        .visits
        .iter()
        .find(|a| a.visit == one.to_string())
        .expect("is planned");
    let edit = Edit::Place {
        visit: visit.visit.clone(),
        day: visit.day,
        start: 16 * 3600,
        crew: visit.crew.clone(),
    };
    let office = &plans.desk.office;
    let moved = office
        .change_plan(plan.id, &boss(), plan.seq, &edit)
        .expect("is lawful");
    let lock = Edit::Lock {
        visit: one.to_string(),
    };
    let locked = office
        .change_plan(plan.id, &boss(), moved.seq, &lock)
        .expect("is lawful");
    let (_, next) = search(plans, inputs, Some(plan.id));
    assert_eq!(next.from, Some(plan.id));
    let at = |p: &VisitPlan| p.plan.visits.iter().find(|a| a.visit == one.to_string()).cloned();
    assert_eq!(at(&next), at(&locked));
    assert!(next.is_locked(&one.to_string()), "stays locked");
    let promise = |case: CaseId| {
        let visit = next.problem.visits.iter().find(|v| v.id == case.to_string());
        visit.and_then(|v| v.promise.clone()).expect("was planned before")
    };
    assert!(promise(one).locked && !promise(two).locked);
    assert_eq!(next.plan.totals.promises_moved, 0);
}

#[test]
fn a5_2_an_appointment_that_breaks_a_rule_keeps_its_crew_from_being_sent_elsewhere() {
    let mut plans = Plans::new();
    let late = plans.waiting(1, "29.31,124.11", &[(0, 17, 20)]);
    let other = plans.waiting(2, "29.30,124.10", &[(0, 16, 18)]);
    // 17:30 to 18:45 on Monday: after the shift of both.
    let from = START.plus(105 * DAY - 11 * HOUR + 17 * HOUR + HOUR / 2);
    let schedule = Command::ScheduleVisit {
        window: Window {
            from,
            to: from.plus(HOUR + HOUR / 4),
        },
        crew: [
            ("manager-01", Role::RelationshipManager),
            ("specialist-01", Role::ServiceSpecialist),
        ]
        .map(|(id, role)| CrewMember {
            staff: StaffId::from(id),
            role,
        })
        .to_vec(),
    };
    plans.desk.give(manager(), late, schedule);
    let inputs = plans.inputs(&[other]);
    let (_, plan) = search(plans, inputs, None);
    assert_eq!(plan.left_out, [(late, LeftOut::Unlawful)]);
    assert!(plan.appointed.is_empty());
    assert_eq!(
        plan.plan.visits,
        [],
        "the only specialist is on the way to the appointment"
    );
}

#[test]
fn b2_2_publishing_makes_appointments_by_the_case_s_own_rules_and_can_be_repeated() {
    let mut plans = Plans::new();
    let one = plans.waiting(1, "29.31,124.11", &[(0, 9, 12)]);
    let gone = plans.waiting(2, "29.29,124.09", &[(1, 9, 12)]);
    let other = plans.waiting(3, "29.30,124.12", &[(2, 9, 12)]);
    let inputs = plans.inputs(&[one, gone, other]);
    let (mut plans, plan) = search(plans, inputs.clone(), None);
    assert_eq!(plan.plan.visits.len(), 3, "{:?}", plan.plan.unplanned);
    let withdraw = Command::WithdrawConsent {
        scope: ConsentScope::Visiting,
        next_channel: Channel::Written,
    };
    plans.desk.give(manager(), gone, withdraw);
    let auditor = viewer(Role::Auditor, "LC01");
    assert!(matches!(
        plans.desk.office.publish_plan(plan.id, &auditor),
        Err(PlanError::NoSuchPlan)
    ));
    let first = plans
        .desk
        .office
        .publish_plan(plan.id, &boss())
        .expect("publishes");
    assert_eq!((first.made.clone(), first.already.len()), (vec![one, other], 0));
    assert!(
        matches!(&first.refused[..], [(v, NotPublished::Refused(_))] if *v == gone.to_string()),
        "{:?}",
        first.refused
    );
    assert_eq!(plans.desk.state(one), State::Scheduled);
    assert_eq!(plans.desk.state(gone), State::DeskHandling);
    let again = plans
        .desk
        .office
        .publish_plan(plan.id, &boss())
        .expect("publishes");
    assert_eq!((again.made.len(), again.already), (0, vec![one, other]));
    // What is agreed now stands in the next plan as it is, and is not published over.
    let (plans, next) = search(plans, inputs, Some(plan.id));
    let stands = next.appointed.iter().cloned().collect::<Vec<_>>();
    let mut both = vec![one.to_string(), other.to_string()];
    both.sort();
    assert_eq!(stands, both);
    for visit in both {
        let at = |p: &VisitPlan| {
            p.plan
                .visits
                .iter()
                .find(|a| a.visit == visit)
                .map(|a| (a.day, a.start))
        };
        assert_eq!(at(&next), at(&plan));
        assert_eq!(next.try_edit(&Edit::TakeOut { visit }), Err(EditError::Appointed));
    }
    let third = plans
        .desk
        .office
        .publish_plan(next.id, &boss())
        .expect("publishes");
    assert_eq!(
        (third.made.len(), third.already.len(), third.refused.len()),
        (0, 2, 0)
    );
}

#[test]
fn a_plan_goes_with_the_customer_whose_place_it_holds() {
    let mut plans = Plans::new();
    // Offered in one span from Monday morning to Wednesday noon.
    let one = plans.waiting(1, "29.31,124.11", &[(0, 9, 60)]);
    let two = plans.waiting(2, "29.29,124.09", &[(1, 9, 12)]);
    let (inputs, other) = (plans.inputs(&[one]), plans.inputs(&[two]));
    let (plans, with) = search(plans, inputs, None);
    let (mut plans, without) = search(plans, other, None);
    plans
        .desk
        .give(handler(), one, Command::WithdrawComplaint { reason: None });
    plans
        .desk
        .give(handler(), one, Command::Close(CloseReason::Withdrawn));
    let office = &plans.desk.office;
    office.erase_customer_of(one, &supervisor()).expect("erases");
    assert!(matches!(
        office.open_plan(with.id, &boss()),
        Err(PlanError::NoSuchPlan)
    ));
    assert!(office.open_plan(without.id, &boss()).is_ok());
    assert_eq!(office.visit_plans(&boss()).expect("reads").len(), 1);
}

#[test]
fn a2_3b_the_times_that_can_be_offered_are_lawful_and_those_agreed_to_are_marked() {
    let mut plans = Plans::new();
    let one = plans.waiting(1, "29.31,124.11", &[(0, 9, 12)]);
    let two = plans.waiting(2, "29.33,124.12", &[(0, 9, 17)]);
    let inputs = plans.inputs(&[one, two]);
    let (_plans, plan) = search(plans, inputs, None);
    let visit = one.to_string();
    let slots = plan.slots(&visit, 8).expect("the plan has the visit");
    assert!(slots.iter().any(|s| s.agreed), "{slots:?}");
    let open = slots.iter().find(|s| !s.agreed).expect("other days are free");
    let place = |s: &app::planning::Slot| Edit::Place {
        visit: visit.clone(),
        day: s.day,
        start: s.start,
        crew: s.crew.clone(),
    };
    for slot in &slots {
        let effect = plan.try_edit(&place(slot)).expect("can be laid out");
        assert_eq!(effect.violations.is_empty(), slot.agreed, "{slot:?}");
    }
    assert_ne!(plan.day(open.day), "");
    assert!(plan.slots("FC-0000-0000-0000-0", 8).is_err());
}

#[test]
fn a5_1_a_crew_that_stays_together_makes_all_its_visits_together() {
    let mut plans = Plans::new();
    let cases: Vec<CaseId> = (1..=4)
        .map(|n| plans.waiting(n, "29.31,124.11", &[(0, 9, 17)]))
        .collect();
    let inputs = Inputs {
        crew_day: app::planning::CrewDay::Together,
        ..plans.inputs(&cases)
    };
    let (_plans, plan) = search(plans, inputs, None);
    let crew = |a: &app::planning::Assignment| {
        let mut ids: Vec<String> = a.crew.iter().map(|m| m.staff.clone()).collect();
        ids.sort();
        ids
    };
    let visits = &plan.plan.visits;
    assert!(visits.len() > 1, "{:?}", plan.plan.unplanned);
    for a in visits {
        for b in visits.iter().filter(|b| b.day == a.day) {
            let shared = crew(a).iter().any(|id| crew(b).contains(id));
            assert!(!shared || crew(a) == crew(b), "{a:?} and {b:?}");
        }
    }
}

#[test]
fn a_branch_named_twice_brings_its_cases_once() {
    let mut plans = Plans::new();
    let one = plans.waiting(1, "29.31,124.11", &[(0, 9, 12)]);
    let mut inputs = plans.inputs(&[one]);
    inputs.branches.push(BranchId::from("LC01"));
    let (_plans, plan) = search(plans, inputs, None);
    assert_eq!(plan.inputs.branches.len(), 1);
    assert_eq!(plan.problem.visits.len(), 1);
}

#[test]
fn a_plan_is_not_kept_when_a_customer_in_it_is_erased_while_it_is_searched() {
    let mut plans = Plans::new();
    let one = plans.waiting(1, "29.31,124.11", &[(0, 9, 12)]);
    let inputs = Inputs {
        seconds: 120,
        ..plans.inputs(&[one])
    };
    let Plans { desk, searches } = plans;
    let Desk {
        office,
        now,
        dir: _dir,
    } = desk;
    let office = Arc::new(office);
    let run = searches
        .start(&office, &boss(), inputs, &roles, None)
        .expect("begins");
    for command in [
        Command::WithdrawComplaint { reason: None },
        Command::Close(CloseReason::Withdrawn),
    ] {
        let order = app::Order::new(one, handler(), now.plus(HOUR), command);
        office.execute(&order).expect("is done");
    }
    office.erase_customer_of(one, &supervisor()).expect("erases");
    searches
        .stop(&boss(), run, true)
        .expect("the search outlasts the erasure");
    assert_eq!(ended(&searches, &office, run), Ended::Failed);
    assert!(office.visit_plans(&boss()).expect("reads").is_empty());
}
