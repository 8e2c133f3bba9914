//! Screening, consent, planning, the visit: A2.2.2, A2.2.3, B2.1, B2.3, B2.4.

use crate::desk::*;
use app::{Crewing, VisitRequest};
use domain::{
    CaseId, Role,
    case::{Channel, Command, ConsentScope, State, VisitOutcome, Window},
};
use planner::problem::{Place, Shift, Staff};
use rules::Date;

#[test]
fn b2_3_screening_gives_reasons_and_a_person_decides() {
    let mut desk = Desk::new();
    let case = desk.accepted(1);
    let dossier = desk
        .office
        .open_case(case, &handler(), "screening")
        .expect("reads");
    let proposal = desk
        .office
        .screening_of(case, &dossier.case, &dossier.entries, desk.now)
        .expect("weighs");
    let decision = proposal.as_proposed();
    assert!(!decision.reasons.is_empty(), "a proposal always says why");
    let by_program = Command::DecideScreening(decision.clone());
    assert!(
        desk.refused(who("system", Role::System), case, by_program.clone())
            .contains("role")
    );
    desk.give(supervisor(), case, by_program);
    desk.give(
        manager(),
        case,
        Command::ObjectToScreening {
            reason: "不希望由程序筛选".into(),
        },
    );
    let again = Command::DecideScreening(decision);
    assert!(
        desk.refused(supervisor(), case, again.clone())
            .contains("may not decide it again")
    );
    assert_eq!(desk.give(handler(), case, again), State::Screened);
}

#[test]
fn b2_3_the_held_out_group_is_never_offered_a_visit() {
    let mut desk = Desk::new();
    let case = desk.accepted(1);
    let mut decision = selected();
    decision.selected = false;
    decision.held_out = true;
    desk.give(supervisor(), case, Command::DecideScreening(decision));
    let why = desk.refused(
        manager(),
        case,
        Command::OfferVisit {
            channel: "phone".into(),
        },
    );
    assert!(why.contains("held-out"), "{why}");
}

#[test]
fn a2_2_2_no_visit_is_scheduled_without_live_consent_for_that_time() {
    let mut desk = Desk::new();
    let case = desk.offered(1);
    let window = Window {
        from: desk.now.plus(4 * DAY),
        to: desk.now.plus(4 * DAY + 6 * HOUR),
    };
    let schedule = |w: Window| Command::ScheduleVisit {
        window: w,
        crew: crew(),
    };
    assert!(
        desk.refused(manager(), case, schedule(window))
            .contains("not possible")
    );
    desk.give(manager(), case, consent(ConsentScope::Visiting, vec![window]));
    let late = Window {
        from: window.to,
        to: window.to.plus(HOUR),
    };
    assert!(
        desk.refused(manager(), case, schedule(late))
            .contains("did not agree to that time")
    );
    let mut alone = crew();
    alone.truncate(1);
    let why = desk.refused(manager(), case, Command::ScheduleVisit { window, crew: alone });
    assert!(why.contains("needs at least 2"), "{why}");
    assert_eq!(desk.give(manager(), case, schedule(window)), State::Scheduled);
    let withdraw = Command::WithdrawConsent {
        scope: ConsentScope::Visiting,
        next_channel: Channel::Written,
    };
    assert_eq!(desk.give(manager(), case, withdraw), State::DeskHandling);
    let facts = desk
        .office
        .open_case(case, &handler(), "test")
        .expect("reads")
        .case
        .facts;
    assert!(
        facts.appointment.is_none(),
        "an appointment never outlives its consent"
    );
}

#[test]
fn a2_2_3_a_visit_is_reported_with_outcome_words_and_separate_consents() {
    let mut desk = Desk::new();
    let (case, window) = desk.consented(1);
    let visit = Window {
        from: window.from,
        to: window.from.plus(HOUR),
    };
    desk.give(
        manager(),
        case,
        Command::ScheduleVisit {
            window: visit,
            crew: crew(),
        },
    );
    desk.now = visit.to;
    let told = report(visit, VisitOutcome::Held);
    let why = desk.refused(manager(), case, Command::ReportVisit(Box::new(told.clone())));
    assert!(why.contains("advance notice"), "{why}");
    desk.give(
        manager(),
        case,
        Command::SendNotice {
            channel: "letter".into(),
        },
    );
    let mut entered = told.clone();
    entered.entered = true;
    let why = desk.refused(manager(), case, Command::ReportVisit(Box::new(entered)));
    assert!(why.contains("Entering"), "visiting is not entering: {why}");
    assert_eq!(
        desk.give(manager(), case, Command::ReportVisit(Box::new(told))),
        State::Visited
    );
}

