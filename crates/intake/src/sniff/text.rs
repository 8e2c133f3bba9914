//! Text without a signature: plain text, CSV, mail. Anything that a browser or a shell would run is none.

use super::{Found, Media, NotAccepted};

/// How many bytes of the beginning are searched for markup.
const HEAD: usize = 64 << 10;

/// Says which kind of text this is.
pub(super) fn kind(content: &[u8]) -> Result<Media, NotAccepted> {
    let unknown = Err(NotAccepted::Kind(Found::Unknown));
    let plain = content.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(content);
    // Text of two bytes a character is rare; it holds zeros, as programs do.
    let control = |b: &u8| matches!(b, 0..=8 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f);
    if plain.is_empty() || plain.iter().any(control) {
        return unknown;
    }
    if std::str::from_utf8(plain).is_err()
        && encoding_rs::GB18030
            .decode_without_bom_handling_and_without_replacement(plain)
            .is_none()
        && encoding_rs::BIG5
            .decode_without_bom_handling_and_without_replacement(plain)
            .is_none()
    {
        return unknown;
    }
    let start = plain.trim_ascii_start();
    if start.starts_with(b"#!") {
        return Err(NotAccepted::Kind(Found::Program("text/x-shellscript")));
    }
    if start.starts_with(b"<?php") || start.starts_with(b"<%") {
        return Err(NotAccepted::Kind(Found::Program("text/x-script")));
    }
    // A mail may carry HTML inside; by itself it is none.
    if is_mail(start) {
        return Ok(Media::Eml);
    }
    if is_markup(start) {
        return Err(NotAccepted::Kind(Found::Markup));
    }
    Ok(Media::Text)
}

/// Says whether a text begins as markup, or has elements in it that run.
fn is_markup(text: &[u8]) -> bool {
    let tag = |t: &[u8]| matches!(t, [b'<', b'a'..=b'z' | b'A'..=b'Z' | b'!' | b'?', ..]);
    if tag(text) {
        return true;
    }
    let head = text[..text.len().min(HEAD)].to_ascii_lowercase();
    [
        &b"<script"[..],
        b"<svg",
        b"<html",
        b"<iframe",
        b"<object",
        b"<embed",
        b"<!doctype",
        b"javascript:",
    ]
    .iter()
    .any(|t| memchr::memmem::find(&head, t).is_some())
}

/// Says whether a text begins with the head of a mail (RFC 5322): fields, one of which only mails have.
fn is_mail(text: &[u8]) -> bool {
    let mut fields = 0;
    let mut telling = false;
    for line in text.split(|b| *b == b'\n').take(200) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        if matches!(line[0], b' ' | b'\t') && fields > 0 {
            continue;
        }
        let Some(colon) = line.iter().position(|b| *b == b':') else {
            return false;
        };
        let name = &line[..colon];
        if name.is_empty() || !name.iter().all(|b| b.is_ascii_graphic()) {
            return false;
        }
        fields += 1;
        let mails: [&[u8]; 5] = [
            b"received",
            b"message-id",
            b"mime-version",
            b"return-path",
            b"from",
        ];
        telling |= mails.iter().any(|m| name.eq_ignore_ascii_case(m));
    }
    fields >= 2 && telling
}
