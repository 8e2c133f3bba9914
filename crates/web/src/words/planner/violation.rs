//! What a plan breaks, in the reader's language.

use super::{Names, length, planner_role};
use crate::lang::Lang;
use app::planning::Violation;

/// Returns what a plan breaks.
pub(crate) fn violation(violation: &Violation, names: &Names<'_>) -> String {
    use Violation as V;
    let lang = names.lang;
    let (person, visit) = (|s: &str| (names.person)(s), |v: &str| (names.visit)(v));
    match violation {
        V::OutsideWindow { visit: v } => {
            let to = visit(v);
            say!(
                names,
                "{to}：不在客户同意的时段内。",
                "{to}：不在客戶同意的時段內。",
                "{to}: outside the times to which the customer agreed."
            )
        }
        V::OutsideVisitingHours { visit: v } => {
            let to = visit(v);
            say!(
                names,
                "{to}：不在允许上门的钟点内。",
                "{to}：不在允許上門的鐘點內。",
                "{to}: outside visiting hours."
            )
        }
        V::OddStart { visit: v, every } => {
            let (to, every) = (visit(v), length(*every, lang));
            say!(
                names,
                "{to}：开始时间须为 {every} 的整数倍。",
                "{to}：開始時間須為 {every} 的整數倍。",
                "{to}: visits begin at multiples of {every}."
            )
        }
        V::DayNotAllowed { visit: v, day } => {
            let (to, day) = (visit(v), (names.day)(*day));
            say!(
                names,
                "{to}：{day} 不能上门。",
                "{to}：{day} 不能上門。",
                "{to}: not possible on {day}."
            )
        }
        V::NoticeTooShort {
            visit: v,
            least,
            found,
        } => {
            let to = visit(v);
            say!(
                names,
                "{to}：告知只提前 {found} 日，至少须 {least} 日。",
                "{to}：告知只提前 {found} 日，至少須 {least} 日。",
                "{to}: {found} days of notice; at least {least} are needed."
            )
        }
        V::TooOften {
            visit: v,
            other,
            least,
        } => {
            let (to, other) = (visit(v), visit(other));
            say!(
                names,
                "{to} 与 {other}：同一客户的两次上门相隔不到 {least} 日。",
                "{to} 與 {other}：同一客戶的兩次上門相隔不到 {least} 日。",
                "{to} and {other}: two visits to one customer less than {least} days apart."
            )
        }
        V::LockedTimeMoved { visit: v } | V::LockedCrewChanged { visit: v } => {
            let to = visit(v);
            say!(
                names,
                "{to}：已约定，时间和小组不能改。",
                "{to}：已約定，時間和小組不能改。",
                "{to}: time and crew are fixed."
            )
        }
        V::PlaceNotStepFree { visit: v } => {
            let to = visit(v);
            say!(
                names,
                "{to}：需要无台阶的地点。",
                "{to}：需要無台階的地點。",
                "{to}: needs a place without steps."
            )
        }
        V::TwiceInCrew { visit: v, staff } => {
            let (to, who) = (visit(v), person(staff));
            say!(
                names,
                "{to}：{who} 在小组中出现两次。",
                "{to}：{who} 在小組中出現兩次。",
                "{to}: {who} is twice in the crew."
            )
        }
        V::CrewTooSmall {
            visit: v,
            least,
            found,
        } => {
            let to = visit(v);
            say!(
                names,
                "{to}：小组只有 {found} 人，至少须 {least} 人。",
                "{to}：小組只有 {found} 人，至少須 {least} 人。",
                "{to}: {found} people; at least {least} must go."
            )
        }
        V::RoleNotHeld {
            visit: v,
            staff,
            role,
        } => {
            let (to, who, role) = (visit(v), person(staff), planner_role(role, lang));
            say!(
                names,
                "{to}：{who} 不是{role}。",
                "{to}：{who} 不是{role}。",
                "{to}: {who} is no {role}."
            )
        }
        V::NeedNotFilled {
            visit: v,
            role,
            missing,
        } => {
            let (to, role) = (visit(v), planner_role(role, lang));
            say!(
                names,
                "{to}：还缺 {missing} 名{role}。",
                "{to}：還缺 {missing} 名{role}。",
                "{to}: {missing} × {role} is missing."
            )
        }
        V::ConflictOfInterest { visit: v, staff } | V::ForbiddenPerson { visit: v, staff } => {
            let (to, who) = (visit(v), person(staff));
            say!(
                names,
                "{to}：{who} 不能见这位客户。",
                "{to}：{who} 不能見這位客戶。",
                "{to}: {who} may not see this customer."
            )
        }
        V::WomenOnly { visit: v, staff } => {
            let (to, who) = (visit(v), person(staff));
            say!(
                names,
                "{to}：只能由女性上门，{who} 不能去。",
                "{to}：只能由女性上門，{who} 不能去。",
                "{to}: only women may come; {who} cannot go."
            )
        }
        V::StepsInTheWay { visit: v, staff } => {
            let (to, who) = (visit(v), person(staff));
            say!(
                names,
                "{to}：可能有台阶，{who} 不便前往。",
                "{to}：可能有台階，{who} 不便前往。",
                "{to}: there may be steps, which {who} cannot climb."
            )
        }
        V::LanguageNotSpoken { visit: v, language } => {
            let to = visit(v);
            say!(
                names,
                "{to}：小组中没有人会说客户的语言（{language}）。",
                "{to}：小組中沒有人會說客戶的語言（{language}）。",
                "{to}: nobody of the crew speaks {language}."
            )
        }
        V::LeavesTooEarly { staff, day, to } => {
            let (who, day, to) = (person(staff), (names.day)(*day), visit(to));
            say!(
                names,
                "{who} 在 {day}：须在上一次上门结束前就动身去 {to}。",
                "{who} 在 {day}：須在上一次上門結束前就動身去 {to}。",
                "{who} would have to leave for {to} on {day} before the visit before it is over."
            )
        }
        V::ArrivesTooLate { staff, visit: v } => {
            let (who, to) = (person(staff), visit(v));
            say!(
                names,
                "{who} 赶不上 {to} 的开始时间。",
                "{who} 趕不上 {to} 的開始時間。",
                "{who} cannot be at {to} in time."
            )
        }
        V::OutsideShift { staff, day } => {
            let (who, day) = (person(staff), (names.day)(*day));
            say!(
                names,
                "{who} 在 {day} 会超出当班时间。",
                "{who} 在 {day} 會超出當班時間。",
                "{who} would be on the way outside the shift on {day}."
            )
        }
        V::DuringAbsence { staff, day } => {
            let (who, day) = (person(staff), (names.day)(*day));
            say!(
                names,
                "{who} 在 {day} 的那段时间不在，或另有上门。",
                "{who} 在 {day} 的那段時間不在，或另有上門。",
                "{who} is away or on another visit at that time on {day}."
            )
        }
        V::NoRest { staff, day } => {
            let (who, day) = (person(staff), (names.day)(*day));
            say!(
                names,
                "{who} 在 {day} 没有规定的休息时间。",
                "{who} 在 {day} 沒有規定的休息時間。",
                "{who} has no rest on {day}."
            )
        }
        V::TooManyVisits {
            staff,
            day,
            most,
            found,
        } => {
            let (who, day) = (person(staff), (names.day)(*day));
            say!(
                names,
                "{who} 在 {day} 有 {found} 次上门，最多 {most} 次。",
                "{who} 在 {day} 有 {found} 次上門，最多 {most} 次。",
                "{who} has {found} visits on {day}; at most {most}."
            )
        }
        V::CrewSplit {
            visit: v,
            day,
            staff,
            other,
        } => {
            let (to, day, who, other) = (visit(v), (names.day)(*day), person(staff), visit(other));
            say!(
                names,
                "{to}：小组须在 {day} 整日同行，而 {who} 要与别人去 {other}。",
                "{to}：小組須在 {day} 整日同行，而 {who} 要與別人去 {other}。",
                "{to}: the crew stays together all of {day}, but {who} goes to {other} with others."
            )
        }
        V::TooMuchTravel { staff, day, .. } => {
            let (who, day) = (person(staff), (names.day)(*day));
            say!(
                names,
                "{who} 在 {day} 路程过长。",
                "{who} 在 {day} 路程過長。",
                "{who} travels too long on {day}."
            )
        }
        // What only a plan that was not laid out by the planner can break.
        other => other.to_string(),
    }
}
