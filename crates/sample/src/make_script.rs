//! Draws the script of a complaint: what is true, how the customer acts, how fast the handler works.

use crate::{
    complaint::{Allegation, Mood},
    dice::Dice,
    people::{Customer, Strain},
    script::{
        AllegationTruth, ExtensionTruth, Finding, Onward, Remedy, RemedyKind, Script, Timeline, VisitAnswer,
        VisitOutcome, Window,
    },
    stories::{SUGGESTIONS, Truth},
    when::{Local, plus, weekday, working, working_before},
    words::Channel,
};
use domain::{Money, clock::ApproverRank};
use jiff::civil::Date;

/// What the script is drawn from.
pub(crate) struct Basis<'a> {
    pub(crate) customer: &'a Customer,
    pub(crate) allegations: &'a [Allegation],
    /// The odds and the two readings of each allegation, in the same order.
    pub(crate) truths: &'a [&'a Truth],
    pub(crate) remedy: RemedyKind,
    /// What the bank does when the first allegation holds, with its amounts filled in.
    pub(crate) remedy_text: String,
    pub(crate) mood: Mood,
    pub(crate) threatens: bool,
    pub(crate) received: Local,
    pub(crate) today: Date,
}

/// Draws the script.
pub(crate) fn script(dice: &mut Dice, basis: &Basis<'_>) -> Script {
    let truths: Vec<AllegationTruth> = basis.truths.iter().map(|t| truth(dice, t)).collect();
    let remedy = remedy(dice, basis, &truths);
    let pace = Pace::draw(dice);
    let (timeline, windows) = timeline(dice, basis, &pace);
    let answer = answer(dice, basis, windows);
    let satisfaction_before = match basis.mood {
        Mood::Calm => dice.between(2, 4),
        Mood::Annoyed => dice.between(1, 3),
        Mood::Angry => dice.between(1, 2),
        Mood::Furious => 1,
    } as u8;
    let lift = if remedy.can_agree() {
        dice.between(0, 3)
    } else {
        dice.between(-1, 1)
    };
    let desk = (i64::from(satisfaction_before) + lift).clamp(1, 5);
    let visited = (desk + *dice.pick(&[-1, 0, 0, 0, 1, 1, 1, 1, 2])).clamp(1, 5);
    let withdraws_at = dice.chance(30).then(|| {
        let (from, to) = (timeline.acknowledged_at.0, timeline.proposed_at.0);
        domain::Timestamp(from + (to - from) * dice.between(20, 80) / 100)
    });
    Script {
        truths,
        answer,
        outcome: outcome(dice),
        satisfaction_before,
        satisfaction_desk: desk as u8,
        satisfaction_visited: visited as u8,
        answers_survey: dice.chance(640),
        onward: onward(dice, basis, &remedy),
        remedy,
        withdraws_at,
        timeline,
        suggestion: dice.chance(280).then(|| (*dice.pick(&SUGGESTIONS)).to_owned()),
    }
}

fn truth(dice: &mut Dice, odds: &Truth) -> AllegationTruth {
    let draw = |dice: &mut Dice, permille: u64| {
        if dice.chance(permille) {
            Finding::Yes
        } else if dice.chance(300) {
            Finding::Partly
        } else {
            Finding::No
        }
    };
    let truth = draw(dice, odds.true_permille);
    let reasonable = match truth {
        // What did not happen can still be asked about in good faith, but seldom.
        Finding::No => draw(dice, odds.fair_permille / 4),
        _ => draw(dice, odds.fair_permille),
    };
    let reason = match truth {
        Finding::Yes => odds.found.to_owned(),
        Finding::Partly => format!("{}但客户所述部分细节与记录不符。", odds.found),
        Finding::No => odds.unfounded.to_owned(),
    };
    AllegationTruth {
        truth,
        reasonable,
        reason,
    }
}

fn remedy(dice: &mut Dice, basis: &Basis<'_>, truths: &[AllegationTruth]) -> Remedy {
    let claimed = basis
        .allegations
        .first()
        .and_then(|a| a.claimed)
        .map_or(0, |m| m.minor);
    let (truth, fair) = truths
        .first()
        .map_or((Finding::No, Finding::No), |t| (t.truth, t.reasonable));
    let share = |dice: &mut Dice, from: i64, to: i64| claimed * dice.between(from, to) / 100 / 100 * 100;
    let (kind, most, least, text) = match (truth, fair) {
        (Finding::Yes, Finding::Yes) => {
            let most = share(dice, 90, 100);
            (basis.remedy, most, share(dice, 55, 96), basis.remedy_text.clone())
        }
        (Finding::No, _) => {
            let gesture = share(dice, 0, 4);
            let least = if dice.chance(620) { 0 } else { share(dice, 10, 60) };
            let text = "向客户当面出示相关记录，讲清政策依据和办理流程，并书面答复。".to_owned();
            (RemedyKind::Explanation, gesture, least, text)
        }
        _ => {
            let most = share(dice, 30, 65);
            let text = format!("{}金额按核实的责任部分计算。", basis.remedy_text);
            let text = if claimed == 0 {
                basis.remedy_text.clone()
            } else {
                text
            };
            (basis.remedy, most, share(dice, 15, 70), text)
        }
    };
    let first = if dice.chance(350) {
        most
    } else {
        most * dice.between(50, 90) / 100 / 100 * 100
    };
    Remedy {
        kind,
        first_offer: Money::cny(first),
        least: Money::cny(least),
        most: Money::cny(most),
        counters: if first >= least {
            0
        } else {
            dice.between(1, 3) as u8
        },
        text,
    }
}

