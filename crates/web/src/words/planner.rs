//! What the planner says (reasons, remedies, goals; what a plan breaks is in `violation`), in the reader's language: made of its typed answers, not of
//! its sentences.

use super::{Three, pick, role};
use crate::lang::Lang;
use app::planning::{Change, Goal, LeftOut, Member, NotPublished, Reason, RosterFault, Seat, What, role_of};

/// How the things of a plan are called.
pub(crate) struct Names<'a> {
    /// A member of staff.
    pub(crate) person: &'a dyn Fn(&str) -> String,
    /// A visit: its customer, masked.
    pub(crate) visit: &'a dyn Fn(&str) -> String,
    /// A day.
    pub(crate) day: &'a dyn Fn(i32) -> String,
    pub(crate) lang: Lang,
}

/// Fills in what stands in braces; simplified, traditional, English.
macro_rules! say {
    ($names:expr, $hans:literal, $hant:literal, $en:literal) => {
        match $names.lang {
            Lang::ZhCn => format!($hans),
            Lang::ZhTw => format!($hant),
            Lang::En => format!($en),
        }
    };
}

mod violation;

pub(crate) use violation::violation;

/// A time of day such as `09:05`.
pub(crate) fn time(seconds: i64) -> String {
    let minutes = seconds.div_euclid(60);
    format!("{:02}:{:02}", minutes.div_euclid(60), minutes.rem_euclid(60))
}

/// A length such as `1 h 25 min`, rounded up to minutes.
pub(crate) fn length(seconds: i64, lang: Lang) -> String {
    let minutes = seconds.unsigned_abs().div_ceil(60);
    let sign = if seconds < 0 { "−" } else { "" };
    let (h, m) = (minutes / 60, minutes % 60);
    let [hour, minute] = match lang {
        Lang::ZhCn => ["小时", "分钟"],
        Lang::ZhTw => ["小時", "分鐘"],
        Lang::En => ["h", "min"],
    };
    match (h, m) {
        (0, m) => format!("{sign}{m} {minute}"),
        (h, 0) => format!("{sign}{h} {hour}"),
        (h, m) => format!("{sign}{h} {hour} {m} {minute}"),
    }
}

/// The name of a role as the planner writes it.
pub(crate) fn planner_role(name: &str, lang: Lang) -> String {
    role_of(name).map_or_else(|| name.to_owned(), |r| role(r, lang).to_owned())
}

fn seat(seat: &Seat, lang: Lang) -> String {
    const ANYBODY: Three = ["可上门人员", "可上門人員", "people who go on visits"];
    let mut text = seat
        .role
        .as_deref()
        .map_or_else(|| pick(ANYBODY, lang).to_owned(), |r| planner_role(r, lang));
    for more in [&seat.skill, &seat.language].into_iter().flatten() {
        text.push_str(&format!(" ({more})"));
    }
    text
}

fn people(crew: &[Member], names: &Names<'_>) -> String {
    let and = pick(["、", "、", ", "], names.lang);
    let all: Vec<String> = crew.iter().map(|m| (names.person)(&m.staff)).collect();
    all.join(and)
}

