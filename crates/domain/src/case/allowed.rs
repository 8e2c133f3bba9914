//! The allowed-actions table: state × action × role, as data. Every front reads it to show what is
//! possible and to say why the rest is not; [`super::decide`] refuses by the same rows.
//!
//! The printed table is kept in `crates/domain/tests/snapshots` and reviewed like a text of law.

use super::{Case, refusal::Refusal, state::State};
use crate::staff::Role;
use State as S;
use std::fmt::Write as _;

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        /// What can be done to a case.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action { $($(#[$doc])* $name,)* }

        impl Action {
            /// Every action, in the order of the table.
            pub const ALL: &'static [Action] = &[$(Action::$name,)*];

            /// Returns the stable code.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Action::$name => $code,)* }
            }
        }
    };
}

actions! {
    /// 登记投诉
    Receive = "receive";
    /// 告知收悉
    Acknowledge = "acknowledge";
    /// 分派
    Assign = "assign";
    /// 增加投诉事项
    AddAllegation = "add_allegation";
    /// 开始初步审核
    StartReview = "start_review";
    /// 审核投诉事项
    Assess = "assess";
    /// 受理
    Accept = "accept";
    /// 不予受理
    Decline = "decline";
    /// 决定是否邀约
    DecideScreening = "decide_screening";
    /// 客户对筛选提出异议
    ObjectToScreening = "object_to_screening";
    /// 邀约上门
    OfferVisit = "offer_visit";
    /// 记录同意
    GiveConsent = "give_consent";
    /// 记录客户谢绝上门
    RefuseVisit = "refuse_visit";
    /// 记录客户撤回同意
    WithdrawConsent = "withdraw_consent";
    /// 认定同意无效
    InvalidateConsent = "invalidate_consent";
    /// 排期
    ScheduleVisit = "schedule_visit";
    /// 发送预约告知
    SendNotice = "send_notice";
    /// 取消上门
    CancelVisit = "cancel_visit";
    /// 上门报告
    ReportVisit = "report_visit";
    /// 转其他渠道
    OpenChannel = "open_channel";
    /// 记录核实结论
    RecordFinding = "record_finding";
    /// 拟定方案
    ProposeRemedy = "propose_remedy";
    /// 审批方案
    VoteOnRemedy = "vote_on_remedy";
    /// 提出方案
    MakeOffer = "make_offer";
    /// 记录对案
    RecordCounterOffer = "record_counter_offer";
    /// 协商未成
    EndNegotiation = "end_negotiation";
    /// 签署和解协议
    SignAgreement = "sign_agreement";
    /// 告知处理决定
    NotifyDecision = "notify_decision";
    /// 增加落实任务
    AddTask = "add_task";
    /// 完成任务
    CompleteTask = "complete_task";
    /// 复核任务
    VerifyTask = "verify_task";
    /// 客户申请核查
    RequestReview = "request_review";
    /// 核查决定
    DecideReview = "decide_review";
    /// 开始调解
    StartMediation = "start_mediation";
    /// 结束调解
    EndMediation = "end_mediation";
    /// 移交诉讼
    HandOverToLitigation = "hand_over_to_litigation";
    /// 客户撤回投诉
    WithdrawComplaint = "withdraw_complaint";
    /// 结案
    Close = "close";
    /// 重新打开
    Reopen = "reopen";
    /// 收到新事实
    ReceiveNewFacts = "receive_new_facts";
    /// 延长时限
    ExtendClock = "extend_clock";
    /// 告知延期
    NotifyExtension = "notify_extension";
    /// 暂停计时
    PauseClock = "pause_clock";
    /// 恢复计时
    ResumeClock = "resume_clock";
    /// 提示相似案件
    NoteSimilar = "note_similar";
    /// 确认为另案
    DismissSimilar = "dismiss_similar";
    /// 关联案件
    LinkCase = "link_case";
    /// 解除关联
    UnlinkCase = "unlink_case";
    /// 记录联系
    RecordContact = "record_contact";
    /// 记录回访
    RecordSurvey = "record_survey";
    /// 记录突发情况
    RecordIncident = "record_incident";
    /// 添加文件
    AttachFile = "attach_file";
    /// 撤下文件
    WithdrawFile = "withdraw_file";
}

