//! The stored payload: public JSON, and the personal texts sealed beside it (README.md, "Payload").

use crate::{Body, StoreError, bytes, keys, work::StreamId};
use domain::{CustomerId, EventId};
use serde_json::Value;
use zeroize::Zeroizing;

/// The version byte of the encoding below.
const VERSION: u8 = 1;
/// How deep a body may be nested.
const DEPTH: usize = 100;
/// The algorithm name of a payload without personal texts.
const NONE: &str = "none";

/// A body taken apart: the JSON to store, and the texts to seal, by position.
pub(crate) struct Split {
    pub(crate) public: Vec<u8>,
    pub(crate) texts: Vec<Zeroizing<String>>,
}

/// How a mark begins. Within a string its quotes would be written as `\"`, so wherever these bytes
/// stand, an object begins.
const MARK: &[u8] = b"{\"personal\":";

/// Takes the personal texts out of a body.
pub(crate) fn split(body: &Body) -> Result<Split, String> {
    let json = body.as_str().as_bytes();
    if is_deep(json) {
        return Err(format!("the body is nested deeper than {DEPTH}"));
    }
    let mut split = Split {
        public: Vec::with_capacity(json.len()),
        texts: Vec::new(),
    };
    let mut done = 0;
    for at in memchr::memmem::find_iter(json, MARK) {
        let from = at + MARK.len();
        let end = from + value_length(&json[from..])?;
        if json.get(end) != Some(&b'}') {
            // More fields beside it: no mark.
            continue;
        }
        match &json[from..end] {
            b"null" => {}
            text @ [b'"', ..] => {
                split.public.extend_from_slice(&json[done..from]);
                split
                    .public
                    .extend_from_slice(split.texts.len().to_string().as_bytes());
                let text = serde_json::from_slice(text).map_err(|e| format!("the body is not JSON: {e}"))?;
                split.texts.push(Zeroizing::new(text));
                done = end;
            }
            _ => return Err("a field \"personal\" holds neither a text nor null".into()),
        }
    }
    split.public.extend_from_slice(&json[done..]);
    Ok(split)
}

/// Returns how long the JSON value is with which `json` begins.
fn value_length(json: &[u8]) -> Result<usize, String> {
    if json.first() == Some(&b'"') {
        let mut at = 1;
        while let Some(n) = memchr::memchr2(b'"', b'\\', json.get(at..).unwrap_or_default()) {
            at += n + 1;
            if json[at - 1] == b'"' {
                return Ok(at);
            }
            at += 1;
        }
    }
    let mut values = serde_json::Deserializer::from_slice(json).into_iter::<serde::de::IgnoredAny>();
    match values.next() {
        Some(Ok(_)) => Ok(values.byte_offset()),
        _ => Err("the body is not JSON".into()),
    }
}

/// Whether a body is nested too deep to be read back.
fn is_deep(json: &[u8]) -> bool {
    // Few brackets cannot nest deep, wherever they stand.
    if memchr::memchr2_iter(b'{', b'[', json).take(DEPTH + 1).count() <= DEPTH {
        return false;
    }
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for b in json {
        match b {
            _ if escaped => escaped = false,
            b'\\' => escaped = quoted,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => {
                depth += 1;
                if depth > DEPTH {
                    return true;
                }
            }
            b'}' | b']' if !quoted => depth -= 1,
            _ => {}
        }
    }
    false
}

/// What a sealed blob is bound to, so that it cannot be moved to another event.
fn aad(stream: &StreamId, seq: u64, id: EventId) -> Vec<u8> {
    let mut out = Vec::with_capacity(80);
    bytes::put_bytes(&mut out, stream.as_str().as_bytes());
    bytes::put_u64(&mut out, seq);
    out.extend_from_slice(&id.bytes());
    out
}

