//! Gathers what the demo report tells, from the store alone: nothing of the hidden scripts.

use crate::{
    dossier::Dossier,
    error::OfficeError,
    office::Office,
    plan::{PlannedVisits, local_minute},
};
use domain::{
    Role, Timestamp,
    case::{Case, CloseReason, Event, FactEvent, State, SurveyMoment, VisitOutcome},
};
use letters::{
    Bar, ClockLine, DemoReport, FigureLine, MapPoint, OutcomeLine, RouteStop, ScreenedLine, StaffDay,
    UnplannedLine,
};
use rules::{ClockState, Lang, Owner};
use sample::Bank;
use std::collections::BTreeMap;
use store::{CaseQuery, CaseRow, Sort};

/// Most cases that are read one by one.
const READ: usize = 5_000;
/// Most lines in the lists of clocks and of screened cases.
const LINES: usize = 200;

type Pair = (String, String);

fn pair(zh: &str, en: &str) -> Pair {
    (zh.to_owned(), en.to_owned())
}

fn state_name(state: State) -> Pair {
    let [zh, _, en] = state.labels();
    pair(zh, en)
}

fn line_name(code: &str) -> Pair {
    match code {
        "loan" => pair("贷款", "loans"),
        "card" => pair("银行卡", "cards"),
        "account" => pair("账户", "accounts"),
        "payment" => pair("支付结算", "payments"),
        "wealth" => pair("理财", "wealth"),
        "insurance" => pair("代理保险", "insurance"),
        other => pair("其他", other),
    }
}

fn role_name(role: Role) -> Pair {
    match role {
        Role::Handler => pair("投诉处理人", "handler"),
        Role::RelationshipManager => pair("客户经理", "relationship manager"),
        Role::LegalCounsel => pair("法律顾问", "legal counsel"),
        Role::ServiceSpecialist => pair("服务专员", "service specialist"),
        Role::Technician => pair("技术人员", "technician"),
        Role::Supervisor => pair("主管", "supervisor"),
        Role::Compliance => pair("合规", "compliance"),
        Role::Auditor => pair("审计", "auditor"),
        Role::Administrator => pair("系统管理员", "administrator"),
        Role::System => pair("系统", "system"),
    }
}

fn outcome_name(outcome: VisitOutcome) -> Pair {
    match outcome {
        VisitOutcome::Held => pair("顺利完成", "held"),
        VisitOutcome::Absent => pair("客户不在", "absent"),
        VisitOutcome::RefusedAtTheDoor => pair("到门谢绝", "refused at the door"),
        VisitOutcome::Unsafe => pair("安全原因离开", "unsafe"),
        VisitOutcome::CutShort => pair("中途结束", "cut short"),
    }
}

fn close_name(reason: CloseReason) -> Pair {
    match reason {
        CloseReason::Settled => pair("和解并落实", "settled and carried out"),
        CloseReason::NotUpheld => pair("不成立并已说明", "not upheld, explained"),
        CloseReason::NotAgreed => pair("未达成一致", "not agreed"),
        CloseReason::Declined => pair("不予受理", "declined"),
        CloseReason::Withdrawn => pair("客户撤回", "withdrawn"),
        CloseReason::Litigation => pair("转诉讼", "litigation"),
        CloseReason::Duplicate => pair("重复件合并", "duplicate"),
    }
}

/// One case with its line.
struct Read {
    row: CaseRow,
    dossier: Dossier,
}

impl Read {
    fn facts(&self) -> impl Iterator<Item = (&FactEvent, Timestamp)> {
        self.dossier.entries.iter().filter_map(|e| match &e.event {
            Event::Fact(f) => Some((&**f, e.stamp.at)),
            Event::Negotiation(_) => None,
        })
    }

    fn case(&self) -> &Case {
        &self.dossier.case
    }
}

