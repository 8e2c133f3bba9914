//! Who travels: which ways they may use, how fast, and when it is slower. Data, as TOML.

use crate::{
    error::ProfileError,
    hours::{Hours, Span},
    pbf::Tags,
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The profiles that the program carries.
const SHIPPED: [(&str, &str); 2] = [
    ("car", include_str!("../profiles/car.toml")),
    ("foot", include_str!("../profiles/foot.toml")),
];

/// A profile as read from TOML; `profiles/car.toml` explains every key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What it is called.
    pub name: String,
    access_keys: Vec<String>,
    access_refused: Vec<String>,
    #[serde(default)]
    access_restricted: Vec<String>,
    restricted_kmh: f64,
    oneway: bool,
    #[serde(default)]
    oneway_implied: Vec<String>,
    turns: bool,
    /// `None`: signed limits are of no concern.
    maxspeed_share: Option<f64>,
    #[serde(default = "fastest")]
    fastest_kmh: f64,
    approach_kmh: f64,
    approach_metres: u32,
    #[serde(default)]
    no_stop: Vec<String>,
    #[serde(default)]
    refused: Vec<String>,
    highway: BTreeMap<String, f64>,
    #[serde(default)]
    caps: BTreeMap<String, f64>,
    #[serde(default)]
    zones: BTreeMap<String, f64>,
    #[serde(default)]
    nodes: Nodes,
    ferry: Option<Ferry>,
    #[serde(default)]
    hours: Vec<Span>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nodes {
    #[serde(default)]
    blocked: Vec<String>,
    #[serde(default)]
    seconds: BTreeMap<String, u16>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ferry {
    kmh: f64,
    boarding_seconds: u16,
}

fn fastest() -> f64 {
    130.0
}

/// What a way means to a traveller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Judged {
    /// Tenths of a kilometre per hour along the way; 0 = may not be used so.
    pub(crate) along: u16,
    /// The same against its direction.
    pub(crate) against: u16,
    /// Whether one can stop here and get out.
    pub(crate) stop: bool,
    /// Seconds for the whole way by its timetable (ferries); the speeds then only say which directions go.
    pub(crate) duration: Option<u32>,
    /// Seconds lost before it begins and after it ends, together.
    pub(crate) boarding: u16,
}

/// What a node means to a traveller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// No way through.
    Blocked,
    /// So many seconds are lost.
    Seconds(u16),
}

impl Profile {
    /// Returns a shipped profile: `car` or `foot`.
    ///
    /// # Errors
    /// When no profile is called so.
    pub fn named(name: &str) -> Result<Profile, ProfileError> {
        let text = SHIPPED
            .iter()
            .find(|(n, _)| *n == name)
            .ok_or_else(|| ProfileError::Unknown(name.to_owned()))?;
        Profile::parse(text.1)
    }

    /// Reads a profile.
    ///
    /// # Errors
    /// When the text is not TOML, has unknown keys, or numbers that make no sense.
    pub fn parse(text: &str) -> Result<Profile, ProfileError> {
        let profile: Profile = toml::from_str(text).map_err(|e| ProfileError::Text(e.to_string()))?;
        profile.check()?;
        Ok(profile)
    }

    fn check(&self) -> Result<(), ProfileError> {
        let wrong = |what: String| Err(ProfileError::Value(what));
        if self.name.is_empty() || self.name.len() > 60 {
            return wrong("name: 1 to 60 bytes".to_owned());
        }
        if self.access_keys.is_empty() {
            return wrong("access_keys: at least one".to_owned());
        }
        let speeds = self
            .highway
            .iter()
            .map(|(k, v)| (format!("highway.{k}"), *v))
            .chain(self.caps.iter().map(|(k, v)| (format!("caps.{k:?}"), *v)))
            .chain(self.zones.iter().map(|(k, v)| (format!("zones.{k:?}"), *v)))
            .chain([
                ("restricted_kmh".to_owned(), self.restricted_kmh),
                ("approach_kmh".to_owned(), self.approach_kmh),
                ("fastest_kmh".to_owned(), self.fastest_kmh),
            ])
            .chain(self.ferry.map(|f| ("ferry.kmh".to_owned(), f.kmh)));
        for (key, kmh) in speeds {
            if !(1.0..=300.0).contains(&kmh) {
                return wrong(format!("{key}: {kmh} km/h does not lie between 1 and 300"));
            }
        }
        if let Some(share) = self.maxspeed_share
            && !(0.1..=1.5).contains(&share)
        {
            return wrong(format!(
                "maxspeed_share: {share} does not lie between 0.1 and 1.5"
            ));
        }
        if !(1..=50_000).contains(&self.approach_metres) {
            return wrong("approach_metres: 1 to 50,000".to_owned());
        }
        let pairs = [
            &self.oneway_implied,
            &self.no_stop,
            &self.refused,
            &self.nodes.blocked,
        ];
        let keys = self.caps.keys().chain(self.nodes.seconds.keys());
        if let Some(bad) = pairs.into_iter().flatten().chain(keys).find(|p| !p.contains('=')) {
            return wrong(format!("{bad:?} should be \"key=value\""));
        }
        self.hours().map(drop)
    }