/// Returns why a visit is not planned.
pub(crate) fn reason(reason: &Reason, names: &Names<'_>) -> String {
    let lang = names.lang;
    let part = |s: &Seat| seat(s, lang);
    match reason {
        Reason::PlaceNotStepFree {} => say!(
            names,
            "客户需要无台阶的地点，而该地点是否有台阶尚不清楚。",
            "客戶需要無台階的地點，而該地點是否有台階尚不清楚。",
            "The customer needs a place without steps, and this one is not known to be one."
        ),
        Reason::NoWindow {} => say!(
            names,
            "在计划的日子里，客户没有同意的时段。",
            "在計畫的日子裡，客戶沒有同意的時段。",
            "The customer agreed to no time on the planned days."
        ),
        Reason::NoticeTooShort { days } => say!(
            names,
            "客户同意的时段都太近：须提前 {days} 日告知。",
            "客戶同意的時段都太近：須提前 {days} 日告知。",
            "All times of the customer come too soon: {days} days of notice are needed."
        ),
        Reason::WindowsTooShort { needed, longest } => {
            let (needed, longest) = (length(*needed, lang), length(*longest, lang));
            say!(
                names,
                "上门需要 {needed}，客户可用的最长时段只有 {longest}。",
                "上門需要 {needed}，客戶可用的最長時段只有 {longest}。",
                "The visit takes {needed}; the longest usable time of the customer is {longest}."
            )
        }
        Reason::LockedTimeNotLawful {} => say!(
            names,
            "锁定的时间不在客户同意且允许上门的时段内。",
            "鎖定的時間不在客戶同意且允許上門的時段內。",
            "The locked time lies outside every time that is agreed and allowed."
        ),
        Reason::LockedCrewNotLawful {} => say!(
            names,
            "锁定的小组不符合此次上门的要求：人数不足，或有人不能去。",
            "鎖定的小組不符合此次上門的要求：人數不足，或有人不能去。",
            "The locked crew is not what the visit needs: too few people, or some who may not go."
        ),
        Reason::CustomerVisitedTooOften { days } => say!(
            names,
            "同一客户的两次上门至少相隔 {days} 日。",
            "同一客戶的兩次上門至少相隔 {days} 日。",
            "Two visits to one customer are at least {days} days apart."
        ),
        Reason::TooFewWithRole { seat, needed, have } => {
            let who = part(seat);
            say!(
                names,
                "需要 {needed} 名{who}，可派的只有 {have} 名。",
                "需要 {needed} 名{who}，可派的只有 {have} 名。",
                "The visit needs {needed} × {who}; there are {have}."
            )
        }
        Reason::TooFewAllowed { seat, needed, have } => {
            let who = part(seat);
            say!(
                names,
                "需要 {needed} 名{who}，能见这位客户的只有 {have} 名。",
                "需要 {needed} 名{who}，能見這位客戶的只有 {have} 名。",
                "The visit needs {needed} × {who}; {have} may see this customer."
            )
        }
        Reason::NobodySpeaks { language } => say!(
            names,
            "可派的人都不会说客户的语言（{language}）。",
            "可派的人都不會說客戶的語言（{language}）。",
            "Nobody who could go speaks the customer's language ({language})."
        ),
        Reason::NotOnShift { seat } => {
            let who = part(seat);
            say!(
                names,
                "在客户可约的时间，没有{who}当班。",
                "在客戶可約的時間，沒有{who}當班。",
                "No {who} works at the customer's times."
            )
        }
        Reason::OutOfReach { seat } => {
            let who = part(seat);
            say!(
                names,
                "{who}在班次、休息和路程限制之内无法往返。",
                "{who}在班次、休息和路程限制之內無法往返。",
                "No {who} could be there and back within shift, rest and travel limits."
            )
        }
        Reason::Booked { seat } => {
            let who = part(seat);
            say!(
                names,
                "在客户可约的时间，{who}都已安排给其他客户。",
                "在客戶可約的時間，{who}都已安排給其他客戶。",
                "Every {who} is with other customers at the customer's times."
            )
        }
        Reason::NeverTogether {} => say!(
            names,
            "每个人单独都能来，但没有一个时间能凑齐小组。",
            "每個人單獨都能來，但沒有一個時間能湊齊小組。",
            "Each could come at some time, but never enough of them at one time."
        ),
        Reason::Fits {} => say!(
            names,
            "可以排进现在的计划：是手动移出的。",
            "可以排進現在的計畫：是手動移出的。",
            "It fits into the plan as it stands: it was taken out by hand."
        ),
    }
}

/// Returns the least that would let a visit in.
pub(crate) fn change(change: &Change, names: &Names<'_>) -> String {
    let lang = names.lang;
    match change {
        Change::ConfirmStepFree {} => say!(
            names,
            "确认该地点没有台阶，或另约地点。",
            "確認該地點沒有台階，或另約地點。",
            "Make sure that the place has no steps, or agree on another."
        ),
        Change::AskForWindow {
            day,
            start,
            end,
            crew,
        } => {
            let (day, from, to) = ((names.day)(*day), time(*start), time(*end));
            let who = people(crew, names);
            say!(
                names,
                "询问客户 {day} {from}–{to} 是否方便：届时 {who} 有空。",
                "詢問客戶 {day} {from}–{to} 是否方便：屆時 {who} 有空。",
                "Ask the customer for {day} {from}–{to}: {who} could come then."
            )
        }
        Change::AllowOvertime { staff, day, seconds } => {
            let (who, day, time) = ((names.person)(staff), (names.day)(*day), length(*seconds, lang));
            say!(
                names,
                "允许 {who} 在 {day} 加班至多 {time}。",
                "允許 {who} 在 {day} 加班至多 {time}。",
                "Allow {who} up to {time} of overtime on {day}."
            )
        }
        Change::GiveUpVisit { visit } => {
            let who = (names.visit)(visit);
            say!(
                names,
                "本次不安排 {who}，把时间让出来。",
                "本次不安排 {who}，把時間讓出來。",
                "Give up the visit to {who} this time."
            )
        }
        Change::AddStaff { seat: s, count } => {
            let who = seat(s, lang);
            say!(
                names,
                "在客户可约的时间增加 {count} 名{who}。",
                "在客戶可約的時間增加 {count} 名{who}。",
                "Let {count} more {who} work at the customer's times."
            )
        }
    }
}

