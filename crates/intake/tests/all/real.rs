//! The real rows of the CFPB sample, all of them.

use std::path::PathBuf;

fn shared(file: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data")
        .join(file);
    path.exists().then_some(path)
}

#[test]
fn every_real_row_becomes_a_record() {
    let Some(path) = shared("complaints/cfpb.csv.gz") else {
        eprintln!("28,101 cases skipped: shared/data/complaints/cfpb.csv.gz is not here");
        return;
    };
    let map = intake::Map::named("cfpb").expect("shipped");
    let started = std::time::Instant::now();
    let mut reader = intake::open(&path, &map, intake::Options::default()).expect("opens");
    let (mut narratives, mut rejects) = (0, 0);
    for row in reader.by_ref() {
        match row {
            Ok(record) => narratives += usize::from(!record.narrative.or_empty().is_empty()),
            Err(reject) => {
                rejects += 1;
                eprintln!("{reject}");
            }
        }
    }
    let (read, total) = reader.progress();
    let tally = reader.finish().expect("whole");
    eprintln!(
        "{} cases, {rejects} rejects, {narratives} narratives in {:?}",
        tally.rows(),
        started.elapsed()
    );
    assert_eq!((tally.records, tally.rejects, narratives), (28_101, 0, 1_355));
    assert_eq!(read, total);
}