/// One row: an action, the states it is possible in, and the roles that may do it there.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// What.
    pub action: Action,
    /// In which states.
    pub states: &'static [State],
    /// By whom.
    pub roles: &'static [Role],
}

const DESK: &[Role] = &[Role::Handler, Role::Supervisor];
const DESK_OR_SYSTEM: &[Role] = &[Role::Handler, Role::Supervisor, Role::System];
const APPROVERS: &[Role] = &[Role::Supervisor, Role::Compliance];
const VISITORS: &[Role] = &[
    Role::Handler,
    Role::RelationshipManager,
    Role::LegalCounsel,
    Role::ServiceSpecialist,
    Role::Technician,
    Role::Supervisor,
];
/// Everybody who works on a case; the program for files that come with a complaint.
const FILERS: &[Role] = &[
    Role::Handler,
    Role::RelationshipManager,
    Role::LegalCounsel,
    Role::ServiceSpecialist,
    Role::Technician,
    Role::Supervisor,
    Role::Compliance,
    Role::System,
];
const FRONT: &[Role] = &[Role::Handler, Role::RelationshipManager, Role::Supervisor];

/// Before the decision has been reached: the states in which the case is being worked on.
const WORKING: &[State] = &[
    S::Received,
    S::Acknowledged,
    S::UnderReview,
    S::Accepted,
    S::Screened,
    S::VisitOffered,
    S::DeskHandling,
    S::Consented,
    S::Scheduled,
    S::Visited,
    S::VisitFailed,
    S::Verified,
    S::RemedyProposed,
    S::Negotiating,
    S::NotAgreed,
    S::InReview,
    S::InMediation,
];
const OPEN: &[State] = &[
    S::Received,
    S::Acknowledged,
    S::UnderReview,
    S::Declined,
    S::Accepted,
    S::Screened,
    S::VisitOffered,
    S::DeskHandling,
    S::Consented,
    S::Scheduled,
    S::Visited,
    S::VisitFailed,
    S::Verified,
    S::RemedyProposed,
    S::Negotiating,
    S::Agreed,
    S::Executed,
    S::NotAgreed,
    S::InReview,
    S::InMediation,
    S::InLitigation,
    S::Withdrawn,
];
const OPEN_OR_CLOSED: &[State] = &[
    S::Received,
    S::Acknowledged,
    S::UnderReview,
    S::Declined,
    S::Accepted,
    S::Screened,
    S::VisitOffered,
    S::DeskHandling,
    S::Consented,
    S::Scheduled,
    S::Visited,
    S::VisitFailed,
    S::Verified,
    S::RemedyProposed,
    S::Negotiating,
    S::Agreed,
    S::Executed,
    S::NotAgreed,
    S::InReview,
    S::InMediation,
    S::InLitigation,
    S::Withdrawn,
    S::Closed,
];
const EARLY: &[State] = &[S::Received, S::Acknowledged, S::UnderReview];

const fn rule(action: Action, states: &'static [State], roles: &'static [Role]) -> Rule {
    Rule {
        action,
        states,
        roles,
    }
}