/// Gathers the report of everything the office holds, as it stands at `now`.
///
/// # Errors
/// When the store cannot be read.
pub fn report(
    office: &Office,
    bank: &Bank,
    plan: Option<&PlannedVisits>,
    source: &str,
    now: Timestamp,
) -> Result<DemoReport, OfficeError> {
    let zone = office.pack().zone();
    let all = read(office)?;
    let mut report = DemoReport {
        bank: (bank.name.clone(), bank.name_en.clone()),
        source: source.to_owned(),
        made_at: local_minute(now, zone),
        ..DemoReport::default()
    };
    let counts: BTreeMap<String, u64> = office.store().counts()?.into_iter().collect();
    report.states = State::ALL
        .iter()
        .filter_map(|s| {
            let count = *counts.get(s.code())?;
            Some(Bar {
                name: state_name(*s),
                count: usize::try_from(count).unwrap_or(usize::MAX),
            })
        })
        .filter(|b| b.count > 0)
        .collect();
    report.lines = tally(all.iter().map(|r| line_name(&r.row.line)));
    clocks(office, &all, now, &mut report);
    screened(office, &all, &mut report);
    visit_plan(office, &all, bank, now, &mut report);
    if let Some(plan) = plan {
        from_plan(plan, &mut report);
    }
    report.visit_outcomes = tally(
        all.iter()
            .flat_map(|r| &r.case().facts.visits)
            .map(|v| outcome_name(v.outcome)),
    );
    report.closings = tally(all.iter().filter_map(closing).map(close_name));
    report.outcomes = outcomes(&all);
    report.figures = figures(&counts, &all, &report, office.sweep(now, 0)?.overdue);
    Ok(report)
}

fn read(office: &Office) -> Result<Vec<Read>, OfficeError> {
    let mut all = Vec::new();
    let mut query = CaseQuery {
        sort: Sort::ReceivedDesc,
        limit: 1000,
        ..CaseQuery::default()
    };
    loop {
        let page = office.store().cases(&query)?;
        for row in page.rows {
            let dossier = office.load(row.case)?;
            all.push(Read { row, dossier });
        }
        match page.next {
            Some(next) if all.len() < READ => query.cursor = Some(next),
            _ => return Ok(all),
        }
    }
}

fn tally(names: impl Iterator<Item = Pair>) -> Vec<Bar> {
    let mut counts: BTreeMap<Pair, usize> = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    let mut bars: Vec<Bar> = counts
        .into_iter()
        .map(|(name, count)| Bar { name, count })
        .collect();
    bars.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    bars
}

fn closing(read: &Read) -> Option<CloseReason> {
    if read.case().state() != State::Closed {
        return None;
    }
    read.facts()
        .filter_map(|(f, _)| {
            if let FactEvent::CaseClosed { reason } = f {
                Some(*reason)
            } else {
                None
            }
        })
        .last()
}

fn clocks(office: &Office, all: &[Read], now: Timestamp, report: &mut DemoReport) {
    let zone = office.pack().zone();
    let mut found: Vec<(ClockState, &Read)> = Vec::new();
    for read in all.iter().filter(|r| r.row.open && r.row.due_at.is_some()) {
        let states = rules::evaluate(office.pack(), &read.case().facts.clock, zone, now);
        let next = states
            .into_iter()
            .filter(|c| c.owner == Owner::Bank && c.status.is_open() && c.due.is_some())
            .min_by_key(ClockState::due_at);
        if let Some(clock) = next {
            found.push((clock, read));
        }
    }
    found.sort_by_key(|(c, r)| (c.due_at(), r.row.case));
    if let Some((clock, _)) = found.iter().find(|(c, _)| c.extensions > 0).or(found.first()) {
        report.derivation = (
            clock.derivation.to_text(Lang::ZhCn),
            clock.derivation.to_text(Lang::En),
        );
    }
    report.clocks = found
        .iter()
        .take(LINES)
        .map(|(clock, read)| ClockLine {
            case: read.row.case.to_string(),
            clock: (
                clock.title.get(Lang::ZhCn).to_owned(),
                clock.title.get(Lang::En).to_owned(),
            ),
            state: state_name(read.case().state()),
            due: clock.due_strict().map_or_else(String::new, |d| d.to_string()),
            days_left: clock.days_left.unwrap_or(0),
            extended: clock.extensions > 0,
            provisional: clock.provisional(),
            handler: read.row.handler.clone().unwrap_or_default(),
        })
        .collect();
}