fn outcome(dice: &mut Dice) -> VisitOutcome {
    const OUTCOMES: [VisitOutcome; 5] = [
        VisitOutcome::Held,
        VisitOutcome::Absent,
        VisitOutcome::RefusedAtDoor,
        VisitOutcome::Unsafe,
        VisitOutcome::CutShort,
    ];
    OUTCOMES[dice.weighted(&[855, 65, 30, 12, 38])]
}

fn onward(dice: &mut Dice, basis: &Basis<'_>, remedy: &Remedy) -> Onward {
    if remedy.can_agree() {
        return Onward::Nothing;
    }
    const WAYS: [Onward; 4] = [Onward::Nothing, Onward::Review, Onward::Mediation, Onward::Court];
    let weights = if basis.threatens {
        [15, 40, 22, 23]
    } else {
        [45, 35, 13, 7]
    };
    WAYS[dice.weighted(&weights)]
}

const REFUSALS: [&str; 9] = [
    "家里不方便，有老人和小孩，不想让外人上门。",
    "我只要书面答复，不需要上门。",
    "平时上班没时间，打电话说清楚就行。",
    "不想让邻居知道银行的人找上门来。",
    "之前上门的人态度不好，不愿意再见面。",
    "人在外地，最近回不来。",
    "租的房子，房东不让带人来。",
    "问题很简单，线上处理就可以，没必要跑一趟。",
    "没想好，先等你们的书面结论再说。",
];

fn answer(dice: &mut Dice, basis: &Basis<'_>, windows: Vec<Window>) -> VisitAnswer {
    let eager = basis
        .customer
        .strains
        .iter()
        .any(|s| matches!(s, Strain::OldAge | Strain::Illness | Strain::Disability));
    let weights = match (basis.mood, eager) {
        (_, true) => [74, 4, 17, 5],
        (Mood::Furious, _) => [50, 7, 36, 7],
        (Mood::Angry, _) => [60, 6, 27, 7],
        _ => [64, 4, 24, 8],
    };
    let instead = [
        Channel::Branch,
        Channel::Phone,
        Channel::Phone,
        Channel::App,
        Channel::Letter,
        Channel::Email,
    ];
    match dice.weighted(&weights) {
        0 => VisitAnswer::Consents {
            entering: dice.chance(720),
            recording: dice.chance(480),
            windows,
        },
        1 => VisitAnswer::Revokes {
            windows,
            after_hours: dice.between(3, 60) as u16,
            instead: *dice.pick(&instead),
        },
        2 => VisitAnswer::Refuses {
            reason: dice.chance(700).then(|| (*dice.pick(&REFUSALS)).to_owned()),
            instead: *dice.pick(&instead),
        },
        _ => VisitAnswer::Silent,
    }
}

/// How fast the handler works.
struct Pace {
    /// Days from receipt to the decision.
    days: i64,
    /// How many extensions are obtained.
    steps: u8,
}

const COMPLEX: [&str; 5] = [
    "需调取历史合同原件及当时的双录资料，案情复杂。",
    "涉及合作机构，对方尚未提供完整材料。",
    "客户补充了新的转账凭证，需要逐笔核对。",
    "需总行技术部门排查系统日志，暂无结论。",
    "双方对金额计算口径有分歧，正在复核。",
];

impl Pace {
    /// Most cases are decided in 15 days; some lawfully later; a few are breaches, because no
    /// extension was obtained or the last one ran out.
    fn draw(dice: &mut Dice) -> Self {
        let (days, steps) = match dice.weighted(&[58, 22, 11, 3, 4, 2]) {
            0 => (dice.between(8, 12), 0),
            1 => (dice.between(12, 15), 0),
            2 => (dice.between(18, 29), 1),
            3 => (dice.between(34, 56), 2),
            4 => (dice.between(18, 26), 0),
            _ => (dice.between(33, 44), 1),
        };
        Pace { days, steps }
    }
}