    /// Returns when it is slower.
    ///
    /// # Errors
    /// When spans overlap or factors make no sense; a profile that was read has passed this.
    pub fn hours(&self) -> Result<Hours, ProfileError> {
        Hours::new(&self.hours)
    }

    /// Whether forbidden turns concern this traveller.
    pub(crate) fn turns(&self) -> bool {
        self.turns
    }

    /// Speed between a place and the road, in km/h.
    pub(crate) fn approach_kmh(&self) -> f64 {
        self.approach_kmh
    }

    /// How far from a road a place may lie, in metres.
    pub(crate) fn approach_metres(&self) -> u32 {
        self.approach_metres
    }

    /// Says what a node means to the traveller; `None` for most.
    pub(crate) fn obstacle(&self, tags: &Tags<'_>) -> Option<Obstacle> {
        if tags.pairs().is_empty() {
            return None;
        }
        let barrier = tags.get("barrier").is_some();
        match self.access(tags) {
            Some(Access::Refused) if barrier => return Some(Obstacle::Blocked),
            // A sign that lets the traveller through counts more than the kind of the barrier.
            Some(_) if barrier => {}
            _ if has(tags, &self.nodes.blocked) => return Some(Obstacle::Blocked),
            _ => {}
        }
        let seconds = tags
            .pairs()
            .iter()
            .filter_map(|(k, v)| self.nodes.seconds.get(&format!("{k}={v}")))
            .max();
        seconds.map(|s| Obstacle::Seconds(*s))
    }

    /// Says what a way means to the traveller; `None` when it may not be used.
    pub(crate) fn judge(&self, tags: &Tags<'_>) -> Option<Judged> {
        let highway = tags.get("highway");
        let ferry = self.ferry.filter(|_| tags.get("route") == Some("ferry"));
        let base = match (highway.and_then(|h| self.highway.get(h)), ferry) {
            (Some(kmh), _) => *kmh,
            (None, Some(ferry)) => ferry.kmh,
            (None, None) => return None,
        };
        let ferry = ferry.filter(|_| highway.is_none());
        if has(tags, &self.refused) {
            return None;
        }
        let access = self.access(tags);
        if access == Some(Access::Refused) {
            return None;
        }
        let mut cap = self.fastest_kmh;
        for (k, v) in tags.pairs() {
            if let Some(kmh) = self.caps.get(&format!("{k}={v}")) {
                cap = cap.min(*kmh);
            }
        }
        if access == Some(Access::Restricted) {
            cap = cap.min(self.restricted_kmh);
        }
        let speed = |own: &str| {
            let signed = self.maxspeed_share.and_then(|share| {
                let text = tags.get(own).or_else(|| tags.get("maxspeed"))?;
                Some(share * self.limit(text)?)
            });
            // A tenth of a km/h at least; 300 km/h at most, by `check`.
            (signed.unwrap_or(base).min(cap) * 10.0)
                .round()
                .clamp(1.0, 3_000.0) as u16
        };
        let (along, against) = self.directions(tags)?;
        Some(Judged {
            along: if along { speed("maxspeed:forward") } else { 0 },
            against: if against { speed("maxspeed:backward") } else { 0 },
            stop: !has(tags, &self.no_stop),
            duration: ferry.and_then(|_| tags.get("duration").and_then(seconds)),
            boarding: ferry.map_or(0, |f| f.boarding_seconds),
        })
    }