/// Makes the stored bytes. `key` is needed only when there are texts.
pub(crate) fn encode(
    split: &Split,
    key: Option<(CustomerId, &[u8; 32])>,
    stream: &StreamId,
    seq: u64,
    id: EventId,
) -> Result<Vec<u8>, StoreError> {
    let mut out = Vec::with_capacity(split.public.len() + 128);
    out.push(VERSION);
    bytes::put_bytes(&mut out, &split.public);
    match key {
        Some((customer, key)) if !split.texts.is_empty() => {
            let mut list = Zeroizing::new(Vec::with_capacity(64));
            bytes::put_u32(&mut list, u32::try_from(split.texts.len()).unwrap_or(u32::MAX));
            for text in &split.texts {
                bytes::put_bytes(&mut list, text.as_bytes());
            }
            bytes::put_bytes(&mut out, keys::ALGORITHM.as_bytes());
            out.extend_from_slice(&customer.bytes());
            bytes::put_bytes(&mut out, &keys::seal(key, &aad(stream, seq, id), &list)?);
        }
        _ => bytes::put_bytes(&mut out, NONE.as_bytes()),
    }
    Ok(out)
}

/// A stored payload taken apart, still sealed.
pub(crate) struct Stored<'a> {
    pub(crate) public: &'a [u8],
    /// Whose key opens the blob, and the blob.
    pub(crate) sealed: Option<(CustomerId, &'a [u8])>,
}

/// Takes stored bytes apart; `place` names them in errors.
pub(crate) fn decode<'a>(payload: &'a [u8], place: &'a str) -> Result<Stored<'a>, StoreError> {
    let mut r = bytes::Reader::new(payload, place);
    let version = r.u8()?;
    if version != VERSION {
        return Err(StoreError::damaged(
            place,
            format!("payload version {version} is unknown"),
        ));
    }
    let public = r.bytes()?;
    let algorithm = r.text()?;
    let sealed = match algorithm {
        NONE => None,
        keys::ALGORITHM => Some((CustomerId(u128::from_be_bytes(r.array()?)), r.bytes()?)),
        other => {
            return Err(StoreError::damaged(
                place,
                format!("algorithm {other:?} is unknown"),
            ));
        }
    };
    r.end()?;
    Ok(Stored { public, sealed })
}

/// Opens the sealed texts.
pub(crate) fn open(
    sealed: &[u8],
    key: &[u8; 32],
    stream: &StreamId,
    seq: u64,
    id: EventId,
    place: &str,
) -> Result<Vec<String>, StoreError> {
    let list = keys::open(key, &aad(stream, seq, id), sealed)
        .ok_or_else(|| StoreError::damaged(place, "the sealed part does not open with its customer's key"))?;
    let mut r = bytes::Reader::new(&list, place);
    let count = r.u32()? as usize;
    let mut texts = Vec::with_capacity(count.min(1024));
    for _ in 0..count {
        texts.push(r.text()?.to_owned());
    }
    r.end()?;
    Ok(texts)
}

/// Puts the texts back into the public JSON; without texts, personal parts become null.
pub(crate) fn join(public: &[u8], texts: Option<&[String]>, place: &str) -> Result<Value, StoreError> {
    let mut body: Value = serde_json::from_slice(public)
        .map_err(|e| StoreError::damaged(place, format!("the public part is not JSON: {e}")))?;
    fill(&mut body, texts, place)?;
    Ok(body)
}

fn fill(value: &mut Value, texts: Option<&[String]>, place: &str) -> Result<(), StoreError> {
    match value {
        Value::Array(items) => items.iter_mut().try_for_each(|v| fill(v, texts, place)),
        Value::Object(map) => {
            if map.len() == 1
                && let Some(inner) = map.get_mut("personal")
            {
                if let Some(index) = inner.as_u64() {
                    *inner = match texts {
                        None => Value::Null,
                        Some(texts) => {
                            let text = usize::try_from(index).ok().and_then(|i| texts.get(i));
                            let text = text.ok_or_else(|| {
                                StoreError::damaged(place, format!("personal text {index} is missing"))
                            })?;
                            Value::String(text.clone())
                        }
                    };
                }
                return Ok(());
            }
            map.values_mut().try_for_each(|v| fill(v, texts, place))
        }
        _ => Ok(()),
    }
}

