//! From what a form sent back to a command.

use super::{CREW, Context, ITEMS, Kind, Mistake, WINDOWS, form};
use crate::words::{Three, pick};
use domain::{
    CaseId, Money, Personal, Role, StaffId, Timestamp,
    case::{
        Action as A, AllegationNo, Command, Contact, CrewMember, NewAllegation, Place, RemedyItem, TaskNo,
        Terms, VisitReport, Window,
    },
};
use jiff::civil::{Date, DateTime};
use rules::TimeZone;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

/// What a form sent: names and values, in order. Later values of a name are extra ticks of one list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(pub(crate) Vec<(String, String)>);

impl Fields {
    /// Returns the first value of a field, trimmed; empty when it is absent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(n, _)| n == name)
            .map_or("", |(_, v)| v.trim())
    }

    /// Returns all values of a field.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, v)| v.trim())
    }
}

/// Prints a moment as fields take it: `2026-11-23T09:30` in the zone.
pub(crate) fn moment_text(at: Timestamp, zone: &TimeZone) -> String {
    jiff::Timestamp::from_microsecond(at.0).map_or_else(
        |_| String::new(),
        |t| t.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string(),
    )
}

/// Prints the civil day of a moment.
pub(crate) fn day_text(at: Timestamp, zone: &TimeZone) -> String {
    moment_text(at, zone).chars().take(10).collect()
}

/// Collects values and mistakes of one form.
struct Reader<'a> {
    fields: &'a Fields,
    c: &'a Context<'a>,
    mistakes: Vec<Mistake>,
}

const NEEDED: Three = ["请填写", "請填寫", "is needed"];
const NO_OPTION: Three = ["请从列表中选择", "請從列表中選擇", "choose one of the list"];
const NO_MOMENT: Three = [
    "请填写日期和时间，例如 2026-11-23T09:30",
    "請填寫日期和時間，例如 2026-11-23T09:30",
    "give date and time, such as 2026-11-23T09:30",
];
const NO_DATE: Three = [
    "请填写存在的日期，例如 2026-11-23",
    "請填寫存在的日期，例如 2026-11-23",
    "give a date that exists, such as 2026-11-23",
];
const NO_AMOUNT: Three = [
    "请填写金额，例如 1,200.50",
    "請填寫金額，例如 1,200.50",
    "give an amount, such as 1,200.50",
];
const NO_NUMBER: Three = [
    "请填写范围内的整数",
    "請填寫範圍內的整數",
    "give a whole number of the range",
];
const NO_STAFF: Three = ["没有这个账号", "沒有這個帳號", "there is no such user"];
const NOT_VISITOR: Three = [
    "此人的角色不参加上门",
    "此人的角色不參加上門",
    "this person's roles do not go on visits",
];
const NO_CASE: Three = [
    "案件编号有误，请与来函或回执核对",
    "案件編號有誤，請與來函或回執核對",
    "this is no case number; compare it with the letter or receipt",
];
const DEPARTURE: Three = [
    "与系统建议不同，请说明理由",
    "與系統建議不同，請說明理由",
    "you depart from the proposal: say why",
];
const PROPOSAL_GONE: Three = [
    "系统建议暂不可用，请重试",
    "系統建議暫不可用，請重試",
    "the proposal is not available; try again",
];

impl<'a> Reader<'a> {
    fn new(fields: &'a Fields, c: &'a Context<'a>) -> Self {
        Reader {
            fields,
            c,
            mistakes: Vec::new(),
        }
    }

    fn wrong(&mut self, field: impl Into<String>, text: Three) {
        self.mistakes.push(Mistake {
            field: field.into(),
            text: pick(text, self.c.lang).to_owned(),
        });
    }