/// Returns the name of what a goal counts.
fn goal(goal: Goal, lang: Lang) -> &'static str {
    let three: Three = match goal {
        Goal::MandatoryPlanned => ["未排的必访", "未排的必訪", "agreed visits left out"],
        Goal::DeadlinesKept => ["错过的时限", "錯過的時限", "deadlines missed"],
        Goal::Value => ["已排上门", "已排上門", "visits planned"],
        Goal::PromisesKept => ["改动的约定", "改動的約定", "promises moved"],
        Goal::Overtime => ["加班", "加班", "overtime"],
        Goal::Balance => ["一人最多上门", "一人最多上門", "most visits of one person"],
        Goal::Travel => ["路程", "路程", "travel"],
        Goal::Preference => [
            "有熟悉人员的上门",
            "有熟悉人員的上門",
            "visits with a preferred person",
        ],
    };
    pick(three, lang)
}

/// Returns a value of a goal.
fn goal_value(goal: Goal, value: i64, lang: Lang) -> String {
    match goal {
        Goal::Overtime | Goal::Travel => length(value, lang),
        _ => value.to_string(),
    }
}

/// Returns how a goal changed, such as "travel +12 min", and whether that is better.
pub(crate) fn goal_change(g: Goal, before: i64, after: i64, lang: Lang) -> (String, bool) {
    let sign = if after > before { "+" } else { "−" };
    let by = goal_value(g, (after - before).abs(), lang);
    let more_is_better = matches!(g, Goal::Value | Goal::Preference);
    (
        format!("{} {sign}{by}", goal(g, lang)),
        (after > before) == more_is_better,
    )
}

/// Returns why a consented case is not part of a plan.
pub(crate) fn left_out(why: LeftOut, lang: Lang) -> &'static str {
    let three: Three = match why {
        LeftOut::NoPlace => [
            "同意书没有写明位置坐标，无法计算路程",
            "同意書沒有寫明位置座標，無法計算路程",
            "the consent gives no coordinates, so that no way can be computed",
        ],
        LeftOut::NoConsent => [
            "上门同意已不再有效",
            "上門同意已不再有效",
            "the consent to be visited no longer stands",
        ],
        LeftOut::Unlawful => [
            "已有的约定现在不符合规则（例如班次已变），请在案件中更改；其小组的时间已留出",
            "已有的約定現在不符合規則（例如班次已變），請在案件中變更；其小組的時間已留出",
            "its appointment breaks a rule as things are now, such as a changed shift; change it on the case. Its crew is kept free",
        ],
        LeftOut::NoWindow => [
            "客户的时段不在所选日期内",
            "客戶的時段不在所選日期內",
            "none of the customer's times lies on these days",
        ],
    };
    pick(three, lang)
}

/// Returns why a visit did not become an appointment.
pub(crate) fn not_published(why: &NotPublished, lang: Lang) -> String {
    let three: Three = match why {
        NotPublished::Refused(refusal) => return super::refusal(refusal, lang),
        NotPublished::OtherAppointment => ["已有另一个约定", "已有另一個約定", "another appointment stands"],
        NotPublished::Busy => [
            "案件刚刚被别人更新，请再发布一次",
            "案件剛剛被別人更新，請再發布一次",
            "somebody has just changed the case; publish again",
        ],
        NotPublished::NotThere => ["没有这个案件", "沒有這個案件", "there is no such case for you"],
        NotPublished::Past => ["时间已过", "時間已過", "its time is over"],
    };
    pick(three, lang).to_owned()
}