/// Moves a local time on by whole days and some minutes, to the next working hours.
fn step(dice: &mut Dice, from: Local, days: i64) -> Local {
    let date = working(plus(from.date, days));
    if date > from.date {
        return Local {
            date,
            minute: dice.between(9 * 60, 17 * 60),
        };
    }
    let minute = from.minute.max(8 * 60 + 30) + dice.between(20, 100);
    if minute < 18 * 60 {
        return Local { date, minute };
    }
    Local {
        date: working(plus(date, 1)),
        minute: dice.between(8 * 60 + 40, 10 * 60),
    }
}

fn timeline(dice: &mut Dice, basis: &Basis<'_>, pace: &Pace) -> (Timeline, Vec<Window>) {
    let received = basis.received;
    let limit = plus(received.date, pace.days);
    let acknowledged = step(dice, received, 0);
    let reviewed = {
        let gap = dice.between(0, 1);
        step(dice, acknowledged, gap)
    };
    let offered = step(dice, reviewed, 0);
    let answered = {
        let gap = dice.between(0, 2);
        step(dice, offered, gap)
    };
    // Slow cases wait longest before the talk; the notice of a visit takes three whole days.
    let slack = (pace.days - 15).max(0) * 6 / 10;
    let mut visit_date = visiting_day(basis.customer, plus(answered.date, 4 + slack));
    let soon = plus(basis.today, 1).max(plus(answered.date, 4));
    if visit_date > basis.today {
        visit_date = visiting_day(basis.customer, plus(soon, dice.between(0, 3))).max(soon);
    }
    let windows = windows(dice, basis.customer, visit_date);
    let first = windows.first().copied().unwrap_or(Window {
        date: visit_date,
        from: 540,
        to: 660,
    });
    let visit = Local {
        date: first.date,
        minute: i64::from(first.from) + dice.between(0, 30),
    };
    let found = step(
        dice,
        Local {
            minute: visit.minute + 60,
            ..visit
        },
        0,
    );
    let proposed = {
        let gap = dice.between(0, 1);
        step(dice, found, gap)
    };
    let least = step(dice, proposed, 0);
    let planned = Local {
        date: working_before(limit),
        minute: dice.between(9 * 60, 17 * 60),
    };
    let decided = planned.max(least);
    let executed = {
        let gap = dice.between(1, 6);
        step(dice, decided, gap)
    };
    let surveyed = {
        let gap = dice.between(1, 5);
        step(dice, executed, gap)
    };
    let second = |dice: &mut Dice, l: Local| l.at(dice.between(0, 59));
    let extensions = (1..=pace.steps)
        .map(|n| {
            let (due, rank) = match n {
                1 => (15, ApproverRank::TeamLeader),
                _ => (30, ApproverRank::SuperiorOrHeadOffice),
            };
            let day = working_before(plus(received.date, due - 2));
            let granted = Local {
                date: day,
                minute: dice.between(9 * 60 + 30, 15 * 60),
            };
            let notified = Local {
                minute: granted.minute + dice.between(15, 120),
                ..granted
            };
            ExtensionTruth {
                step: n,
                granted_at: second(dice, granted),
                notified_at: second(dice, notified),
                rank,
                reason: (*dice.pick(&COMPLEX)).to_owned(),
            }
        })
        .collect();
    let timeline = Timeline {
        acknowledged_at: second(dice, acknowledged),
        reviewed_at: second(dice, reviewed),
        offered_at: second(dice, offered),
        answered_at: second(dice, answered),
        visit_at: second(dice, visit),
        found_at: second(dice, found),
        proposed_at: second(dice, proposed),
        decided_at: second(dice, decided),
        executed_at: second(dice, executed),
        surveyed_at: second(dice, surveyed),
        extensions,
    };
    (timeline, windows)
}

/// Returns `date` or the next day on which this customer can be visited.
fn visiting_day(customer: &Customer, date: Date) -> Date {
    if customer.preferences.saturday && weekday(date) == 6 {
        date
    } else {
        working(date)
    }
}

/// Draws two to four windows from `first` on, one a day, near the hours the customer prefers.
fn windows(dice: &mut Dice, customer: &Customer, first: Date) -> Vec<Window> {
    let (from, to) = customer.preferences.hours;
    // Nobody is visited after 19:30, and a window holds a visit and its margin.
    let (from, to) = (from.min(17 * 60), to.min(19 * 60 + 30));
    let count = dice.between(2, 4);
    let mut date = first;
    let mut all = Vec::new();
    for i in 0..count {
        if i > 0 {
            date = visiting_day(customer, plus(date, dice.between(1, 2)));
        }
        let length = dice.between(4, 7) as u16 * 30;
        let room = to.saturating_sub(from).saturating_sub(length);
        let start = from + (dice.below(u64::from(room / 30) + 1) as u16) * 30;
        all.push(Window {
            date,
            from: start,
            to: (start + length).min(19 * 60 + 30),
        });
    }
    all
}