    fn opt(&self, name: &str) -> Option<&'a str> {
        Some(self.fields.get(name)).filter(|v| !v.is_empty())
    }

    fn text(&mut self, name: &str) -> String {
        match self.opt(name) {
            Some(text) => text.to_owned(),
            None => {
                self.wrong(name, NEEDED);
                String::new()
            }
        }
    }

    fn personal(&mut self, name: &str) -> Personal {
        Personal::new(self.text(name))
    }

    fn opt_personal(&self, name: &str) -> Option<Personal> {
        self.opt(name).map(Personal::new)
    }

    /// Reads a code of the domain; `None` and a mistake when it is none.
    fn code<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let text = self.text(name);
        if text.is_empty() {
            return None;
        }
        let value = serde_json::from_value(serde_json::Value::String(text)).ok();
        if value.is_none() {
            self.wrong(name, NO_OPTION);
        }
        value
    }

    fn opt_code<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        self.opt(name)?;
        self.code(name)
    }

    fn yes(&mut self, name: &str) -> bool {
        match self.text(name).as_str() {
            "yes" | "true" | "on" => true,
            "no" | "false" | "" => false,
            _ => {
                self.wrong(name, NO_OPTION);
                false
            }
        }
    }

    fn tick(&self, name: &str) -> bool {
        matches!(self.fields.get(name), "yes" | "true" | "on" | "1")
    }

    fn number<T: std::str::FromStr>(&mut self, name: &str) -> Option<T> {
        let text = self.text(name);
        if text.is_empty() {
            return None;
        }
        let value = text.parse().ok();
        if value.is_none() {
            self.wrong(name, NO_NUMBER);
        }
        value
    }

    fn opt_moment(&mut self, name: &str) -> Option<Timestamp> {
        let text = self.opt(name)?;
        let at = moment(text, self.c.zone);
        if at.is_none() {
            self.wrong(name, NO_MOMENT);
        }
        at
    }

    fn moment(&mut self, name: &str) -> Option<Timestamp> {
        if self.opt(name).is_none() {
            self.wrong(name, NEEDED);
            return None;
        }
        self.opt_moment(name)
    }

    /// Reads a date as the last moment of that day.
    fn end_of_day(&mut self, name: &str) -> Option<Timestamp> {
        let text = self.text(name);
        if text.is_empty() {
            return None;
        }
        let end = text
            .parse::<Date>()
            .ok()
            .and_then(|d| d.at(23, 59, 59, 0).to_zoned(self.c.zone.clone()).ok())
            .map(|z| Timestamp(z.timestamp().as_microsecond()));
        if end.is_none() {
            self.wrong(name, NO_DATE);
        }
        end
    }

    fn money(&mut self, name: &str) -> Option<Money> {
        let text = self.opt(name)?;
        let money = money(text);
        if money.is_none() {
            self.wrong(name, NO_AMOUNT);
        }
        money
    }

    fn case_id(&mut self, name: &str) -> Option<CaseId> {
        let text = self.text(name);
        if text.is_empty() {
            return None;
        }
        let id = text.parse().ok();
        if id.is_none() {
            self.wrong(name, NO_CASE);
        }
        id
    }

    fn staff(&mut self, name: &str) -> Option<StaffId> {
        let id = StaffId(self.text(name).to_lowercase());
        if id.0.is_empty() {
            return None;
        }
        if self.c.directory.user(&id).is_none_or(|u| u.disabled) {
            self.wrong(name, NO_STAFF);
            return None;
        }
        Some(id)
    }

    fn crew(&mut self) -> Vec<CrewMember> {
        let mut crew = Vec::new();
        for n in 0..CREW {
            let name = format!("crew.{n}");
            if n >= 2 && self.opt(&name).is_none() {
                continue;
            }
            let Some(staff) = self.staff(&name) else { continue };
            let user = self.c.directory.user(&staff);
            let role = user.and_then(|u| u.roles.iter().copied().find(|r| Role::goes_on_visits(*r)));
            match role {
                Some(role) => crew.push(CrewMember { staff, role }),
                None => self.wrong(name, NOT_VISITOR),
            }
        }
        crew
    }

    fn item(&mut self, n: usize) -> Option<RemedyItem> {
        let name = |part: &str| format!("item.{n}.{part}");
        let blank = ["kind", "detail", "amount", "due"]
            .iter()
            .all(|p| self.opt(&name(p)).is_none());
        if blank && n > 0 {
            return None;
        }
        let kind = self.code(&name("kind"));
        let detail = self.personal(&name("detail"));
        let amount = self.money(&name("amount"));
        let due = self.end_of_day(&name("due"));
        Some(RemedyItem {
            kind: kind?,
            detail,
            amount,
            due: due?,
        })
    }

    fn windows(&mut self) -> Vec<Window> {
        let mut windows = Vec::new();
        for n in 0..WINDOWS {
            let (from, to) = (format!("window.{n}.from"), format!("window.{n}.to"));
            if self.opt(&from).is_none() && self.opt(&to).is_none() {
                continue;
            }
            if let (Some(from), Some(to)) = (self.moment(&from), self.moment(&to)) {
                windows.push(Window { from, to });
            }
        }
        windows
    }
}