fn answer(read: &Read) -> Pair {
    let mut answer = pair("等待答复", "waiting for the answer");
    for (fact, _) in read.facts() {
        match fact {
            FactEvent::ConsentGiven { .. } => answer = pair("同意上门", "consented"),
            FactEvent::VisitRefused { .. } => answer = pair("谢绝，转其他渠道", "declined; another channel"),
            FactEvent::ConsentWithdrawn { .. } => {
                answer = pair("撤回同意，转其他渠道", "withdrew; another channel");
            }
            FactEvent::VisitReported(report) => {
                let (zh, en) = outcome_name(report.outcome);
                answer = (format!("已上门：{zh}"), format!("visited: {en}"));
            }
            _ => {}
        }
    }
    answer
}

fn screened(office: &Office, all: &[Read], report: &mut DemoReport) {
    let threshold = office.policy.threshold;
    for read in all {
        let Some((decision, by)) = read.case().facts.screenings.last() else {
            continue;
        };
        if decision.held_out {
            report.screening_totals.1 += 1;
        } else if decision.selected {
            report.screening_totals.0 += 1;
        } else {
            report.screening_totals.2 += 1;
        }
        if !decision.selected || report.screened.len() >= LINES {
            continue;
        }
        report.screened.push(ScreenedLine {
            case: read.row.case.to_string(),
            customer: read.row.masked_name.clone(),
            line: line_name(&read.row.line),
            points: (i64::from(decision.points), threshold),
            reasons: decision.reasons.iter().map(|r| reason(office, r)).collect(),
            decided_by: by.0.clone(),
            answer: answer(read),
        });
    }
}

/// Splits a recorded reason `criterion: text` and gives it in both languages: the recorded words, and the
/// policy's English ones.
fn reason(office: &Office, recorded: &str) -> Pair {
    let (id, zh) = recorded.split_once(": ").unwrap_or(("", recorded));
    let english = office
        .policy
        .criteria
        .iter()
        .find(|c| c.id == id)
        .map_or_else(|| zh.to_owned(), |c| plain(&c.reason.en));
    (zh.to_owned(), english)
}