/// Whether a new body is the stored one. Where the stored personal texts are gone, only the public
/// part can be compared.
pub(crate) fn same(new: &Value, old: &Value) -> bool {
    match (new, old) {
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            let erased = b.len() == 1 && b.get("personal") == Some(&Value::Null);
            if erased && a.len() == 1 && a.contains_key("personal") {
                return true;
            }
            a.len() == b.len() && a.iter().all(|(k, v)| b.get(k).is_some_and(|w| same(v, w)))
        }
        _ => new == old,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn trip(body: &Value) -> Value {
        let key = [7u8; 32];
        let stream = StreamId::customer(CustomerId(1));
        let split = split(&body.clone().into()).unwrap();
        let payload = encode(&split, Some((CustomerId(1), &key)), &stream, 3, EventId(9)).unwrap();
        let stored = decode(&payload, "test").unwrap();
        let texts = stored
            .sealed
            .map(|(_, s)| open(s, &key, &stream, 3, EventId(9), "test").unwrap());
        join(stored.public, texts.as_deref().or(Some(&[])), "test").unwrap()
    }

    #[test]
    fn personal_texts_leave_the_public_part_and_come_back() {
        let body = json!({"name": {"personal": "王小明"}, "list": [{"personal": "x"}, {"personal": null}, 3],
                          "both": {"personal": "kept", "more": 1}});
        let s = split(&body.clone().into()).unwrap();
        let public = String::from_utf8(s.public).unwrap();
        assert!(!public.contains("王小明"));
        assert!(
            public.contains("\"both\":{\"more\":1,\"personal\":\"kept\"}"),
            "two fields are no mark"
        );
        assert_eq!(trip(&body), body);
    }

    #[test]
    fn a_blob_moved_to_another_place_does_not_open() {
        let body = json!({"personal": "x"});
        let (key, stream) = ([1u8; 32], StreamId::customer(CustomerId(1)));
        let payload = encode(
            &split(&body.into()).unwrap(),
            Some((CustomerId(1), &key)),
            &stream,
            1,
            EventId(1),
        )
        .unwrap();
        let sealed = decode(&payload, "t").unwrap().sealed.unwrap().1.to_vec();
        assert!(open(&sealed, &key, &stream, 1, EventId(1), "t").is_ok());
        assert!(open(&sealed, &key, &stream, 2, EventId(1), "t").is_err());
        assert!(open(&sealed, &key, &stream, 1, EventId(2), "t").is_err());
        assert!(open(&sealed, &[2u8; 32], &stream, 1, EventId(1), "t").is_err());
    }

    #[test]
    fn a_number_where_a_personal_text_belongs_is_refused() {
        for refused in [
            json!({"a": {"personal": 0}}),
            json!({"personal": {"personal": "x"}}),
            json!([{"personal": []}]),
        ] {
            assert!(split(&refused.into()).is_err());
        }
        let among_others = json!({"personal": [{"personal": "x"}], "zone": "{\"personal\":0}"});
        assert_eq!(split(&among_others.into()).unwrap().texts.len(), 1);
        let mut deep = json!(1);
        for _ in 0..200 {
            deep = json!([deep]);
        }
        assert!(split(&deep.into()).is_err());
        let wide = json!(vec![json!({"brackets": "[[[{{\\\"["}); 200]);
        assert!(split(&wide.into()).is_ok());
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
            ".{0,12}".prop_map(|t| json!({ "personal": t })),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                proptest::collection::hash_map("[a-z]{1,6}", inner, 0..5)
                    .prop_map(|m| Value::Object(m.into_iter().collect())),
            ]
        })
        .prop_filter("a mark with anything but a text", |v| {
            split(&v.clone().into()).is_ok()
        })
    }

    proptest! {
        #[test]
        fn every_body_comes_back(body in any_json()) {
            prop_assert_eq!(trip(&body), body);
        }

        #[test]
        fn no_stored_bytes_panic(bytes: Vec<u8>) {
            if let Ok(stored) = decode(&bytes, "t") {
                let _ = join(stored.public, None, "t");
            }
        }
    }
}