/// The table. An action may have several rows; a state × role is allowed when one row allows it.
pub const ALLOWED: &[Rule] = &[
    rule(Action::Receive, &[S::New], DESK_OR_SYSTEM),
    rule(Action::Acknowledge, &[S::Received], DESK_OR_SYSTEM),
    rule(Action::Assign, OPEN, DESK_OR_SYSTEM),
    rule(Action::AddAllegation, EARLY, DESK),
    rule(Action::StartReview, &[S::Acknowledged], DESK),
    rule(Action::Assess, &[S::UnderReview], DESK),
    rule(Action::Accept, &[S::UnderReview], DESK),
    rule(Action::Decline, &[S::UnderReview], APPROVERS),
    rule(
        Action::DecideScreening,
        &[S::Accepted, S::Screened, S::DeskHandling],
        DESK,
    ),
    rule(
        Action::ObjectToScreening,
        &[S::Screened, S::VisitOffered, S::DeskHandling],
        FRONT,
    ),
    rule(
        Action::OfferVisit,
        &[S::Screened, S::DeskHandling, S::VisitFailed],
        FRONT,
    ),
    rule(
        Action::GiveConsent,
        &[S::VisitOffered, S::Consented, S::Scheduled],
        FRONT,
    ),
    rule(Action::RefuseVisit, &[S::VisitOffered], FRONT),
    rule(
        Action::WithdrawConsent,
        &[S::Consented, S::Scheduled, S::Visited, S::VisitFailed],
        VISITORS,
    ),
    rule(
        Action::InvalidateConsent,
        &[S::Consented, S::Scheduled, S::Visited, S::VisitFailed],
        &[Role::LegalCounsel, Role::Supervisor, Role::Compliance],
    ),
    rule(
        Action::ScheduleVisit,
        &[S::Consented, S::Scheduled, S::VisitFailed],
        FRONT,
    ),
    rule(
        Action::SendNotice,
        &[S::Scheduled],
        &[
            Role::Handler,
            Role::RelationshipManager,
            Role::Supervisor,
            Role::System,
        ],
    ),
    rule(Action::CancelVisit, &[S::Scheduled], FRONT),
    rule(Action::ReportVisit, &[S::Scheduled], VISITORS),
    rule(
        Action::OpenChannel,
        &[
            S::Screened,
            S::VisitOffered,
            S::DeskHandling,
            S::Consented,
            S::VisitFailed,
            S::Visited,
        ],
        FRONT,
    ),
    rule(
        Action::RecordFinding,
        &[S::Visited, S::DeskHandling, S::Verified],
        VISITORS,
    ),
    rule(
        Action::ProposeRemedy,
        &[S::Verified, S::RemedyProposed, S::Negotiating, S::NotAgreed],
        &[
            Role::Handler,
            Role::RelationshipManager,
            Role::LegalCounsel,
            Role::Supervisor,
        ],
    ),
    rule(
        Action::VoteOnRemedy,
        &[S::RemedyProposed, S::Negotiating],
        APPROVERS,
    ),
    rule(Action::MakeOffer, &[S::RemedyProposed, S::Negotiating], FRONT),
    rule(Action::RecordCounterOffer, &[S::Negotiating], FRONT),
    rule(
        Action::EndNegotiation,
        &[S::RemedyProposed, S::Negotiating],
        FRONT,
    ),
    rule(
        Action::SignAgreement,
        &[S::Negotiating],
        &[
            Role::Handler,
            Role::RelationshipManager,
            Role::LegalCounsel,
            Role::Supervisor,
        ],
    ),
    rule(
        Action::NotifyDecision,
        &[S::Declined, S::Verified, S::Negotiating, S::NotAgreed],
        DESK,
    ),
    rule(Action::AddTask, &[S::Agreed], DESK),
    rule(Action::CompleteTask, &[S::Agreed], VISITORS),
    rule(
        Action::VerifyTask,
        &[S::Agreed],
        &[Role::Handler, Role::Supervisor, Role::Compliance],
    ),
    rule(
        Action::RequestReview,
        &[S::Verified, S::Declined, S::Negotiating, S::NotAgreed, S::Closed],
        DESK,
    ),
    rule(Action::DecideReview, &[S::InReview], APPROVERS),
    rule(
        Action::StartMediation,
        &[
            S::DeskHandling,
            S::Verified,
            S::RemedyProposed,
            S::Negotiating,
            S::NotAgreed,
        ],
        &[Role::Handler, Role::LegalCounsel, Role::Supervisor],
    ),
    rule(
        Action::EndMediation,
        &[S::InMediation],
        &[Role::Handler, Role::LegalCounsel, Role::Supervisor],
    ),
    rule(
        Action::HandOverToLitigation,
        &[S::NotAgreed, S::InReview, S::InMediation],
        &[Role::LegalCounsel, Role::Supervisor],
    ),
    rule(Action::WithdrawComplaint, WORKING, DESK),
    rule(
        Action::Close,
        &[
            S::Declined,
            S::Verified,
            S::Executed,
            S::NotAgreed,
            S::InLitigation,
            S::Withdrawn,
        ],
        DESK,
    ),
    rule(Action::Close, EARLY, DESK),
    rule(
        Action::Reopen,
        &[S::Closed],
        &[Role::Supervisor, Role::Compliance],
    ),
    rule(Action::ReceiveNewFacts, WORKING, DESK_OR_SYSTEM),
    rule(Action::ExtendClock, WORKING, APPROVERS),
    rule(Action::NotifyExtension, WORKING, DESK_OR_SYSTEM),
    rule(Action::PauseClock, WORKING, APPROVERS),
    rule(Action::ResumeClock, WORKING, DESK),
    rule(Action::NoteSimilar, OPEN, &[Role::System]),
    rule(Action::DismissSimilar, OPEN, DESK),
    rule(Action::LinkCase, OPEN_OR_CLOSED, DESK_OR_SYSTEM),
    rule(Action::UnlinkCase, OPEN_OR_CLOSED, DESK),
    rule(Action::RecordContact, OPEN_OR_CLOSED, VISITORS),
    rule(Action::RecordSurvey, OPEN_OR_CLOSED, DESK_OR_SYSTEM),
    rule(
        Action::RecordIncident,
        &[S::Scheduled, S::Visited, S::VisitFailed],
        VISITORS,
    ),
    rule(Action::AttachFile, OPEN, FILERS),
    // Late papers belong to the record too: a letter of the regulator or the court, a signed receipt.
    // Whoever worked on the case adds nothing to it any more; those who watch over it and the lawyers do.
    rule(
        Action::AttachFile,
        &[S::Closed],
        &[Role::LegalCounsel, Role::Supervisor, Role::Compliance],
    ),
    rule(
        Action::WithdrawFile,
        OPEN,
        &[Role::Handler, Role::Supervisor, Role::Compliance],
    ),
    // A file that was attached to the wrong case must be taken out whenever that is noticed.
    rule(
        Action::WithdrawFile,
        &[S::Closed],
        &[Role::Supervisor, Role::Compliance],
    ),
];

