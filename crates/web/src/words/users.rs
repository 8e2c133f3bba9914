//! The words of the users' pages: what is wrong with a field, and what was done.

use super::{Three, pick};
use crate::{forms::Mistake, lang::Lang};

/// Returns the mistake of a field, with its whole rule: which part of it was broken is plain to see.
pub(crate) fn user_mistake(field: &str, lang: Lang) -> Mistake {
    let (field, three): (&str, Three) = match field {
        "id" => (
            "id",
            [
                "请用 1 至 60 个小写字母、数字或 - _ . @（行内目录中的账号）",
                "請用 1 至 60 個小寫字母、數字或 - _ . @（行內目錄中的帳號）",
                "use 1 to 60 letters a-z, digits, and - _ . @ (the bank's directory name)",
            ],
        ),
        "exists" => (
            "id",
            [
                "已有这个账号；请在列表中打开它",
                "已有這個帳號；請在列表中開啟它",
                "there is a user of this id already; open it in the list",
            ],
        ),
        "name" => (
            "name",
            [
                "请填写 1 至 60 个字的姓名",
                "請填寫 1 至 60 個字的姓名",
                "give a name of 1 to 60 characters",
            ],
        ),
        "branch" => (
            "branch",
            [
                "请填写网点代码",
                "請填寫分行代碼",
                "give a branch code of 1 to 60 characters",
            ],
        ),
        "roles" => (
            "roles",
            [
                "请至少选择一个角色",
                "請至少選擇一個角色",
                "choose at least one role",
            ],
        ),
        "own_roles" => (
            "roles",
            [
                "不能取消自己的系统管理员角色，请由另一位管理员办理",
                "不能取消自己的系統管理員角色，請由另一位管理員辦理",
                "nobody takes the administrator's role from themselves; ask another administrator",
            ],
        ),
        "role" => (
            "role",
            [
                "请选择此用户拥有的角色",
                "請選擇此使用者擁有的角色",
                "choose a role that this user has",
            ],
        ),
        "password" => (
            "password",
            [
                "密码至少 10 个字符，最多 256 字节，且不能只重复一个字符",
                "密碼至少 10 個字元，最多 256 位元組，且不能只重複一個字元",
                "use at least 10 characters, at most 256 bytes, and more than one character over and over",
            ],
        ),
        "label" => (
            "label",
            [
                "请用 1 至 60 个字说明令牌的用途",
                "請用 1 至 60 個字說明權杖的用途",
                "say in 1 to 60 characters what the token is for",
            ],
        ),
        "days" => (
            "days",
            [
                "有效期为 1 至 366 天",
                "有效期為 1 至 366 天",
                "a token lasts 1 to 366 days",
            ],
        ),
        _ => (
            "user",
            [
                "不能停用自己，请由另一位管理员办理",
                "不能停用自己，請由另一位管理員辦理",
                "nobody switches off themselves; ask another administrator",
            ],
        ),
    };
    Mistake {
        field: field.to_owned(),
        text: pick(three, lang).to_owned(),
    }
}

/// Returns what was done to a user; empty for anything else.
pub(crate) fn user_done(what: &str, lang: Lang) -> &'static str {
    let three: Three = match what {
        "roles" => ["角色已更改", "角色已變更", "The roles were changed"],
        "password" => ["密码已设置", "密碼已設定", "The password was set"],
        "off" => ["用户已停用", "使用者已停用", "The user was switched off"],
        "on" => ["用户已启用", "使用者已啟用", "The user was switched on"],
        "revoke" => ["令牌已吊销", "權杖已撤銷", "The token was revoked"],
        _ => return "",
    };
    pick(three, lang)
}