    /// The more particular sign wins.
    fn access(&self, tags: &Tags<'_>) -> Option<Access> {
        let sign = self.access_keys.iter().rev().find_map(|k| tags.get(k))?;
        let first = sign.split(';').next().unwrap_or(sign).trim();
        let is = |list: &[String]| list.iter().any(|v| v == first || v == sign);
        Some(if is(&self.access_refused) {
            Access::Refused
        } else if is(&self.access_restricted) {
            Access::Restricted
        } else {
            Access::Open
        })
    }

    /// Whether the way may be used along and against its direction; `None` when that changes by the hour.
    fn directions(&self, tags: &Tags<'_>) -> Option<(bool, bool)> {
        if !self.oneway {
            return Some((true, true));
        }
        let own = self
            .access_keys
            .iter()
            .rev()
            .find_map(|k| tags.get(&format!("oneway:{k}")));
        match own.or_else(|| tags.get("oneway")) {
            Some("yes" | "true" | "1") => Some((true, false)),
            Some("-1" | "reverse") => Some((false, true)),
            Some("reversible" | "alternating") => None,
            Some("no" | "false" | "0") => Some((true, true)),
            _ => Some((true, !has(tags, &self.oneway_implied))),
        }
    }

    /// Reads a speed limit in km/h; of several the lowest; `None` when it says nothing usable.
    fn limit(&self, text: &str) -> Option<f64> {
        text.split([';', '|'])
            .filter_map(|part| self.one_limit(part.trim()))
            .min_by(f64::total_cmp)
    }

    fn one_limit(&self, text: &str) -> Option<f64> {
        if let Some(kmh) = self.zones.get(text) {
            return Some(*kmh);
        }
        let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.'));
        let (number, unit) = text.split_at(digits.unwrap_or(text.len()));
        let number: f64 = number.parse().ok()?;
        let kmh = match unit.trim() {
            "" | "km/h" | "kmh" | "kph" => number,
            "mph" => number * 1.609_344,
            "knots" => number * 1.852,
            _ => return None,
        };
        (1.0..=300.0).contains(&kmh).then_some(kmh)
    }

    /// Returns what a restriction of turns says to this traveller: the value of its most particular tag.
    pub(crate) fn restriction<'a>(&self, tags: &Tags<'a>) -> Option<&'a str> {
        if let Some(except) = tags.get("except")
            && except
                .split(';')
                .any(|e| self.access_keys.iter().any(|k| k == e.trim()))
        {
            return None;
        }
        self.access_keys
            .iter()
            .rev()
            .find_map(|k| tags.get(&format!("restriction:{k}")))
            .or_else(|| tags.get("restriction"))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Open,
    Restricted,
    Refused,
}

fn has(tags: &Tags<'_>, list: &[String]) -> bool {
    list.iter()
        .any(|pair| pair.split_once('=').is_some_and(|(k, v)| tags.get(k) == Some(v)))
}