/// Says whether `role` may do `action` in `state`, or why not.
///
/// # Errors
/// [`Refusal::NotInThisState`] where nobody may, [`Refusal::NotInThisRole`] where others may.
pub fn check(action: Action, state: State, role: Role) -> Result<(), Refusal> {
    let mut possible = false;
    for rule in ALLOWED
        .iter()
        .filter(|r| r.action == action && r.states.contains(&state))
    {
        possible = true;
        if rule.roles.contains(&role) {
            return Ok(());
        }
    }
    Err(if possible {
        Refusal::NotInThisRole { action, state, role }
    } else {
        Refusal::NotInThisState { action, state }
    })
}

/// Returns every action with whether `role` may do it now, or why not.
#[must_use]
pub fn allowed_actions(case: &Case, role: Role) -> Vec<(Action, Result<(), Refusal>)> {
    let state = case.state();
    Action::ALL.iter().map(|&a| (a, check(a, state, role))).collect()
}

/// Returns the whole table as text for reviewers: a block for each state, a line for each action.
#[must_use]
pub fn table_text() -> String {
    let mut out = String::new();
    for &state in State::ALL {
        let [zh, _, en] = state.labels();
        let _ = writeln!(out, "{} ({zh}, {en})", state.code());
        for &action in Action::ALL {
            let roles: Vec<String> = Role::ALL
                .iter()
                .filter(|&&r| check(action, state, r).is_ok())
                .map(|r| format!("{r:?}"))
                .collect();
            if !roles.is_empty() {
                let _ = writeln!(out, "  {:<24} {}", action.code(), roles.join(", "));
            }
        }
        out.push('\n');
    }
    out
}