#[test]
fn b2_4_every_outcome_at_the_door_leads_somewhere() {
    for (outcome, state) in [
        (VisitOutcome::Held, State::Visited),
        (VisitOutcome::CutShort, State::Visited),
        (VisitOutcome::Absent, State::VisitFailed),
        (VisitOutcome::Unsafe, State::VisitFailed),
        (VisitOutcome::RefusedAtTheDoor, State::DeskHandling),
    ] {
        let mut desk = Desk::new();
        let (case, window) = desk.consented(1);
        let visit = Window {
            from: window.from,
            to: window.from.plus(HOUR),
        };
        desk.give(
            manager(),
            case,
            Command::ScheduleVisit {
                window: visit,
                crew: crew(),
            },
        );
        desk.give(
            manager(),
            case,
            Command::SendNotice {
                channel: "letter".into(),
            },
        );
        desk.now = visit.to;
        let told = Command::ReportVisit(Box::new(report(visit, outcome)));
        assert_eq!(desk.give(manager(), case, told), state, "{outcome:?}");
    }
}

fn staff(id: &str, role: &str) -> Staff {
    Staff {
        id: id.into(),
        roles: vec![role.into()],
        skills: vec![],
        languages: vec!["zh".into()],
        woman: false,
        needs_step_free: false,
        base: Place::geo(29.30, 124.10),
        end: None,
        shifts: vec![Shift {
            day: 0,
            start: 9 * 3600,
            end: 18 * 3600,
            overtime: 0,
        }],
        rest: None,
        max_visits_per_day: None,
        max_travel_per_day: None,
        conflicts: vec![],
        absences: vec![],
    }
}

fn request(n: u64, hours: (i64, i64)) -> VisitRequest {
    // 2026-03-09 00:00 in Shanghai.
    let midnight = domain::Timestamp(1_772_985_600_000_000);
    VisitRequest {
        case: CaseId::from_bits(n),
        customer: n.to_string(),
        point: (29.31, 124.11),
        service: 3600,
        roles: vec![Role::RelationshipManager, Role::LegalCounsel],
        windows: vec![Window {
            from: midnight.plus(hours.0 * HOUR),
            to: midnight.plus(hours.1 * HOUR),
        }],
        due_at: None,
        value: 1,
        language: None,
        women_only: false,
        promise: None,
    }
}

#[test]
fn b2_1_a_plan_forms_crews_by_role_keeps_the_rules_and_says_what_does_not_fit() {
    let desk = Desk::new();
    let crewing = Crewing {
        staff: vec![
            staff("manager-01", "relationship_manager"),
            staff("counsel-01", "legal_counsel"),
        ],
    };
    let day: Date = "2026-03-09".parse().expect("a date");
    let told: Date = "2026-03-04".parse().expect("a date");
    let requests = [request(1, (9, 12)), request(2, (10, 18)), request(3, (21, 23))];
    let plan = desk
        .office
        .plan_visits(&requests, &crewing, &[day], told, 1, 50)
        .expect("plans");
    assert_eq!(plan.appointments.len(), 2);
    for (case, window, crew) in &plan.appointments {
        let asked = requests.iter().find(|r| r.case == *case).expect("asked").windows[0];
        assert!(
            asked.from <= window.from && window.to <= asked.to,
            "inside the consented window"
        );
        let mut roles: Vec<Role> = crew.iter().map(|m| m.role).collect();
        roles.sort();
        assert_eq!(roles, [Role::RelationshipManager, Role::LegalCounsel]);
    }
    let (late, why) = &plan.unplanned[0];
    assert_eq!(*late, CaseId::from_bits(3), "after visiting hours");
    assert!(!why.explanation.is_empty());
    // Told the day before: the pack's notice of three days is not kept, so nothing may be planned.
    let eve: Date = "2026-03-08".parse().expect("a date");
    let plan = desk
        .office
        .plan_visits(&requests, &crewing, &[day], eve, 1, 50)
        .expect("plans");
    assert_eq!((plan.appointments.len(), plan.unplanned.len()), (0, 3));
}