/// Returns what led to a version of a plan.
pub(crate) fn version(what: &What, names: &Names<'_>) -> String {
    match what {
        What::Searched => say!(names, "自动排出", "自動排出", "found by the search"),
        What::Placed { visit } => {
            let to = (names.visit)(visit);
            say!(names, "改排 {to}", "改排 {to}", "placed {to}")
        }
        What::TakenOut { visit } => {
            let to = (names.visit)(visit);
            say!(names, "移出 {to}", "移出 {to}", "took {to} out")
        }
        What::Locked { visit } => {
            let to = (names.visit)(visit);
            say!(names, "锁定 {to}", "鎖定 {to}", "locked {to}")
        }
        What::Unlocked { visit } => {
            let to = (names.visit)(visit);
            say!(names, "解锁 {to}", "解鎖 {to}", "unlocked {to}")
        }
    }
}

/// Returns what is wrong with a field of the roster, and what would be right.
pub(crate) fn roster_fault(fault: RosterFault, lang: Lang) -> &'static str {
    let three: Three = match fault {
        RosterFault::NoPlace => [
            "请填写纬度和经度，例如 29.30,124.10",
            "請填寫緯度和經度，例如 29.30,124.10",
            "give latitude and longitude, such as 29.30,124.10",
        ],
        RosterFault::BadShift => [
            "每班须填写开始和结束，且结束晚于开始",
            "每班須填寫開始和結束，且結束晚於開始",
            "give both times of a shift; it ends after it begins",
        ],
        RosterFault::BadWords => [
            "最多 30 项，每项最多 30 个字符",
            "最多 30 項，每項最多 30 個字元",
            "at most 30 words of at most 30 characters",
        ],
        RosterFault::BadAbsence => [
            "每行一段，例如 2026-12-01 2026-12-05，结束不早于开始",
            "每行一段，例如 2026-12-01 2026-12-05，結束不早於開始",
            "one on a line, such as 2026-12-01 2026-12-05; it does not end before it begins",
        ],
        RosterFault::BadMost => ["请填写 1 至 20", "請填寫 1 至 20", "give a number from 1 to 20"],
    };
    pick(three, lang)
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::planning::Violation;

    fn names(lang: Lang) -> Names<'static> {
        Names {
            person: &|s| format!("<{s}>"),
            visit: &|v| format!("[{v}]"),
            day: &|d| format!("day {d}"),
            lang,
        }
    }

    #[test]
    fn reasons_and_remedies_are_said_in_the_reader_s_language() {
        let booked = Reason::Booked {
            seat: Seat {
                role: Some("legal_counsel".into()),
                skill: None,
                language: Some("en".into()),
            },
        };
        assert_eq!(
            reason(&booked, &names(Lang::En)),
            "Every legal counsel (en) is with other customers at the customer's times."
        );
        assert!(reason(&booked, &names(Lang::ZhCn)).contains("法律顾问 (en)都已安排"));
        let ask = Change::AskForWindow {
            day: 3,
            start: 36_300,
            end: 40_800,
            crew: vec![Member {
                staff: "a".into(),
                role: None,
            }],
        };
        assert_eq!(
            change(&ask, &names(Lang::En)),
            "Ask the customer for day 3 10:05–11:20: <a> could come then."
        );
        let late = Violation::ArrivesTooLate {
            staff: "a".into(),
            visit: "v".into(),
        };
        assert_eq!(
            violation(&late, &names(Lang::ZhTw)),
            "<a> 趕不上 [v] 的開始時間。"
        );
    }

    #[test]
    fn lengths_and_goals_say_which_way_they_went() {
        assert_eq!(length(5100, Lang::En), "1 h 25 min");
        assert_eq!(length(3600, Lang::ZhCn), "1 小时");
        assert_eq!(length(61, Lang::ZhTw), "2 分鐘");
        assert_eq!(
            goal_change(Goal::Travel, 600, 1320, Lang::En),
            ("travel +12 min".into(), false)
        );
        assert_eq!(
            goal_change(Goal::Value, 4, 5, Lang::En),
            ("visits planned +1".into(), true)
        );
        assert_eq!(
            goal_change(Goal::PromisesKept, 2, 1, Lang::En),
            ("promises moved −1".into(), true)
        );
    }
}
