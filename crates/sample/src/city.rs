//! The invented city 澜川 and the bank's branches in it.
//!
//! No place of this name exists. Its coordinates are put on open water, far from any coast, so that
//! no address drawn here can be the home of a real person; distances between the points are those of
//! a middling city.

use domain::BranchId;
use serde::{Deserialize, Serialize};

/// The name of the city.
pub const CITY: &str = "澜川市";

/// The centre of the city, about 150 km off the nearest coast.
pub const CENTRE: Place = Place {
    lat: 29.30,
    lon: 124.10,
};

/// A point on the earth, in degrees (WGS 84).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
}

/// A branch of the bank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Branch {
    /// The branch's code.
    pub id: BranchId,
    /// Name in simplified Chinese.
    pub name: String,
    /// Name in English.
    pub name_en: String,
    /// Address in the invented city.
    pub address: String,
    /// Where the branch lies.
    pub place: Place,
}

/// A district of the city with its streets.
pub(crate) struct District {
    pub(crate) name: &'static str,
    /// Offset of its middle from [`CENTRE`], in ten-thousandths of a degree (north, east).
    pub(crate) middle: (i64, i64),
    pub(crate) streets: &'static [&'static str],
    pub(crate) estates: &'static [&'static str],
}

/// The districts; the branch of the same position serves each.
pub(crate) const DISTRICTS: [District; 3] = [
    District {
        name: "望潮区",
        middle: (0, 0),
        streets: &[
            "听澜路",
            "石帆街",
            "旧灯塔路",
            "盐仓巷",
            "望潮大道",
            "鲸尾街",
            "桅灯路",
            "渔歌里",
        ],
        estates: &[
            "潮声花园",
            "石帆新村",
            "灯塔小区",
            "海棠公寓",
            "盐仓里弄",
            "望潮名邸",
            "金桅大厦",
        ],
    },
    District {
        name: "云屿区",
        middle: (420, 310),
        streets: &[
            "云屿中路",
            "白鹭洲路",
            "橘园街",
            "采薇路",
            "竹岙路",
            "半山街",
            "雨燕路",
            "青螺巷",
        ],
        estates: &[
            "云屿家园",
            "橘园小区",
            "白鹭洲壹号",
            "采薇苑",
            "半山雅居",
            "青螺公寓",
            "竹岙新苑",
        ],
    },
    District {
        name: "浮桥区",
        middle: (-380, 270),
        streets: &[
            "浮桥南路",
            "船厂路",
            "铁锚街",
            "工人新路",
            "双桨路",
            "缆绳巷",
            "航标路",
            "沙洲街",
        ],
        estates: &[
            "船厂家属院",
            "浮桥佳苑",
            "双桨公馆",
            "工人新村",
            "航标花苑",
            "沙洲人家",
            "铁锚小区",
        ],
    },
];

/// Returns the three branches.
pub(crate) fn branches() -> Vec<Branch> {
    [
        (
            "LC01",
            "澜川银行望潮支行",
            "Wangchao Branch",
            "听澜路18号",
            (12, -9),
        ),
        (
            "LC02",
            "澜川银行云屿支行",
            "Yunyu Branch",
            "云屿中路266号",
            (-15, 22),
        ),
        (
            "LC03",
            "澜川银行浮桥支行",
            "Fuqiao Branch",
            "浮桥南路91号",
            (8, 17),
        ),
    ]
    .into_iter()
    .zip(&DISTRICTS)
    .map(|((id, name, name_en, street, (north, east)), d)| Branch {
        id: BranchId::from(id),
        name: name.to_owned(),
        name_en: name_en.to_owned(),
        address: format!("{CITY}{}{street}", d.name),
        place: offset(d.middle.0 + north, d.middle.1 + east),
    })
    .collect()
}

/// Returns the place so many ten-thousandths of a degree north and east of the centre.
///
/// Whole steps keep the printed coordinates short and equal on every machine.
pub(crate) fn offset(north: i64, east: i64) -> Place {
    let degrees = |centre: f64, steps: i64| ((centre * 1e4).round() + steps as f64) / 1e4;
    Place {
        lat: degrees(CENTRE.lat, north),
        lon: degrees(CENTRE.lon, east),
    }
}