/// Reads a timetable's duration: `h:mm`, `h:mm:ss` or minutes, in seconds; at most two days.
fn seconds(text: &str) -> Option<u32> {
    let parts: Vec<u32> = text
        .split(':')
        .map(|p| p.trim().parse().ok())
        .collect::<Option<_>>()?;
    let seconds = match parts[..] {
        [minutes] => minutes.checked_mul(60)?,
        [hours, minutes] => hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?,
        [hours, minutes, seconds] => hours
            .checked_mul(3600)?
            .checked_add(minutes.checked_mul(60)?)?
            .checked_add(seconds)?,
        _ => return None,
    };
    (1..=172_800).contains(&seconds).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn car() -> Profile {
        Profile::named("car").unwrap()
    }

    fn judge(pairs: &[(&str, &str)]) -> Option<Judged> {
        car().judge(&Tags::of(pairs))
    }

    fn speeds(pairs: &[(&str, &str)]) -> Option<(u16, u16)> {
        judge(pairs).map(|j| (j.along, j.against))
    }

    #[test]
    fn both_shipped_profiles_read() {
        assert_eq!(car().name, "car");
        assert_eq!(Profile::named("foot").unwrap().name, "foot");
        assert!(Profile::named("boat").is_err());
    }

    #[test]
    fn limits_are_read_in_their_units() {
        let road = |limit| speeds(&[("highway", "primary"), ("maxspeed", limit)]).unwrap().0;
        assert_eq!(road("60"), 510);
        assert_eq!(road("60 km/h"), 510);
        assert_eq!(road("30 mph"), 410);
        assert_eq!(road("CN:urban"), 425);
        assert_eq!(road("80;60"), 510);
        assert_eq!(road("walk"), 51);
        assert_eq!(road("none"), 1_105);
        // Nothing usable: the class decides.
        for nothing in ["signals", "", "fast", "-5", "1e9", "NaN", "60 parsec"] {
            assert_eq!(road(nothing), 450, "{nothing}");
        }
        assert_eq!(
            speeds(&[
                ("highway", "primary"),
                ("maxspeed", "60"),
                ("maxspeed:backward", "30")
            ]),
            Some((510, 255))
        );
    }

    #[test]
    fn the_more_particular_sign_wins() {
        let way = |more: &[(&'static str, &'static str)]| {
            let mut tags = vec![("highway", "residential")];
            tags.extend(more);
            speeds(&tags)
        };
        assert_eq!(way(&[]), Some((200, 200)));
        assert_eq!(way(&[("access", "no")]), None);
        assert_eq!(way(&[("access", "no"), ("motorcar", "yes")]), Some((200, 200)));
        assert_eq!(way(&[("motor_vehicle", "private")]), Some((100, 100)));
        assert_eq!(way(&[("access", "yes"), ("motor_vehicle", "no")]), None);
        assert_eq!(way(&[("surface", "mud")]), Some((80, 80)));
        assert_eq!(way(&[("area", "yes")]), None);
        assert_eq!(speeds(&[("highway", "footway")]), None);
        assert_eq!(speeds(&[("building", "yes")]), None);
    }

    #[test]
    fn one_way_roads_go_one_way() {
        let way = |more: &[(&'static str, &'static str)]| {
            let mut tags = vec![("highway", "residential")];
            tags.extend(more);
            speeds(&tags).map(|(a, b)| (a > 0, b > 0))
        };
        assert_eq!(way(&[("oneway", "yes")]), Some((true, false)));
        assert_eq!(way(&[("oneway", "-1")]), Some((false, true)));
        assert_eq!(way(&[("junction", "roundabout")]), Some((true, false)));
        assert_eq!(
            way(&[("junction", "roundabout"), ("oneway", "no")]),
            Some((true, true))
        );
        assert_eq!(
            way(&[("oneway", "yes"), ("oneway:motor_vehicle", "no")]),
            Some((true, true))
        );
        assert_eq!(way(&[("oneway", "reversible")]), None);
        assert_eq!(
            speeds(&[("highway", "motorway")]).map(|(a, b)| (a > 0, b)),
            Some((true, 0))
        );
    }

    #[test]
    fn barriers_stop_or_delay() {
        let node = |pairs: &[(&str, &str)]| car().obstacle(&Tags::of(pairs));
        assert_eq!(node(&[]), None);
        assert_eq!(node(&[("barrier", "bollard")]), Some(Obstacle::Blocked));
        assert_eq!(node(&[("barrier", "bollard"), ("motor_vehicle", "yes")]), None);
        assert_eq!(node(&[("barrier", "gate")]), Some(Obstacle::Seconds(15)));
        assert_eq!(
            node(&[("barrier", "gate"), ("access", "no")]),
            Some(Obstacle::Blocked)
        );
        assert_eq!(
            node(&[("highway", "traffic_signals"), ("access", "no")]),
            Some(Obstacle::Seconds(10))
        );
    }

    #[test]
    fn a_ferry_keeps_its_timetable() {
        let ferry = judge(&[("route", "ferry"), ("duration", "1:05")]).unwrap();
        assert_eq!(
            (ferry.duration, ferry.boarding, ferry.stop),
            (Some(3_900), 600, false)
        );
        assert_eq!(seconds("90"), Some(5_400));
        for bad in ["", "x", "1:2:3:4", "99999:00", "-5", "P1D", "4294967295:59"] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }

    #[test]
    fn mistakes_in_a_profile_are_told() {
        let text = SHIPPED[0].1;
        for (from, to, told) in [
            ("motorway = 100", "motorway = 1000", "highway.motorway"),
            ("oneway = true", "oneway = true\ncolour = 1", "colour"),
            ("factor = 0.65", "factor = 0.0", "factor"),
            ("from = \"09:30\"", "from = \"08:30\"", "overlap"),
            ("\"area=yes\"", "\"area\"", "key=value"),
            ("approach_metres = 1000", "approach_metres = 0", "approach_metres"),
        ] {
            assert!(text.contains(from), "{from}");
            let error = Profile::parse(&text.replacen(from, to, 1))
                .unwrap_err()
                .to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