/// Reads a civil moment of the zone, `2026-11-23T09:30`, or one that names its own offset.
pub(crate) fn moment(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    // A civil reading would silently drop the offset.
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Some(Timestamp(instant.as_microsecond()));
    }
    let civil: DateTime = text.parse().ok()?;
    let there = civil.to_zoned(zone.clone()).ok()?;
    Some(Timestamp(there.timestamp().as_microsecond()))
}

/// Reads an amount of yuan.
pub(crate) fn money(text: &str) -> Option<Money> {
    minor_units(text).map(Money::cny)
}

/// Reads `1,200.50` as 120050 minor units.
fn minor_units(text: &str) -> Option<i64> {
    let plain: String = text
        .chars()
        .filter(|c| !matches!(c, ',' | '，' | ' ' | '¥' | '￥'))
        .collect();
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    if whole.is_empty() || part.len() > 2 || !whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let part: i64 = format!("{part:0<2}").parse().ok()?;
    whole.checked_mul(100)?.checked_add(part)
}

/// Reads the items of a proposal or counter-offer.
fn terms(r: &mut Reader<'_>) -> Terms {
    Terms {
        items: (0..ITEMS).filter_map(|n| r.item(n)).collect(),
    }
}

/// Makes the command of `action` from what came back.
///
/// # Errors
/// Every mistake, each naming its field.
pub(crate) fn command(action: A, fields: &Fields, c: &Context<'_>) -> Result<Command, Vec<Mistake>> {
    let mut r = Reader::new(fields, c);
    check_choices(action, &mut r);
    let made = make(action, &mut r);
    match made {
        Some(command) if r.mistakes.is_empty() => Ok(command),
        _ => {
            let mut mistakes = r.mistakes;
            mistakes.dedup_by(|a, b| a.field == b.field);
            Err(mistakes)
        }
    }
}

/// Choices must come from their list: a browser cannot be trusted to keep to it.
fn check_choices(action: A, r: &mut Reader<'_>) {
    for field in form(action, r.c).fields {
        let value = r.fields.get(&field.name);
        match field.kind {
            Kind::Choice(options) if !value.is_empty() && !options.iter().any(|(c, _)| c == value) => {
                r.wrong(field.name, NO_OPTION);
            }
            Kind::Number(low, high) if value.parse::<i64>().is_ok_and(|n| n < low || n > high) => {
                r.wrong(field.name, NO_NUMBER);
            }
            _ => {}
        }
    }
}

