//! Positions as consents hold them.

/// Reads `latitude,longitude` in degrees (WGS 84); `None` for everything else, and near the poles, where no flat drawing
/// is true.
#[must_use]
pub fn degrees(text: &str) -> Option<(f64, f64)> {
    let (lat, lon) = text.split_once(',')?;
    let (lat, lon) = (lat.trim().parse::<f64>().ok()?, lon.trim().parse::<f64>().ok()?);
    let good = lat.is_finite() && lon.is_finite() && lat.abs() < 85.0 && lon.abs() <= 180.0;
    good.then_some((lat, lon))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_read_and_nonsense_is_not() {
        assert_eq!(degrees("29.30, 124.10"), Some((29.30, 124.10)));
        for bad in ["", "29.3", "a,b", "NaN,1", "inf,2", "91,0", "10,181", "1,2,3"] {
            assert_eq!(degrees(bad), None, "{bad}");
        }
    }
}
