//! What files are taken, and what is refused with a reason (bar S10). Every file here is made by the test.

use intake::sniff::{Accepted, Found, Media, NotAccepted, accepted_endings, look};
use proptest::prelude::*;
use std::{io::Write as _, time::Instant};

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    out.extend(width.to_be_bytes());
    out.extend(height.to_be_bytes());
    out.extend([8, 2, 0, 0, 0, 1, 2, 3, 4]);
    out.extend([0; 40]);
    out
}

fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut out = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xc0\0\x11\x08".to_vec();
    out.extend(height.to_be_bytes());
    out.extend(width.to_be_bytes());
    out.extend([3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1, 0xff, 0xd9]);
    out
}

fn gif(width: u16, height: u16) -> Vec<u8> {
    let mut out = b"GIF89a".to_vec();
    out.extend(width.to_le_bytes());
    out.extend(height.to_le_bytes());
    out.extend([0, 0, 0, 0x3b]);
    out
}

fn webp() -> Vec<u8> {
    let mut out = b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0".to_vec();
    out.extend([99, 0, 0, 49, 0, 0, 0, 0]);
    out
}

fn heic(width: u32, height: u32) -> Vec<u8> {
    let mut out = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x40meta\0\0\0\x14ispe\0\0\0\0".to_vec();
    out.extend(width.to_be_bytes());
    out.extend(height.to_be_bytes());
    out
}

fn brand(brand: &[u8; 4]) -> Vec<u8> {
    [b"\0\0\0\x18ftyp", &brand[..], b"\0\0\0\0isommp42\0\0\0\x08free"].concat()
}

/// A zip with these entries, stored or packed.
fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in entries {
        let method = if *name == "mimetype" {
            zip::CompressionMethod::Stored
        } else {
            zip::CompressionMethod::Deflated
        };
        let options = zip::write::SimpleFileOptions::default().compression_method(method);
        out.start_file(*name, options).expect("begins an entry");
        out.write_all(content).expect("writes to memory");
    }
    out.finish().expect("ends the archive").into_inner()
}

fn docx(more: &[(&str, &[u8])]) -> Vec<u8> {
    let mut entries: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", b"<w:document/>"),
    ];
    entries.extend(more);
    zip(&entries)
}

fn odt() -> Vec<u8> {
    zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", b"<office:document/>"),
    ])
}

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";
const MAIL: &[u8] =
    b"Received: by x\r\nFrom: a@example.org\r\nSubject: =?utf-8?B?5oqV6K+J?=\r\n\r\n<html><script>1</script>";

fn taken() -> Vec<(&'static str, &'static str, Vec<u8>, Media)> {
    let xlsx = zip(&[("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<w/>")]);
    let (gbk, _, _) = encoding_rs::GB18030.encode("日期,金额\n2026-03-01,100\n");
    vec![
        ("账单.pdf", "application/pdf", PDF.to_vec(), Media::Pdf),
        ("a.JPEG", "image/jpeg", jpeg(4000, 3000), Media::Jpeg),
        ("a.jpg", "image/pjpeg", jpeg(1, 1), Media::Jpeg),
        ("a.png", "", png(8000, 6000), Media::Png),
        ("a.gif", "image/gif", gif(300, 200), Media::Gif),
        ("a.webp", "image/webp", webp(), Media::Webp),
        ("IMG_1.HEIC", "image/heif", heic(4032, 3024), Media::Heic),
        (
            "a.txt",
            "text/plain; charset=utf-8",
            "投诉说明 a < b\n".into(),
            Media::Text,
        ),
        ("a.csv", "application/vnd.ms-excel", gbk.into_owned(), Media::Csv),
        ("a.csv", "text/csv", b"070701,BM\n1,2\n".to_vec(), Media::Csv),
        ("a.docx", "application/octet-stream", docx(&[]), Media::Docx),
        ("a.xlsx", "", xlsx, Media::Xlsx),
        ("a.odt", "", odt(), Media::Odt),
        ("a.eml", "message/rfc822", MAIL.to_vec(), Media::Eml),
        (
            "a.mp3",
            "audio/mp3",
            b"ID3\x04\0\0\0\0\0\0\0\0\0\0".to_vec(),
            Media::Mp3,
        ),
        ("a.m4a", "audio/x-m4a", brand(b"M4A "), Media::M4a),
        (
            "a.wav",
            "audio/x-wav",
            b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0".to_vec(),
            Media::Wav,
        ),
        (
            "a.amr",
            "",
            b"#!AMR\n\x3c\x91\x17\x16\xbe\x66".to_vec(),
            Media::Amr,
        ),
        (
            "a.ogg",
            "audio/ogg",
            b"OggS\0\x02\0\0\0\0\0\0\0\0vorbis".to_vec(),
            Media::Ogg,
        ),
        ("a.mp4", "video/mp4", brand(b"isom"), Media::Mp4),
        ("a.mov", "video/quicktime", brand(b"qt  "), Media::Mov),
    ]
}