fn make(action: A, r: &mut Reader<'_>) -> Option<Command> {
    let facts = &r.c.case.facts;
    Some(match action {
        A::Receive | A::NoteSimilar => return None,
        A::StartReview => Command::StartReview,
        A::Accept => Command::Accept,
        A::Acknowledge => Command::Acknowledge {
            channel: r.text("channel"),
        },
        A::NotifyDecision => Command::NotifyDecision {
            channel: r.text("channel"),
        },
        A::NotifyExtension => Command::NotifyExtension {
            channel: r.text("channel"),
        },
        A::SendNotice => Command::SendNotice {
            channel: r.text("channel"),
        },
        A::OfferVisit => Command::OfferVisit {
            channel: r.text("channel"),
        },
        A::Assign => Command::Assign {
            handler: r.staff("handler")?,
        },
        A::AddAllegation => Command::AddAllegation(NewAllegation {
            cause: r.text("cause"),
            text: r.personal("text"),
            asks: r.opt_personal("asks").unwrap_or_else(|| Personal::new("")),
            claimed: r.money("claimed"),
        }),
        A::Assess => {
            let (no, truth, fair) = (r.number("allegation"), r.code("truth"), r.code("reasonableness"));
            let reasons = r.personal("reasons");
            Command::Assess {
                allegation: AllegationNo(no?),
                truth: truth?,
                reasonableness: fair?,
                reasons,
            }
        }
        A::Decline => {
            let (reason, explanation) = (r.code("reason"), r.personal("explanation"));
            Command::Decline {
                reason: reason?,
                explanation,
            }
        }
        A::DecideScreening => {
            let Some(proposal) = r.c.proposal else {
                r.wrong("selected", PROPOSAL_GONE);
                return None;
            };
            let mut decision = proposal.as_proposed();
            let selected = r.yes("selected");
            if selected != decision.selected {
                decision.departure = r.opt("departure").map(str::to_owned);
                if decision.departure.is_none() {
                    r.wrong("departure", DEPARTURE);
                }
                decision.selected = selected;
            }
            Command::DecideScreening(decision)
        }
        A::ObjectToScreening => Command::ObjectToScreening {
            reason: r.personal("reason"),
        },
        A::GiveConsent => {
            let scope = r.code("scope");
            let (channel, windows) = (r.text("channel"), r.windows());
            let place = r.opt("address").map(|address| {
                let known = facts.complainant.address.or_empty() == address;
                (
                    address,
                    if known {
                        facts.complainant.point.clone()
                    } else {
                        Personal::new("")
                    },
                )
            });
            let kind = r.opt_code("place_kind");
            let place = place.and_then(|(address, point)| {
                Some(Place {
                    kind: kind?,
                    address: Personal::new(address),
                    point,
                })
            });
            Command::GiveConsent {
                scope: scope?,
                channel,
                windows,
                place,
            }
        }
        A::RefuseVisit => Command::RefuseVisit {
            next_channel: r.code("next_channel")?,
            reason: r.opt_personal("reason"),
        },
        A::WithdrawConsent => {
            let (scope, next) = (r.code("scope"), r.code("next_channel"));
            Command::WithdrawConsent {
                scope: scope?,
                next_channel: next?,
            }
        }
        A::InvalidateConsent => {
            let (scope, reason) = (r.code("scope"), r.text("reason"));
            Command::InvalidateConsent {
                scope: scope?,
                reason,
            }
        }
        A::ScheduleVisit => {
            let (from, to, crew) = (r.moment("from"), r.moment("to"), r.crew());
            Command::ScheduleVisit {
                window: Window { from: from?, to: to? },
                crew,
            }
        }
        A::CancelVisit => Command::CancelVisit {
            reason: r.text("reason"),
        },
        A::ReportVisit => Command::ReportVisit(Box::new(report(r)?)),
        A::OpenChannel => {
            let (channel, reason) = (r.code("next_channel"), r.text("reason"));
            Command::OpenChannel {
                channel: channel?,
                reason,
            }
        }
        A::RecordFinding => {
            let (no, truth, fair) = (r.number("allegation"), r.code("truth"), r.code("reasonableness"));
            let basis = r.personal("basis");
            let mut evidence: Vec<String> = lines(r.opt("evidence")).map(str::to_owned).collect();
            evidence.extend(r.opt("file").map(str::to_owned));
            Command::RecordFinding {
                allegation: AllegationNo(no?),
                truth: truth?,
                reasonableness: fair?,
                basis,
                evidence,
            }
        }
        A::ProposeRemedy => Command::ProposeRemedy(terms(r)),
        A::RecordCounterOffer => Command::RecordCounterOffer(terms(r)),
        A::AddTask => Command::AddTask(r.item(0)?),
        A::VoteOnRemedy => {
            let (proposal, approve) = (r.number("proposal"), r.yes("approve"));
            Command::VoteOnRemedy {
                proposal: proposal?,
                approve,
            }
        }
        A::MakeOffer => Command::MakeOffer {
            proposal: r.number("proposal")?,
        },
        A::EndNegotiation => Command::EndNegotiation {
            reason: r.personal("reason"),
        },
        A::SignAgreement => {
            let signature = r.text("signature");
            let file = r.opt("file").and_then(|id| r.c.case.file(id.parse().ok()?));
            let document_hash = match (r.opt("document_hash"), r.opt("document")) {
                (None, None) if file.is_some() => {
                    file.map_or_else(String::new, |a| a.file.sha256.or_empty().to_owned())
                }
                (Some(hash), _) => hash.to_lowercase(),
                (None, Some(text)) => Sha256::digest(text).iter().map(|b| format!("{b:02x}")).collect(),
                (None, None) => r.text("document_hash"),
            };
            Command::SignAgreement {
                document_hash,
                signature,
            }
        }
        A::CompleteTask => {
            let (task, proof) = (r.number("task"), r.text("proof"));
            Command::CompleteTask {
                task: TaskNo(task?),
                proof,
            }
        }
        A::VerifyTask => Command::VerifyTask {
            task: TaskNo(r.number("task")?),
        },
        A::RequestReview => Command::RequestReview {
            grounds: r.personal("grounds"),
        },
        A::DecideReview => {
            let (outcome, reasons) = (r.code("outcome"), r.personal("reasons"));
            Command::DecideReview {
                outcome: outcome?,
                reasons,
            }
        }
        A::StartMediation => Command::StartMediation { body: r.text("body") },
        A::EndMediation => Command::EndMediation {
            settled: r.yes("settled"),
        },
        A::HandOverToLitigation => Command::HandOverToLitigation {
            reason: r.text("reason"),
        },
        A::WithdrawComplaint => Command::WithdrawComplaint {
            reason: r.opt_personal("reason"),
        },
        A::Close => Command::Close(r.code("reason")?),
        A::Reopen => Command::Reopen {
            reason: r.text("reason"),
        },
        A::ReceiveNewFacts => Command::ReceiveNewFacts {
            text: r.personal("text"),
        },
        A::ExtendClock => {
            let (clock, step, rank, reason) = (
                r.text("clock"),
                r.number("step"),
                r.code("rank"),
                r.text("reason"),
            );
            Command::ExtendClock {
                clock,
                step: step?,
                rank: rank?,
                reason,
            }
        }
        A::PauseClock => Command::PauseClock {
            reason: r.code("reason")?,
        },
        A::ResumeClock => Command::ResumeClock {
            reason: r.code("reason")?,
        },
        A::DismissSimilar => Command::DismissSimilar {
            other: r.case_id("other")?,
        },
        A::LinkCase => {
            let (other, kind) = (r.case_id("other"), r.code("kind"));
            Command::LinkCase {
                other: other?,
                kind: kind?,
            }
        }
        A::UnlinkCase => Command::UnlinkCase {
            other: r.case_id("other")?,
        },
        A::RecordContact => {
            let (channel, reached) = (r.text("channel"), r.yes("reached"));
            Command::RecordContact(Contact {
                channel,
                reached,
                note: r.opt_personal("note").unwrap_or_else(|| Personal::new("")),
            })
        }
        A::RecordSurvey => {
            let (moment, satisfaction, trust) =
                (r.code("moment"), r.number("satisfaction"), r.number("trust"));
            Command::RecordSurvey {
                moment: moment?,
                satisfaction: satisfaction?,
                trust: trust?,
            }
        }
        // Files come with their content, by a form of their own.
        A::AttachFile => return None,
        A::WithdrawFile => {
            let file = r.text("file").parse().ok();
            let reason = r.personal("reason");
            Command::WithdrawFile { file: file?, reason }
        }
        A::RecordIncident => {
            let (kind, guidance) = (r.text("kind"), r.text("guidance"));
            Command::RecordIncident { kind, guidance }
        }
    })
}

