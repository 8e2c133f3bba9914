//! Refusals of the domain in the reader's language; English comes from the domain itself.

use crate::{
    lang::{Lang, at},
    words,
};
use domain::case::Refusal;

/// Returns why something is refused, and what to do.
pub(crate) fn refusal(refusal: &Refusal, lang: Lang) -> String {
    use Refusal as R;
    if lang == Lang::En {
        return match refusal {
            R::NotInThisState { state, .. } => {
                format!("not possible while the case is {}", state.labels()[2])
            }
            R::NotInThisRole { role, .. } => format!("not for the role {}", words::role(*role, lang)),
            R::FileTooLarge { limit, .. } => format!("the file is larger than {}", words::size(*limit)),
            R::FilesTooLarge { limit, .. } => {
                format!("the files of one case may have {} together", words::size(*limit))
            }
            R::FileTwice(_) => "the case holds a file with the very same content already".to_owned(),
            other => other.to_string(),
        };
    }
    let scope = |s| words::option("scope", &words::code_of(s), lang);
    let (hans, hant) = match refusal {
        R::NotInThisState { state, .. } => {
            let name = state.labels()[at(lang)];
            (
                format!("案件处于“{name}”时不能办理"),
                format!("案件處於「{name}」時不能辦理"),
            )
        }
        R::NotInThisRole { role, .. } => {
            let name = words::role(*role, lang);
            (format!("{name}不能办理此项"), format!("{name}不能辦理此項"))
        }
        R::NoAllegation => pair("至少需要一项投诉事项", "至少需要一項投訴事項"),
        R::TooMany { limit, .. } => (format!("最多 {limit} 项"), format!("最多 {limit} 項")),
        R::ReceivedInTheFuture => pair("收到日期晚于登记时间，请核对", "收到日期晚於登記時間，請核對"),
        R::BeforeReceipt => pair("早于收到投诉的时间，请核对日期", "早於收到投訴的時間，請核對日期"),
        R::NoSuchAllegation(no) => (
            format!("没有第 {} 项投诉事项", no.0),
            format!("沒有第 {} 項投訴事項", no.0),
        ),
        R::NotAssessed(no) => (
            format!("第 {} 项投诉事项尚未审核；每一项都要判断是否属实、是否合理", no.0),
            format!("第 {} 項投訴事項尚未審核；每一項都要判斷是否屬實、是否合理", no.0),
        ),
        R::NotVerified(no) => (
            format!("第 {} 项投诉事项尚无核实结论，请先核实", no.0),
            format!("第 {} 項投訴事項尚無核實結論，請先核實", no.0),
        ),
        R::UpheldNeedsRemedy => pair(
            "有投诉事项属实且合理，应先提出方案，不能直接结案",
            "有投訴事項屬實且合理，應先提出方案，不能直接結案",
        ),
        R::AppointmentStands => pair(
            "已有排定的上门；重新取得上门同意之前请先取消或改期",
            "已有排定的上門；重新取得上門同意之前請先取消或改期",
        ),
        R::ReasonsMissing => pair("需要写明理由：客户有权了解", "需要寫明理由：客戶有權了解"),
        R::ObjectionNeedsAnotherPerson => pair(
            "客户已提出异议，不能由原决定人再次决定",
            "客戶已提出異議，不能由原決定人再次決定",
        ),
        R::NotSelected => pair(
            "筛选未选中邀约上门，请先重新作出筛选决定",
            "篩選未選中邀約上門，請先重新作出篩選決定",
        ),
        R::HeldOut => pair("案件在对照组，按常规渠道处理", "案件在對照組，按常規管道處理"),
        R::NoLiveConsent(s) => (
            format!("没有有效的“{}”同意；未经同意不上门", scope(*s)),
            format!("沒有有效的「{}」同意；未經同意不上門", scope(*s)),
        ),
        R::VisitingConsentFirst => pair("请先取得上门的同意", "請先取得上門的同意"),
        R::BadWindow => pair("结束时间须晚于开始时间", "結束時間須晚於開始時間"),
        R::ConsentNeedsWindowAndPlace => {
            pair("上门同意需要至少一个时段和地点", "上門同意需要至少一個時段和地點")
        }
        R::ConsentWithoutPlace => pair("同意记录中没有地点", "同意紀錄中沒有地點"),
        R::WindowNotConsented => pair(
            "客户没有同意这个时间；请在客户同意的时段之内选择，或者再征询",
            "客戶沒有同意這個時間；請在客戶同意的時段之內選擇，或者再徵詢",
        ),
        R::WindowInThePast => pair("预约时间已经过去", "預約時間已經過去"),
        R::CrewTooSmall { have, need } => (
            format!("上门小组有 {have} 人，至少需要 {need} 人"),
            format!("上門小組有 {have} 人，至少需要 {need} 人"),
        ),
        R::CrewNamesSomebodyTwice => pair("同一个人被写了两次", "同一個人被寫了兩次"),
        R::RoleDoesNotVisit(role) => (
            format!("{}不参加上门", words::role(*role, lang)),
            format!("{}不參加上門", words::role(*role, lang)),
        ),
        R::NoAppointment => pair("没有排定的上门", "沒有排定的上門"),
        R::NoticeMissing => pair(
            "预约告知尚未发出；客户须事先知道谁来、何时、为何",
            "預約告知尚未發出；客戶須事先知道誰來、何時、為何",
        ),
        R::BadReportTimes => pair(
            "时间不合：离开须晚于到达，报告须在结束之后",
            "時間不合：離開須晚於到達，報告須在結束之後",
        ),
        R::StrangerInCrew => pair("报告中有不属于本次上门小组的人", "報告中有不屬於本次上門小組的人"),
        R::NextChannelMissing => pair("上门终止时须同时选择改用的渠道", "上門終止時須同時選擇改用的管道"),
        R::MediationIsItsOwnAction => pair(
            "调解须双方同意，请用“开始调解”",
            "調解須雙方同意，請用「開始調解」",
        ),
        R::FindingNeedsBasis => pair(
            "结论须有依据；认定属实时还须有证据",
            "結論須有依據；認定屬實時還須有證據",
        ),
        R::BadTerms => pair(
            "方案至少一项，金额币种一致且不为负",
            "方案至少一項，金額幣別一致且不為負",
        ),
        R::NoSuchProposal(no) => (format!("本轮没有方案 {no}"), format!("本輪沒有方案 {no}")),
        R::FourEyes => pair("拟定人不审批，须由另一人表决", "擬定人不審批，須由另一人表決"),
        R::AlreadyVoted(no) => (
            format!("方案 {no} 已表决，不能更改"),
            format!("方案 {no} 已表決，不能更改"),
        ),
        R::AboveAuthority { cost, limit } => (
            format!(
                "方案金额 {} 元超过您的权限 {} 元，请由权限更高的人审批",
                yuan(*cost),
                yuan(*limit)
            ),
            format!(
                "方案金額 {} 元超過您的權限 {} 元，請由權限更高的人審批",
                yuan(*cost),
                yuan(*limit)
            ),
        ),
        R::NotApproved(no) => (format!("方案 {no} 尚未批准"), format!("方案 {no} 尚未批准")),
        R::NoOffer => pair("还没有向客户提出方案，无可签署", "還沒有向客戶提出方案，無可簽署"),
        R::BadDocumentHash => pair(
            "签署文本的哈希须为 64 位十六进制数",
            "簽署文本的雜湊須為 64 位十六進位數",
        ),
        R::AlreadyNotified => pair("本轮已告知过客户处理决定", "本輪已告知過客戶處理決定"),
        R::NoSuchTask(no) => (format!("没有任务 {}", no.0), format!("沒有任務 {}", no.0)),
        R::TaskNotOpen(no) => (
            format!("任务 {} 不是待办", no.0),
            format!("任務 {} 不是待辦", no.0),
        ),
        R::TaskNotDone(no) => (
            format!("任务 {} 尚未完成", no.0),
            format!("任務 {} 尚未完成", no.0),
        ),
        R::ProofMissing => pair("需要证明：文件编号或内容哈希", "需要證明：文件編號或內容雜湊"),
        R::ReviewerWasInvolved => pair("核查须由未参与本案的人决定", "核查須由未參與本案的人決定"),
        R::DecisionNotNotified => pair(
            "尚未告知客户处理决定、理由与救济途径，不能结案",
            "尚未告知客戶處理決定、理由與救濟途徑，不能結案",
        ),
        R::OpenTasks(n) => (
            format!("还有 {n} 项承诺未完成并复核"),
            format!("還有 {n} 項承諾未完成並覆核"),
        ),
        R::PendingApprovals(n) => (
            format!("还有 {n} 个方案等待审批"),
            format!("還有 {n} 個方案等待審批"),
        ),
        R::CloseReasonDoesNotFit(state) => {
            let name = state.labels()[at(lang)];
            (
                format!("此结案方式不适合“{name}”的案件"),
                format!("此結案方式不適合「{name}」的案件"),
            )
        }
        R::AlreadyPaused => pair("已因同一原因暂停", "已因同一原因暫停"),
        R::NotPaused => pair("没有因此原因暂停", "沒有因此原因暫停"),
        R::NothingToNotify => pair("没有待告知客户的延期", "沒有待告知客戶的延期"),
        R::WrongExtensionStep { step, expected } => (
            format!("不能做第 {step} 次延长，应为第 {expected} 次"),
            format!("不能做第 {step} 次延長，應為第 {expected} 次"),
        ),
        R::LinkToItself => pair("案件不能与自身关联", "案件不能與自身關聯"),
        R::AlreadyLinked(id) => (format!("已与 {id} 关联"), format!("已與 {id} 關聯")),
        R::NotLinked(id) => (format!("未与 {id} 关联"), format!("未與 {id} 關聯")),
        R::NotADuplicate => pair("须先与继续处理的案件关联为重复", "須先與繼續處理的案件關聯為重複"),
        R::BadSurvey => pair("评分为 1 至 5", "評分為 1 至 5"),
        R::EmptyFile => pair("文件是空的", "檔案是空的"),
        R::FileTooLarge { limit, .. } => (
            format!("文件超过 {}", words::size(*limit)),
            format!("檔案超過 {}", words::size(*limit)),
        ),
        R::FilesTooLarge { limit, .. } => (
            format!("本案文件合计不得超过 {}", words::size(*limit)),
            format!("本案檔案合計不得超過 {}", words::size(*limit)),
        ),
        R::BadFile => pair("文件的登记信息有误", "檔案的登記資訊有誤"),
        R::FileTwice(_) => pair("本案已有内容完全相同的文件", "本案已有內容完全相同的檔案"),
        R::NoSuchFile(_) => pair("本案没有这个文件", "本案沒有這個檔案"),
        R::FileWithdrawn(_) => pair("该文件此前已撤下", "該檔案此前已撤下"),
        R::FileIsAgreement(_) => pair(
            "该文件是已签署的和解协议，不能撤下",
            "該檔案是已簽署的和解協議，不能撤下",
        ),
        R::Empty { .. } => pair("有必填内容为空", "有必填內容為空"),
        R::TooLong { limit, .. } => (
            format!("内容超过 {limit} 个字符"),
            format!("內容超過 {limit} 個字元"),
        ),
    };
    if lang == Lang::ZhTw { hant } else { hans }
}

fn pair(hans: &str, hant: &str) -> (String, String) {
    (hans.to_owned(), hant.to_owned())
}

/// Minor units as yuan with two decimals.
fn yuan(minor: i64) -> String {
    let abs = minor.unsigned_abs();
    format!(
        "{}{}.{:02}",
        if minor < 0 { "-" } else { "" },
        abs / 100,
        abs % 100
    )
}