#[test]
fn every_kind_that_is_promised_is_taken() {
    let mut seen = std::collections::HashSet::new();
    for (name, declared, content, media) in taken() {
        let found = look(name, declared, &content);
        assert_eq!(found.as_ref().map(|a| a.media), Ok(media), "{name}: {found:?}");
        seen.insert(media);
    }
    assert_eq!(seen.len(), Media::ALL.len(), "one of each");
    for media in Media::ALL {
        assert_eq!(Media::from_mime(media.mime()), Some(*media));
        assert!(accepted_endings().contains(media.endings()[0]));
    }
}

#[test]
fn a_name_without_ending_gets_the_one_that_fits() {
    assert_eq!(look("账单", "", PDF).unwrap().name, "账单.pdf");
    assert_eq!(look("../../x/a.b c", "", PDF).unwrap().name, "a.b c.pdf");
}

/// Says whether a file met what it should have met.
type Fits = dyn Fn(&Result<Accepted, NotAccepted>) -> bool;

#[test]
fn what_is_not_taken_is_refused_with_its_reason() {
    use NotAccepted as N;
    let pe = [&b"MZ\x90\0\x03\0\0\0"[..], &[0; 200]].concat();
    let elf = [&b"\x7fELF\x02\x01\x01\0"[..], &[0; 200]].concat();
    let kind = |f: &Result<_, N>| matches!(f, Err(N::Kind(_)));
    let markup = |f: &Result<_, N>| matches!(f, Err(N::Kind(Found::Markup)));
    let program = |f: &Result<_, N>| matches!(f, Err(N::Kind(Found::Program(_))));
    let cases: Vec<(&str, &str, Vec<u8>, &Fits)> = vec![
        ("a.pdf", "", vec![], &|f| *f == Err(N::Empty)),
        ("\u{202e}..", "", PDF.to_vec(), &|f| *f == Err(N::NoName)),
        ("a.pdf", "application/pdf", pe.clone(), &program),
        ("a.exe", "", pe, &program),
        ("a.txt", "", elf, &program),
        ("a.txt", "text/plain", b"#!/bin/sh\nrm -rf /\n".to_vec(), &program),
        ("a.txt", "", b"<?php system($_GET['c']);".to_vec(), &program),
        ("a.html", "text/html", b"<!DOCTYPE html><p>x".to_vec(), &markup),
        ("a.txt", "", b"  <svg onload=alert(1)>".to_vec(), &markup),
        (
            "a.svg",
            "image/svg+xml",
            b"<?xml version='1.0'?><svg/>".to_vec(),
            &markup,
        ),
        (
            "a.csv",
            "",
            b"name,note\nx,<script>alert(1)</script>\n".to_vec(),
            &markup,
        ),
        ("a.txt", "", b"\xef\xbb\xbf<script>1</script>".to_vec(), &markup),
        ("a.txt", "", b"a\0b".to_vec(), &kind),
        ("a.rtf", "", b"{\\rtf1\\ansi x}".to_vec(), &kind),
        ("a.ps", "", b"%!PS-Adobe-3.0\n".to_vec(), &kind),
        ("a.zip", "", zip(&[("a.txt", b"x")]), &kind),
        ("a.rar", "", b"Rar!\x1a\x07\x01\0xxxxxxxx".to_vec(), &kind),
        (
            "a.doc",
            "",
            [&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"[..], &[0; 600]].concat(),
            &kind,
        ),
        (
            "a.pdf.exe",
            "",
            PDF.to_vec(),
            &|f| matches!(f, Err(N::Ending { ending, found: Media::Pdf }) if ending == "exe"),
        ),
        ("a.png", "image/png", jpeg(1, 1), &|f| {
            matches!(
                f,
                Err(N::Ending {
                    found: Media::Jpeg,
                    ..
                })
            )
        }),
        ("a.docm", "", docx(&[]), &|f| matches!(f, Err(N::Ending { .. }))),
        ("a.pdf", "text/html", PDF.to_vec(), &|f| {
            matches!(f, Err(N::Declared { .. }))
        }),
        ("a.txt", "text/html", b"plain".to_vec(), &|f| {
            matches!(f, Err(N::Declared { .. }))
        }),
        ("a.docx", "", docx(&[("word/vbaProject.bin", b"x")]), &|f| {
            *f == Err(N::Active)
        }),
        (
            "a.odt",
            "",
            zip(&[
                ("mimetype", b"application/vnd.oasis.opendocument.text"),
                ("content.xml", b"x"),
                ("Basic/Standard/a.xml", b"x"),
            ]),
            &|f| *f == Err(N::Active),
        ),
        (
            "a.odt",
            "",
            zip(&[
                ("mimetype", b"application/vnd.oasis.opendocument.text-template"),
                ("content.xml", b"x"),
            ]),
            &kind,
        ),
        // Two things at once.
        ("a.pdf", "", [b"GIF89a", PDF].concat(), &|f| {
            matches!(
                f,
                Err(N::Ending { .. } | N::Polyglot { .. } | N::Damaged(_) | N::Pixels { .. })
            )
        }),
        ("a.gif", "", [&gif(10, 10)[..], PDF].concat(), &|f| {
            matches!(f, Err(N::Polyglot { other: "a PDF", .. }))
        }),
        ("a.txt", "", [b"\n", PDF].concat(), &|f| {
            matches!(
                f,
                Err(N::Polyglot {
                    found: Media::Text,
                    ..
                })
            )
        }),
        (
            "a.jpg",
            "",
            [jpeg(2, 2), zip(&[("a.exe", b"x")])].concat(),
            &|f| {
                matches!(
                    f,
                    Err(N::Polyglot {
                        other: "a zip archive",
                        ..
                    })
                )
            },
        ),
        ("a.pdf", "", [PDF, &docx(&[])].concat(), &|f| {
            matches!(f, Err(N::Polyglot { .. }))
        }),
        ("a.docx", "", [&b"PK"[..], &docx(&[])].concat(), &kind),
        ("a.docx", "", [&docx(&[])[..], b"tail"].concat(), &kind),
        // Larger than they look.
        ("a.png", "", png(16384, 16384), &|f| {
            matches!(f, Err(N::Pixels { pixels: 268_435_456 }))
        }),
        ("a.png", "", png(u32::MAX, u32::MAX), &|f| {
            matches!(f, Err(N::Pixels { .. }))
        }),
        ("a.jpg", "", jpeg(65535, 65535), &|f| {
            matches!(f, Err(N::Pixels { .. }))
        }),
        ("a.gif", "", gif(65535, 65535), &|f| {
            matches!(f, Err(N::Pixels { .. }))
        }),
        ("a.heic", "", heic(100_000, 100_000), &|f| {
            matches!(f, Err(N::Pixels { .. }))
        }),
        ("a.png", "", png(0, 5), &|f| *f == Err(N::Damaged(Media::Png))),
        ("a.jpg", "", b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec(), &|f| {
            *f == Err(N::Damaged(Media::Jpeg))
        }),
        (
            "a.docx",
            "",
            docx(&[("word/x.xml", &vec![b' '; 40 << 20])]),
            &|f| *f == Err(N::Bomb),
        ),
    ];
    for (name, declared, content, fits) in cases {
        let from = Instant::now();
        let found = look(name, declared, &content);
        let begins = String::from_utf8_lossy(&content[..content.len().min(20)]).into_owned();
        assert!(fits(&found), "{name} {begins:?}: {found:?}");
        assert!(from.elapsed().as_secs() < 2, "{name} took {:?}", from.elapsed());
        assert!(!found.unwrap_err().to_string().is_empty());
    }
}

#[test]
fn an_encrypted_document_is_not_taken() {
    let mut content = docx(&[]);
    let at = content.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    content[at + 8] |= 1;
    assert_eq!(look("a.docx", "", &content), Err(NotAccepted::Encrypted));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_bytes_and_no_names_panic(
        name in ".{0,40}",
        declared in ".{0,20}",
        which in 0..21usize,
        cut in 0..400usize,
        changes in proptest::collection::vec((0..400usize, any::<u8>()), 0..8),
        random in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let _ = look(&name, &declared, &random);
        let (name, declared, mut content, _) = taken().swap_remove(which);
        for (at, to) in changes {
            if let Some(b) = content.get_mut(at) {
                *b = to;
            }
        }
        content.truncate(cut);
        let _ = look(name, declared, &content);
    }
}