fn lines(text: Option<&str>) -> impl Iterator<Item = &str> {
    text.unwrap_or("")
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
}

fn report(r: &mut Reader<'_>) -> Option<VisitReport> {
    let crew =
        r.c.case
            .facts
            .appointment
            .as_ref()
            .map_or_else(Vec::new, |a| a.crew().to_vec());
    let (outcome, started, ended) = (r.code("outcome"), r.moment("started"), r.moment("ended"));
    let next_channel = r.opt_code("next_channel");
    let started = started?;
    Some(VisitReport {
        outcome: outcome?,
        started_at: started,
        ended_at: ended?,
        // Entered at a desk: there is no other device, and so no skew.
        device_started_at: started,
        device_skew: 0,
        crew,
        entered: r.tick("entered"),
        recorded: r.tick("recorded"),
        own_words: r.opt_personal("own_words").unwrap_or_else(|| Personal::new("")),
        suggestions: lines(r.opt("suggestions")).map(Personal::new).collect(),
        record_confirmed: r.tick("record_confirmed"),
        next_channel,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_of_the_zone_unless_it_names_its_own() {
        let zone = TimeZone::fixed(jiff::tz::offset(8));
        let noon = Some(Timestamp(1_795_406_400_000_000));
        assert_eq!(moment("2026-11-23T12:00", &zone), noon);
        assert_eq!(moment("2026-11-23T04:00:00Z", &zone), noon);
        assert_eq!(moment("2026-11-23T05:00:00+01:00", &zone), noon);
        assert_eq!(moment("2026-11-31T12:00", &zone), None);
        assert_eq!(moment("soon", &zone), None);
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, minor) in [
            ("1,200.50", Some(120_050)),
            ("¥ 88", Some(8800)),
            ("0.5", Some(50)),
            ("-3", None),
            ("1.234", None),
            ("", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(minor_units(text), minor, "{text}");
        }
    }
}
