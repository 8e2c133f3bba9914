//! The real CFPB rows, or generated rows of the same shape when they are not there.

use crate::sizes::Wanted;
use anyhow::Context as _;
use csv::StringRecord;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng as _, SeedableRng as _},
};
use std::{
    fs::File,
    io::{BufReader, BufWriter, Write as _},
    path::{Path, PathBuf},
};

/// Rows of complaints in the layout of `maps/cfpb.toml`; the first column is the id.
pub(crate) struct Complaints {
    /// The file itself.
    pub(crate) file: PathBuf,
    /// The column names.
    pub(crate) headings: StringRecord,
    /// The rows, in the order of the file.
    pub(crate) rows: Vec<StringRecord>,
    /// Whether people wrote them.
    pub(crate) real: bool,
}

/// How many rows are generated when there are no real ones: in a quick run, and else.
const GENERATED: [usize; 2] = [1000, 28_101];

/// Looks for `shared/data` beside the source tree.
fn data_folder(wanted: &Wanted) -> Option<PathBuf> {
    if let Some(dir) = &wanted.data {
        return Some(dir.clone());
    }
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|dir| dir.join("shared").join("data"))
        .find(|dir| dir.is_dir())
}

impl Complaints {
    /// Reads the real rows, or makes rows in `dir` and says so.
    pub(crate) fn find(wanted: &Wanted, dir: &Path) -> anyhow::Result<Self> {
        let real = data_folder(wanted)
            .map(|d| d.join("complaints").join("cfpb.csv.gz"))
            .filter(|f| f.is_file());
        match real {
            Some(file) => Self::read(file, true),
            None => {
                eprintln!(
                    "import: complaints/cfpb.csv.gz was not found beside the source tree (give its folder with --data): \
                     GENERATED ROWS ARE USED, and the figures are not those of real complaints"
                );
                let file = dir.join("generated.csv.gz");
                generate(&file, GENERATED[usize::from(!wanted.quick)])?;
                Self::read(file, false)
            }
        }
    }

    fn read(file: PathBuf, real: bool) -> anyhow::Result<Self> {
        let opened = File::open(&file).with_context(|| format!("{} cannot be opened", file.display()))?;
        let mut reader = csv::Reader::from_reader(BufReader::new(GzDecoder::new(opened)));
        let headings = reader.headers()?.clone();
        let rows = reader.records().collect::<Result<_, _>>()?;
        Ok(Complaints {
            file,
            headings,
            rows,
            real,
        })
    }

    /// Returns how many bytes the fields of all rows have.
    pub(crate) fn bytes(&self) -> usize {
        self.rows.iter().map(|r| r.as_slice().len()).sum()
    }

    /// Writes `count` rows with distinct ids: the rows again and again, each time under other ids.
    pub(crate) fn repeat(&self, count: u64, file: &Path) -> anyhow::Result<()> {
        let mut out = csv::Writer::from_writer(BufWriter::new(File::create(file)?));
        out.write_record(&self.headings)?;
        for (n, row) in (0..count).zip(self.rows.iter().cycle()) {
            let round = n / self.rows.len() as u64;
            let id = format!("{}-{round}", row.get(0).unwrap_or_default());
            out.write_record(std::iter::once(id.as_str()).chain(row.iter().skip(1)))?;
        }
        out.flush()?;
        Ok(())
    }
}

/// Makes rows in the shape of the real ones: one in twenty tells a story.
fn generate(file: &Path, rows: usize) -> anyhow::Result<()> {
    const HEADINGS: [&str; 21] = [
        "complaint_id",
        "source",
        "date_received",
        "date_sent",
        "product",
        "product_group",
        "sub_product",
        "issue",
        "sub_issue",
        "narrative",
        "company_public_response",
        "company",
        "state",
        "zip",
        "tags",
        "consent",
        "submitted_via",
        "company_response",
        "timely",
        "disputed",
        "disputed_label",
    ];
    const PRODUCTS: [(&str, &str); 4] = [
        ("Mortgage", "mortgage"),
        ("Credit card", "card"),
        ("Debt collection", "debt_collection"),
        ("Bank account or service", "bank_account"),
    ];
    const WORDS: [&str; 16] = [
        "the", "bank", "charged", "my", "account", "twice", "and", "nobody", "answered", "when", "I",
        "asked", "for", "a", "refund", "letter",
    ];
    let mut dice = ChaCha8Rng::seed_from_u64(7);
    let mut out = csv::Writer::from_writer(GzEncoder::new(
        BufWriter::new(File::create(file)?),
        Compression::fast(),
    ));
    out.write_record(HEADINGS)?;
    for n in 0..rows {
        let (product, group) = PRODUCTS[dice.next_u32() as usize % 4];
        let date = format!("20{}-{:02}-{:02}", 13 + n % 10, 1 + n % 12, 1 + n % 28);
        let mut story = String::new();
        if n % 20 == 0 {
            for _ in 0..150 {
                story.push_str(WORDS[dice.next_u32() as usize % 16]);
                story.push(' ');
            }
        }
        let id = n.to_string();
        let row: [&str; 21] = [
            &id,
            "generated",
            &date,
            &date,
            product,
            group,
            "Other",
            "Problem with a payment",
            "Charged twice",
            &story,
            "",
            "EXAMPLE BANK",
            "CA",
            "900XX",
            "",
            "Other",
            "Web",
            "Closed with explanation",
            "Yes",
            "No",
            "0",
        ];
        out.write_record(row)?;
    }
    let inner = out.into_inner().map_err(|e| e.into_error())?;
    inner.finish()?.flush()?;
    Ok(())
}