/// Takes the places for values out of a wording.
fn plain(wording: &str) -> String {
    let mut out = String::new();
    let mut depth = 0;
    for c in wording.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => {
                depth -= 1;
                out.push('…');
            }
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

fn visit_plan(office: &Office, all: &[Read], bank: &Bank, now: Timestamp, report: &mut DemoReport) {
    let zone = office.pack().zone();
    let days = super::visits::days_ahead(office, now);
    report.plan_days = days.iter().map(ToString::to_string).collect();
    report.points = bank
        .branches
        .iter()
        .map(|b| MapPoint {
            at: (b.place.lat, b.place.lon),
            label: b.name.clone(),
            branch: true,
            day: 0,
        })
        .collect();
    let mut routes: BTreeMap<(String, String), StaffDay> = BTreeMap::new();
    for read in all {
        let facts = &read.case().facts;
        let Some(appointment) = &facts.appointment else {
            continue;
        };
        let window = appointment.window();
        let (date, start) = crate::plan::local(window.from, zone);
        let Some(day) = days.iter().position(|d| *d == date) else {
            continue;
        };
        let minutes = (
            start / 60,
            start / 60 + (window.to.0 - window.from.0) / 60_000_000,
        );
        for member in appointment.crew() {
            let line = routes
                .entry((date.to_string(), member.staff.0.clone()))
                .or_insert_with(|| StaffDay {
                    day: date.to_string(),
                    staff: member.staff.0.clone(),
                    role: role_name(member.role),
                    stops: Vec::new(),
                    travel_minutes: 0,
                });
            line.stops.push(RouteStop {
                case: read.row.case.to_string(),
                minutes,
                with: appointment
                    .crew()
                    .iter()
                    .filter(|m| m.staff != member.staff)
                    .map(|m| m.staff.0.clone())
                    .collect(),
            });
        }
        if let Some(at) = point(appointment.place().point.or_empty()) {
            report.points.push(MapPoint {
                at,
                label: read.row.case.to_string(),
                branch: false,
                day,
            });
        }
    }
    report.plan = routes.into_values().collect();
    for line in &mut report.plan {
        line.stops.sort_by_key(|s| s.minutes);
    }
}

/// Adds what only the planner knows: time on the road, and why visits are missing.
fn from_plan(plan: &PlannedVisits, report: &mut DemoReport) {
    let labels: BTreeMap<i32, &str> = plan
        .problem
        .days
        .iter()
        .map(|d| (d.index, d.label.as_str()))
        .collect();
    for line in &mut report.plan {
        let route = plan
            .plan
            .routes
            .iter()
            .find(|r| r.staff == line.staff && labels.get(&r.day).is_some_and(|d| *d == line.day));
        line.travel_minutes = route.map_or(0, |r| r.travel_seconds / 60);
    }
    report.unplanned = plan
        .unplanned
        .iter()
        .map(|(case, u)| UnplannedLine {
            case: case.to_string(),
            reason: (unplanned_zh(u), u.explanation.clone()),
        })
        .collect();
}

/// Says in Chinese why a visit is missing from the plan.
fn unplanned_zh(u: &planner::Unplanned) -> String {
    use planner::plan::Reason as R;
    let seat = |s: &planner::plan::Seat| {
        let role = s.role.as_deref().and_then(|name| {
            Role::ALL
                .into_iter()
                .find(|r| crate::plan::role_name(*r) == name)
                .map(|r| role_name(r).0)
        });
        role.unwrap_or_else(|| "合适人员".to_owned())
    };
    match &u.reason {
        R::PlaceNotStepFree {} => "会面地点未确认无台阶".to_owned(),
        R::NoWindow {} => "这几天里客户没有可约时段".to_owned(),
        R::NoticeTooShort { days } => format!("客户的时段都早于{days}天的预约告知期"),
        R::WindowsTooShort { .. } => "客户的时段都短于上门所需时间".to_owned(),
        R::LockedTimeNotLawful {} => "已约定的时间不在可上门的时段内".to_owned(),
        R::LockedCrewNotLawful {} => "已约定的人员不符合要求".to_owned(),
        R::CustomerVisitedTooOften { days } => format!("距上次上门不足{days}天"),
        R::TooFewWithRole {
            seat: s,
            needed,
            have,
        } => {
            format!("需要{needed}名{}，只有{have}名", seat(s))
        }
        R::TooFewAllowed {
            seat: s,
            needed,
            have,
        } => {
            format!("回避后可派的{}只有{have}名，需要{needed}名", seat(s))
        }
        R::NobodySpeaks { language } => format!("没有会说客户语言（{language}）的人员"),
        R::NotOnShift { seat: s } => format!("客户的时段内没有{}当班", seat(s)),
        R::OutOfReach { seat: s } => format!("{}在客户的时段内赶不到", seat(s)),
        R::Booked { seat: s } => format!("客户的时段内{}都已另有安排", seat(s)),
        R::NeverTogether {} => "所需人员没有共同的空闲时间".to_owned(),
        R::Fits {} => "可以排入，尚未安排".to_owned(),
    }
}

fn point(text: &str) -> Option<(f64, f64)> {
    let (lat, lon) = text.split_once(',')?;
    Some((lat.parse().ok()?, lon.parse().ok()?))
}

/// Returns the 95 % interval of a share by Wilson (1927), in percent.
fn wilson(k: usize, n: usize) -> (f64, f64) {
    if n == 0 {
        return (0.0, 100.0);
    }
    let (z, n, p) = (1.959_964, n as f64, k as f64 / n as f64);
    let (d, mid) = (1.0 + z * z / n, p + z * z / (2.0 * n));
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    (
        100.0 * ((mid - half) / d).max(0.0),
        100.0 * ((mid + half) / d).min(1.0),
    )
}

fn mean(values: &[f64]) -> f64 {
    if values.is_empty() {
        0.0
    } else {
        values.iter().sum::<f64>() / values.len() as f64
    }
}

/// Returns the 95 % interval of a mean by the normal approximation.
fn mean_interval(values: &[f64]) -> (f64, f64) {
    let (n, m) = (values.len() as f64, mean(values));
    if values.len() < 2 {
        return (m, m);
    }
    let variance = values.iter().map(|v| (v - m).powi(2)).sum::<f64>() / (n - 1.0);
    let half = 1.959_964 * (variance / n).sqrt();
    (m - half, m + half)
}

fn outcomes(all: &[Read]) -> Vec<OutcomeLine> {
    let group = |r: &Read| {
        let facts = &r.case().facts;
        let met = facts
            .visits
            .iter()
            .any(|v| matches!(v.outcome, VisitOutcome::Held | VisitOutcome::CutShort));
        match facts.screenings.last() {
            Some((d, _)) if d.held_out => Some(1),
            _ if met => Some(0),
            Some(_) => Some(2),
            None => None,
        }
    };
    let names = [
        pair("已上门", "visited"),
        pair("对照组", "held-out group"),
        pair("其他渠道", "other channels"),
    ];
    names
        .into_iter()
        .enumerate()
        .map(|(i, name)| {
            let cases: Vec<&Read> = all.iter().filter(|r| group(r) == Some(i)).collect();
            outcome_line(name, &cases)
        })
        .collect()
}

fn outcome_line(group: Pair, cases: &[&Read]) -> OutcomeLine {
    let decided: Vec<&&Read> = cases
        .iter()
        .filter(|r| r.case().facts.decision_notified)
        .collect();
    let good = decided
        .iter()
        .filter(|r| r.case().facts.agreement.is_some() || closing(r) == Some(CloseReason::NotUpheld))
        .count();
    let onward = |r: &Read| {
        r.facts().any(|(f, _)| {
            matches!(
                f,
                FactEvent::ReviewRequested { .. }
                    | FactEvent::MediationStarted { .. }
                    | FactEvent::HandedToLitigation { .. }
            )
        })
    };
    let went_on = decided.iter().filter(|r| onward(r)).count();
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for read in cases {
        let at = |moment| {
            let surveys = &read.case().facts.surveys;
            surveys
                .iter()
                .rev()
                .find(|(m, _, _)| *m == moment)
                .map(|(_, s, _)| f64::from(*s))
        };
        if let (Some(b), Some(a)) = (at(SurveyMoment::Before), at(SurveyMoment::After)) {
            before.push(b);
            after.push(a);
        }
    }
    let (low, high) = wilson(good, decided.len());
    let (e_low, e_high) = wilson(went_on, decided.len());
    let (s_low, s_high) = mean_interval(&after);
    OutcomeLine {
        group,
        cases: cases.len(),
        settled: (good, decided.len(), low, high),
        survey: (after.len(), mean(&before), mean(&after), s_low, s_high),
        escalated: (went_on, decided.len(), e_low, e_high),
    }
}

fn figures(
    counts: &BTreeMap<String, u64>,
    all: &[Read],
    report: &DemoReport,
    overdue: u64,
) -> Vec<FigureLine> {
    let total: u64 = counts.values().sum();
    let closed = counts.get(State::Closed.code()).copied().unwrap_or(0);
    let visits: usize = all.iter().map(|r| r.case().facts.visits.len()).sum();
    let planned = report.points.iter().filter(|p| !p.branch).count();
    let links = |kind| {
        all.iter()
            .flat_map(|r| &r.case().facts.links)
            .filter(|(_, k)| *k == kind)
            .count()
    };
    let events: usize = all.iter().map(|r| r.dossier.entries.len()).sum();
    // Only the newest cases of a large store are read one by one.
    let at_least = if (all.len() as u64) < total { "≥ " } else { "" };
    let line = |zh: &str, en: &str, value: String| FigureLine {
        name: pair(zh, en),
        value,
    };
    vec![
        line("投诉案件", "cases", total.to_string()),
        line("未结案", "open", (total - closed).to_string()),
        line("已超期时限", "clocks overdue", overdue.to_string()),
        line(
            "已邀约上门",
            "visits offered",
            report.screening_totals.0.to_string(),
        ),
        line("已上门", "visits made", visits.to_string()),
        line("未来五个工作日计划", "visits in the plan", planned.to_string()),
        line(
            "识别重复件",
            "duplicates linked",
            links(domain::case::LinkKind::Duplicate).to_string(),
        ),
        line("日志事件", "events in the log", format!("{at_least}{events}")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_agrees_with_published_values() {
        // Brown, Cai, DasGupta 2001: 10 of 100 gives 0.0552 to 0.1744.
        let (low, high) = wilson(10, 100);
        assert!(
            (low - 5.52).abs() < 0.01 && (high - 17.44).abs() < 0.01,
            "{low} {high}"
        );
        assert_eq!(wilson(0, 0), (0.0, 100.0));
    }

    #[test]
    fn a_wording_loses_its_places() {
        assert_eq!(plain("uses {terms} words"), "uses … words");
    }
}
