//! The words of the programme: what happened to it, and what is wrong with a field.

use super::{Three, pick};
use crate::lang::Lang;
use app::programme::{Fault, ProgrammeEvent as E};

/// Returns what happened, such as "objective added".
pub(crate) fn programme_event(event: &E, lang: Lang) -> &'static str {
    let three: Three = match event {
        E::ObjectiveAdded { .. } => ["增加了目标", "增加了目標", "added the objective"],
        E::ObjectiveChanged { .. } => ["修改了目标", "修改了目標", "changed the objective"],
        E::ObjectiveRemoved { .. } => ["删除了目标", "刪除了目標", "removed the objective"],
        E::StepAdded { .. } => ["增加了步骤", "增加了步驟", "added the step"],
        E::StepChanged { .. } => ["修改了步骤", "修改了步驟", "changed the step"],
        E::StepRemoved { .. } => ["删除了步骤", "刪除了步驟", "removed the step"],
        E::StepDone { .. } => ["完成了步骤", "完成了步驟", "finished the step"],
        E::StepReopened { .. } => ["重新打开了步骤", "重新開啟了步驟", "reopened the step"],
    };
    pick(three, lang)
}

/// Returns what is wrong with a field, and what to do.
pub(crate) fn programme_fault(fault: Fault, lang: Lang) -> String {
    let three: Three = match fault {
        Fault::TooLong(most) => {
            return match lang {
                Lang::ZhCn => format!("最多 {most} 个字符"),
                Lang::ZhTw => format!("最多 {most} 個字元"),
                Lang::En => format!("use at most {most} characters"),
            };
        }
        Fault::Missing => ["请填写", "請填寫", "is needed"],
        Fault::OutOfRange => [
            "请填写 2000 年至 2199 年之间的日期",
            "請填寫 2000 年至 2199 年之間的日期",
            "give a date between 2000 and 2199",
        ],
        Fault::EndsBeforeStart => [
            "计划完成不能早于计划开始",
            "計畫完成不能早於計畫開始",
            "the planned end cannot be before the planned start",
        ],
        Fault::InFuture => [
            "实际日期不能晚于今天",
            "實際日期不能晚於今天",
            "what has happened cannot lie after today",
        ],
        Fault::EndedBeforeBegin => [
            "实际完成不能早于实际开始",
            "實際完成不能早於實際開始",
            "a step cannot end before it began",
        ],
        Fault::Gone => [
            "它已经不在计划中了，请返回工作计划查看",
            "它已經不在計畫中了，請返回工作計畫查看",
            "it is no longer in the programme; go back and look",
        ],
        Fault::AlreadyDone => ["此步骤已经完成", "此步驟已經完成", "this step is done already"],
        Fault::NotDone => ["此步骤尚未完成", "此步驟尚未完成", "this step is not done"],
        Fault::Full => [
            "数量已达上限，请先删除不再需要的",
            "數量已達上限，請先刪除不再需要的",
            "there are as many as there may be; remove one that is no longer needed",
        ],
    };
    pick(three, lang).to_owned()
}
