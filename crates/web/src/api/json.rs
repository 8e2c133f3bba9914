//! JSON as it comes in: no deep nesting, no name twice, no field that nobody reads.
//!
//! A name that stands twice is read differently by different programs, and a misspelt one would be dropped
//! without a word: both are refused by name.

use crate::{
    forms::Mistake,
    lang::Lang,
    words::{Three, pick},
};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use std::fmt;

/// How deep values may stand in each other. What is asked for needs two.
const DEEPEST: usize = 16;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    /// A whole number that fits.
    Count(u64),
    /// Any other number: nothing asks for one.
    Number,
    Text(String),
    List,
    Object(Vec<(String, Json)>),
}

struct Anything;

impl<'de> Visitor<'de> for Anything {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, v: bool) -> Result<Json, E> {
        Ok(Json::Bool(v))
    }

    fn visit_u64<E>(self, v: u64) -> Result<Json, E> {
        Ok(Json::Count(v))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Json, E> {
        Ok(Json::Number)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json, E> {
        Ok(Json::Number)
    }

    fn visit_str<E>(self, v: &str) -> Result<Json, E> {
        Ok(Json::Text(v.to_owned()))
    }

    fn visit_string<E>(self, v: String) -> Result<Json, E> {
        Ok(Json::Text(v))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        while seq.next_element::<Json>()?.is_some() {}
        Ok(Json::List)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut members: Vec<(String, Json)> = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, Json>()? {
            // Objects that are read have few members; long ones would make this slow.
            if members.len() >= 200 {
                return Err(A::Error::custom("an object has more than 200 members"));
            }
            if members.iter().any(|(n, _)| *n == name) {
                return Err(A::Error::custom(format!(
                    "the name {:?} stands twice in one object",
                    shown(&name)
                )));
            }
            members.push((name, value));
        }
        Ok(Json::Object(members))
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(Anything)
    }
}

/// A name of the client's making, cut so that an answer stays short.
fn shown(name: &str) -> String {
    name.chars().take(60).collect()
}

/// Whether brackets outside of texts stand in each other more than [`DEEPEST`] times.
fn too_deep(bytes: &[u8]) -> bool {
    let (mut depth, mut in_text, mut escaped) = (0usize, false, false);
    for b in bytes {
        match b {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => {
                depth += 1;
                if depth > DEEPEST {
                    return true;
                }
            }
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// Reads a body.
///
/// # Errors
/// Why it is no JSON that we take.
pub(super) fn parse(bytes: &[u8]) -> Result<Json, String> {
    if too_deep(bytes) {
        return Err(format!("values stand in each other more than {DEEPEST} deep"));
    }
    serde_json::from_slice(bytes).map_err(|e| format!("the body cannot be read as JSON: {e}"))
}

const NO_TEXT: Three = ["请填写文本", "請填寫文字", "give a text"];
const NO_COUNT: Three = [
    "请填写不小于零的整数",
    "請填寫不小於零的整數",
    "give a whole number, zero or more",
];
const NO_OBJECT: Three = ["请填写对象", "請填寫物件", "give an object"];
const NUL: Three = [
    "含有无法保存的字符（NUL）",
    "含有無法儲存的字元（NUL）",
    "holds a character that cannot be stored (NUL)",
];
const UNKNOWN: Three = ["没有这个字段", "沒有這個欄位", "there is no such field"];
pub(super) const NEEDED: Three = ["请填写", "請填寫", "is needed"];

/// An object being read: each member is taken out once, and what is left over is a mistake.
pub(super) struct Object {
    members: Vec<(String, Json)>,
    /// Where it stands, with a dot at the end; empty for the body itself.
    at: String,
    lang: Lang,
    pub(super) mistakes: Vec<Mistake>,
}

impl Object {
    /// Takes the body as an object.
    ///
    /// # Errors
    /// When it is something else.
    pub(super) fn body(body: Json, lang: Lang) -> Result<Self, String> {
        match body {
            Json::Object(members) => Ok(Object {
                members,
                at: String::new(),
                lang,
                mistakes: Vec::new(),
            }),
            _ => Err("the body must be a JSON object".into()),
        }
    }

    pub(super) fn wrong(&mut self, name: &str, text: Three) {
        self.mistakes.push(Mistake {
            field: format!("{}{}", self.at, shown(name)),
            text: pick(text, self.lang).to_owned(),
        });
    }

    fn take(&mut self, name: &str) -> Json {
        match self.members.iter().position(|(n, _)| n == name) {
            Some(at) => self.members.swap_remove(at).1,
            None => Json::Null,
        }
    }

    /// Returns a text; `None` where it is absent, null, or a mistake.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        match self.take(name) {
            Json::Null => None,
            Json::Text(text) if text.contains('\0') => {
                self.wrong(name, NUL);
                None
            }
            Json::Text(text) => Some(text),
            _ => {
                self.wrong(name, NO_TEXT);
                None
            }
        }
    }

    /// Returns a whole number; `None` as for texts.
    pub(super) fn count(&mut self, name: &str) -> Option<u64> {
        match self.take(name) {
            Json::Null => None,
            // Beyond it, programs that keep numbers as floating point would have lost digits.
            Json::Count(n) if n < 1 << 53 => Some(n),
            _ => {
                self.wrong(name, NO_COUNT);
                None
            }
        }
    }

    /// Returns an object within; `None` as for texts. Hand it back to [`Object::close`].
    pub(super) fn object(&mut self, name: &str) -> Option<Object> {
        match self.take(name) {
            Json::Null => None,
            Json::Object(members) => Some(Object {
                members,
                at: format!("{}{name}.", self.at),
                lang: self.lang,
                mistakes: Vec::new(),
            }),
            _ => {
                self.wrong(name, NO_OBJECT);
                None
            }
        }
    }

    /// Ends the reading of an object within.
    pub(super) fn close(&mut self, inner: Object) {
        self.mistakes.extend(inner.rest());
    }

    /// Returns all mistakes, those included that nobody has taken out.
    pub(super) fn rest(mut self) -> Vec<Mistake> {
        for (name, _) in std::mem::take(&mut self.members) {
            self.wrong(&name, UNKNOWN);
        }
        self.mistakes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_refused_with_the_reason() {
        let deep = "[".repeat(17);
        for (text, why) in [
            ("", "EOF"),
            ("{\"a\":1,\"a\":2}", "\"a\" stands twice"),
            (deep.as_str(), "16 deep"),
            ("{} x", "trailing"),
            ("1e999", "out of range"),
            ("\"\u{1}\"", "control character"),
        ] {
            let e = parse(text.as_bytes()).expect_err(text);
            assert!(e.contains(why), "{text}: {e}");
        }
        assert!(parse(b"\"\xc0\xaf\"").is_err(), "overlong UTF-8");
        let flat = format!("{{\"a\":\"{}\"}}", "[{\\\"".repeat(100));
        assert!(parse(flat.as_bytes()).is_ok(), "brackets in texts do not count");
    }

    #[test]
    fn every_member_is_read_or_named() {
        let body =
            parse(br#"{"a":"x","b":1,"c":{"d":"y","e":true},"f":null,"g":-1,"h":"\u0000"}"#).expect("JSON");
        let mut o = Object::body(body, Lang::En).expect("an object");
        assert_eq!(o.text("a").as_deref(), Some("x"));
        assert_eq!(o.count("b"), Some(1));
        let mut c = o.object("c").expect("there");
        assert_eq!(c.text("d").as_deref(), Some("y"));
        o.close(c);
        assert_eq!(o.text("f"), None);
        assert_eq!(o.count("g"), None);
        assert_eq!(o.text("h"), None);
        let fields: Vec<String> = o.rest().into_iter().map(|m| m.field).collect();
        assert_eq!(fields, ["c.e", "g", "h"]);
    }
}
