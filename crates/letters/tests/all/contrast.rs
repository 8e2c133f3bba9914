//! The colours of the page against each other, by the formula of WCAG 2.2 (relative luminance).

use crate::sample::small;
use letters::Lang;
use std::collections::BTreeMap;

/// Text and what it stands on.
const TEXTS: [(&str, &str); 21] = [
    ("ink", "paper"),
    ("ink", "surface"),
    ("ink-2", "paper"),
    ("ink-2", "surface"),
    ("ink-2", "calm-bg"),
    ("ink-3", "paper"),
    ("ink-3", "surface"),
    ("accent", "surface"),
    ("accent", "wash"),
    ("over", "over-bg"),
    ("soon", "soon-bg"),
    ("ink", "soon-bg"),
    ("calm", "calm-bg"),
    ("ink", "c0"),
    ("ink", "c1"),
    ("ink", "c2"),
    ("ink", "c3"),
    ("ink", "c4"),
    ("ink", "c5"),
    ("ink", "c6"),
    ("ink", "c7"),
];
/// Parts of charts and what they stand on.
const SHAPES: [(&str, &str); 11] = [
    ("accent", "surface"),
    ("s0", "surface"),
    ("s1", "surface"),
    ("c0-s", "surface"),
    ("c1-s", "surface"),
    ("c2-s", "surface"),
    ("c3-s", "surface"),
    ("c4-s", "surface"),
    ("c5-s", "surface"),
    ("c6-s", "surface"),
    ("c7-s", "surface"),
];

fn colours(css: &str) -> BTreeMap<&str, u32> {
    let block = css.split('}').next().unwrap_or_default();
    let tokens = block
        .split(';')
        .filter_map(|token| token.trim().strip_prefix("--")?.split_once(":#"));
    let long = |hex: &str| match hex.len() {
        3 => hex.chars().flat_map(|c| [c, c]).collect(),
        _ => hex.to_owned(),
    };
    tokens
        .map(|(name, hex)| {
            (
                name,
                u32::from_str_radix(&long(hex), 16).expect("a colour is hexadecimal"),
            )
        })
        .collect()
}

fn luminance(colour: u32) -> f64 {
    let part = |shift: u32| {
        let c = f64::from((colour >> shift) & 255) / 255.0;
        if c <= 0.04045 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
}

fn contrast(a: u32, b: u32) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn every_text_can_be_read_in_light_and_in_dark() {
    let html = small().to_html(Lang::En).unwrap();
    let schemes: Vec<&str> = html.split(":root{").skip(1).take(2).collect();
    assert_eq!(schemes.len(), 2);
    for colours in schemes.into_iter().map(colours) {
        assert!(colours.len() > 30);

        for (text, ground) in TEXTS {
            let ratio = contrast(colours[text], colours[ground]);
            assert!(ratio >= 4.5, "{text} on {ground}: {ratio:.2}");
        }
        for (shape, ground) in SHAPES {
            let ratio = contrast(colours[shape], colours[ground]);
            assert!(ratio >= 3.0, "{shape} on {ground}: {ratio:.2}");
        }
    }
}

#[test]
fn the_formula_is_the_one_of_the_standard() {
    assert!((contrast(0, 0xff_ffff) - 21.0).abs() < 1e-9);
    assert!((contrast(0x76_7676, 0xff_ffff) - 4.54).abs() < 0.01);
}
