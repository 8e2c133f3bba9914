//! The words of the command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

const EXIT_CODES: &str = "Exit codes:
  0  done
  1  verify found damage, plan-check found violations, or config check found mistakes
  2  what was asked cannot be done (wrong argument, missing file, refused command)
  3  reading broke off; the rows before have landed and the command can be repeated
  4  the store cannot work (disk full, database not reachable, keys missing, in use)";

/// Forecourt (诉前): settle a bank customer's complaint before anyone sues.
#[derive(Parser, Debug)]
#[command(version, about, after_help = EXIT_CODES, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// Where everything lives: database, attachments, keys, anchors.
    #[arg(long, global = true, value_name = "DIR", default_value = "forecourt-data")]
    pub(crate) data: PathBuf,
    /// Keep the tables in PostgreSQL instead of the embedded database; keys and anchors stay in DIR.
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "FORECOURT_DATABASE",
        hide_env_values = true
    )]
    pub(crate) database: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Make an empty store: database, keys, ballast.
    #[command(after_help = "Example:\n  forecourt --data /srv/forecourt init")]
    Init,
    /// Make a sample bank, play its complaints through the real commands, and report.
    #[command(
        after_help = "Examples:\n  forecourt demo\n  forecourt --data /tmp/d demo --seed 7 --no-serve\n  forecourt --data /tmp/r demo --real complaints.csv.gz --map cfpb"
    )]
    Demo(Demo),
    /// Serve the desk, the intake forms and the API.
    #[command(
        after_help = "Examples:\n  forecourt serve\n  forecourt --data /srv/forecourt serve --port 8443 --config /etc/forecourt.toml\n\nIt listens on 127.0.0.1; put a proxy with TLS before it. SIGTERM and Ctrl-C let running requests end."
    )]
    Serve(Serve),
    /// The users who may sign in.
    #[command(
        after_help = "Examples:\n  echo 'a long password' | forecourt user add admin --name ADMIN --role administrator --branch HQ\n  forecourt user list\n  forecourt user token admin --role administrator --label backup"
    )]
    User {
        #[command(subcommand)]
        action: User,
    },
    /// Take complaints in from a file (CSV, JSON Lines, XLSX, e-mail); safe to run again.
    #[command(
        after_help = "Examples:\n  forecourt import complaints.csv --map forecourt --rejects bad.csv\n  forecourt import cfpb.csv.gz --map cfpb --json\n  forecourt import maildir/ --map forecourt\n\nBad rows go to the reject file with row, column and reason; mend them there and import that file.\nWith --json the last line is {\"read\":…,\"imported\":…,\"already\":…,\"rejected\":…}."
    )]
    Import(Import),
    /// Rehash everything and name the first bad place.
    #[command(after_help = "Example:\n  forecourt verify --json\n\nExit code 0: whole; 1: damaged.")]
    Verify {
        /// Print the verdict as one line of JSON.
        #[arg(long)]
        json: bool,
    },
    /// Write a backup of a running or resting store to a new file.
    #[command(
        after_help = "Example:\n  forecourt backup /backup/2026-11-22.fcb\n\nThe keys go in, sealed by a passphrase: one of your own (--passphrase-file), or a fresh one that is\nwritten to FILE.key. Keep that file apart from the backup: together they open everything."
    )]
    Backup {
        /// The new file.
        file: PathBuf,
        /// A file whose first line is the passphrase that seals the keys.
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
        /// Leave the keys out: the folder DIR/keys must then be kept by other means.
        #[arg(long, conflicts_with = "passphrase_file")]
        without_keys: bool,
    },
    /// Restore a backup into an empty place, and verify it.
    #[command(after_help = "Example:\n  forecourt --data /srv/new restore /backup/2026-11-22.fcb")]
    Restore {
        /// The backup.
        file: PathBuf,
        /// A file whose first line is the passphrase; FILE.key beside the backup is found by itself.
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Explain a case: state, clocks with their derivation, what can be done next, history.
    #[command(after_help = "Example:\n  forecourt explain FC-28T5-CY4T-QKFF-1 --lang zh-CN")]
    Explain {
        /// The case number, as printed on letters and receipts.
        case: String,
        /// The language of the explanation.
        #[arg(long, value_enum, default_value = "en")]
        lang: Language,
        #[command(flatten)]
        who: Who,
    },
    /// List cases, or search their text.
    #[command(
        after_help = "Examples:\n  forecourt cases --state negotiating --limit 20\n  forecourt cases --search 贷款\n  forecourt cases --due"
    )]
    Cases(Cases),
    /// Decide what a similar case is: the same, linked, a repeated complaint, or another matter.
    #[command(after_help = "Example:\n  forecourt similar FC-… FC-… duplicate --actor handler-01")]
    Similar {
        /// The case on which the similarity was noted.
        case: String,
        /// The other case.
        other: String,
        /// What it is.
        #[arg(value_enum)]
        choice: Choice,
        #[command(flatten)]
        who: Who,
    },
    /// Recompute the clocks of all open cases and list what is overdue or due soon.
    #[command(after_help = "Example:\n  forecourt sweep --days 3")]
    Sweep {
        /// Warn of what is due within so many days.
        #[arg(long, default_value_t = 3)]
        days: u16,
    },
    /// Road maps and travel times.
    #[command(
        after_help = "Examples:\n  forecourt map import city.osm.pbf\n  forecourt map info city\n  forecourt map matrix city places.csv --depart 'mon 08:30'\n  forecourt map route city 42.508,1.521 42.543,1.733 --geojson\n\nExtracts of OpenStreetMap come from geofabrik.de and other places; the roads are © OpenStreetMap contributors (ODbL)."
    )]
    Map {
        #[command(subcommand)]
        action: Map,
    },
    /// Plan visits from a problem in JSON: who goes together, to whom, when. Needs no store.
    #[command(
        after_help = "Examples:\n  forecourt plan problem.json --out plan.json --geojson plan.geojson\n  forecourt plan problem.json --seconds 30 --threads 4 --out plan.json\n\nWith --iterations (the default) the same problem, seed, iterations and threads give the same plan on any machine;\nwith --seconds they do not. The format is described in docs/plan-format.md."
    )]
    Plan(Plan),
    /// Check a plan against its problem with the independent checker, and list every violation.
    #[command(
        after_help = "Example:\n  forecourt plan-check problem.json plan.json\n\nExit code 0: lawful; 1: violations; 2: a file cannot be read."
    )]
    PlanCheck(PlanCheck),
    /// Erase a customer: destroy the data key, so that nobody can read the personal texts again.
    #[command(after_help = "Example:\n  forecourt erase --case FC-28T5-CY4T-QKFF-1 --yes")]
    Erase {
        /// A case of the customer.
        #[arg(long)]
        case: String,
        /// Say that you mean it: this cannot be undone.
        #[arg(long)]
        yes: bool,
    },
    /// The reserve of disk space.
    #[command(after_help = "Example:\n  forecourt ballast release")]
    Ballast {
        #[command(subcommand)]
        action: Ballast,
    },
    /// The configuration.
    #[command(after_help = "Example:\n  forecourt config check")]
    Config {
        #[command(subcommand)]
        action: Config,
    },
}

#[derive(Subcommand, Debug)]
pub(crate) enum Map {
    /// Make a road file of an OpenStreetMap extract.
    #[command(after_help = "Example:\n  forecourt map import city.osm.pbf --profile car")]
    Import {
        /// The extract, in the PBF format.
        file: PathBuf,
        /// The road file; DIR/maps/NAME.roads by default.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Who travels: car, foot, or the path of a profile.
        #[arg(long, value_name = "NAME", default_value = "car")]
        profile: String,
    },
    /// Tell what a road file holds.
    #[command(after_help = "Example:\n  forecourt map info city")]
    Info {
        /// The road file, or its name in DIR/maps.
        file: PathBuf,
        /// As one line of JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print seconds and metres between all places of a CSV file (columns id, lat, lon).
    #[command(
        after_help = "Examples:\n  forecourt map matrix city places.csv > times.csv\n  forecourt map matrix city places.csv --osrm http://127.0.0.1:5000 --straight-line --json\n\nStandard error tells who answered, and who could not and why. Customers' places go to the server named, in plain HTTP."
    )]
    Matrix {
        /// The road file, or its name in DIR/maps.
        file: PathBuf,
        /// The places.
        places: PathBuf,
        /// Leave at this local time, such as 'mon 08:30'; without it, roads are free.
        #[arg(long, value_name = "TIME")]
        depart: Option<String>,
        /// Ask this OSRM server first.
        #[arg(long, value_name = "URL", conflicts_with = "valhalla")]
        osrm: Option<String>,
        /// Ask this Valhalla server first.
        #[arg(long, value_name = "URL")]
        valhalla: Option<String>,
        /// When nothing else can answer, take straight lines times 1.4 at 25 km/h.
        #[arg(long)]
        straight_line: bool,
        /// As one line of JSON with tables.
        #[arg(long)]
        json: bool,
    },
    /// Put the ways by road into a planning problem whose places have latitude and longitude.
    #[command(
        after_help = "Example:\n  forecourt map fill city problem.json --depart 'mon 10:00' --out with-roads.json\n  forecourt plan with-roads.json --out plan.json\n\nStandard error tells who answered, and who could not and why. Customers' places go to the server named, in plain HTTP."
    )]
    Fill {
        /// The road file, or its name in DIR/maps.
        file: PathBuf,
        /// The problem.
        problem: PathBuf,
        /// Where the problem with its ways goes.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// The hour for which the ways hold, such as 'mon 10:00'; without it, roads are free.
        #[arg(long, value_name = "TIME")]
        depart: Option<String>,
        /// Seconds added to every way between different places: parking, stairs, the gate.
        #[arg(long, value_name = "S", default_value_t = 300, value_parser = clap::value_parser!(u32).range(..=7200))]
        per_leg: u32,
        /// Ask this OSRM server first.
        #[arg(long, value_name = "URL", conflicts_with = "valhalla")]
        osrm: Option<String>,
        /// Ask this Valhalla server first.
        #[arg(long, value_name = "URL")]
        valhalla: Option<String>,
        /// When nothing else can answer, take straight lines times 1.4 at 25 km/h.
        #[arg(long)]
        straight_line: bool,
    },
    /// Find the fastest way between two places.
    #[command(
        after_help = "Example:\n  forecourt map route city 42.508,1.521 42.543,1.733 --geojson > way.geojson"
    )]
    Route {
        /// The road file, or its name in DIR/maps.
        file: PathBuf,
        /// From where: LAT,LON in degrees.
        #[arg(allow_hyphen_values = true, value_name = "LAT,LON")]
        from: String,
        /// To where: LAT,LON in degrees.
        #[arg(allow_hyphen_values = true, value_name = "LAT,LON")]
        to: String,
        /// Leave at this local time, such as 'mon 08:30'; without it, roads are free.
        #[arg(long, value_name = "TIME")]
        depart: Option<String>,
        /// The course, as a GeoJSON feature.
        #[arg(long)]
        geojson: bool,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Plan {
    /// The problem: days, staff, visits, rules, travel.
    pub(crate) problem: PathBuf,
    /// How long to improve the plan; the first plan and the explanations come on top.
    #[arg(long, value_name = "S", value_parser = seconds, conflicts_with = "iterations")]
    pub(crate) seconds: Option<f64>,
    /// How many attempts to improve the plan, in each thread [default: 10000].
    #[arg(long, value_name = "N")]
    pub(crate) iterations: Option<u64>,
    /// The seed of the search.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// So many searches side by side, each with a seed of its own; the best plan is taken.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    pub(crate) threads: u8,
    /// Begin with this plan: what of it is still lawful stays, until something better is found. With --iterations 0 nothing of it
    /// moves that need not.
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,
    /// Where the plan goes.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Draw the plan on a map, as GeoJSON; needs places with latitude and longitude.
    #[arg(long, value_name = "FILE")]
    pub(crate) geojson: Option<PathBuf>,
    /// Write the visits for people's calendars, as iCalendar; needs dates as labels of the days.
    #[arg(long, value_name = "FILE")]
    pub(crate) ics: Option<PathBuf>,
    /// Write each person's day on a page, to print: as HTML when FILE ends in .html, else as text.
    #[arg(long, value_name = "FILE")]
    pub(crate) run_sheets: Option<PathBuf>,
    /// The language of calendar and run sheets.
    #[arg(long, value_enum, default_value = "en")]
    pub(crate) lang: Language,
}

impl Plan {
    /// Every file that is to be written.
    pub(crate) fn outputs(&self) -> Vec<&std::path::Path> {
        let more = [&self.geojson, &self.ics, &self.run_sheets];
        let more = more.into_iter().flatten();
        [&self.out]
            .into_iter()
            .chain(more)
            .map(PathBuf::as_path)
            .collect()
    }
}

/// Reads a length of time of at most a day.
fn seconds(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|s| (0.0..=86_400.0).contains(s))
        .ok_or_else(|| "a number of seconds from 0 to 86400 is expected".to_owned())
}

#[derive(Args, Debug)]
pub(crate) struct PlanCheck {
    /// The problem.
    pub(crate) problem: PathBuf,
    /// The plan.
    pub(crate) plan: PathBuf,
    /// As one line of JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// The port; 0 takes any free one.
    #[arg(long, value_name = "N")]
    pub(crate) port: Option<u16>,
    /// The configuration file; DIR/forecourt.toml by default.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Subcommand, Debug)]
pub(crate) enum User {
    /// Add a user; the password is the first line of standard input.
    Add {
        /// The bank's directory name.
        id: String,
        /// The name colleagues know them by.
        #[arg(long)]
        name: String,
        /// A role; may be given several times, the first is the one they start in.
        #[arg(long = "role", required = true)]
        roles: Vec<String>,
        /// The branch they belong to.
        #[arg(long)]
        branch: String,
        /// Add them without a password: they cannot sign in by one.
        #[arg(long)]
        no_password: bool,
    },
    /// Set a password: the first line of standard input.
    Password {
        /// The user.
        id: String,
    },
    /// Switch a user off; what they have open ends with their next request.
    Disable {
        /// The user.
        id: String,
    },
    /// Switch a user on again.
    Enable {
        /// The user.
        id: String,
    },
    /// List all users.
    List,
    /// Make a token for a program that acts as this user; it is printed once.
    Token {
        /// The user.
        id: String,
        /// In which role.
        #[arg(long)]
        role: String,
        /// What it is for.
        #[arg(long)]
        label: String,
        /// How long it lasts.
        #[arg(long, default_value_t = 90)]
        days: u16,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Demo {
    /// The port of the desk; 0 takes any free one.
    #[arg(long, value_name = "N", default_value_t = 8088)]
    pub(crate) port: u16,
    /// Only report; do not serve pages afterwards.
    #[arg(long)]
    pub(crate) no_serve: bool,
    /// The seed of the sample bank: the same seed gives the same bank.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// How many complaints are played.
    #[arg(long, default_value_t = 600)]
    pub(crate) cases: usize,
    /// Play imported real complaints instead of the sample's.
    #[arg(long, value_name = "FILE", requires = "map")]
    pub(crate) real: Option<PathBuf>,
    /// The map of that file.
    #[arg(long, value_name = "NAME", requires = "real")]
    pub(crate) map: Option<String>,
    /// The language of the report in the terminal.
    #[arg(long, value_enum, default_value = "zh-cn")]
    pub(crate) lang: Language,
}

#[derive(Args, Debug)]
pub(crate) struct Import {
    /// The file, folder of mails, or maildir.
    pub(crate) file: PathBuf,
    /// The map: a shipped one (forecourt, cfpb) or the path of a map file.
    #[arg(long, value_name = "NAME")]
    pub(crate) map: String,
    /// Where bad rows go.
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
    /// End with one line of JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Cases {
    /// Only cases in this state, by its code.
    #[arg(long)]
    pub(crate) state: Option<String>,
    /// Only cases whose text holds these words.
    #[arg(long)]
    pub(crate) search: Option<String>,
    /// Most urgent first.
    #[arg(long)]
    pub(crate) due: bool,
    /// How many lines.
    #[arg(long, default_value_t = 30)]
    pub(crate) limit: usize,
}

/// Who asks: recorded with every reading of customer data.
#[derive(Args, Debug)]
pub(crate) struct Who {
    /// The directory name of the person who asks.
    #[arg(long, default_value = "operator")]
    pub(crate) actor: String,
    /// The role in which they ask.
    #[arg(long, default_value = "handler")]
    pub(crate) role: String,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Ballast {
    /// Give the reserve up, so that work can go on when the disk is full.
    Release,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Config {
    /// Check configuration, rule packs and catalogue, and explain every mistake.
    Check {
        /// The configuration file; DIR/forecourt.toml by default.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
}

#[derive(ValueEnum, Clone, Copy, Debug)]
pub(crate) enum Language {
    /// Simplified Chinese.
    #[value(name = "zh-cn", alias = "zh-CN", alias = "zh")]
    ZhCn,
    /// Traditional Chinese.
    #[value(name = "zh-tw", alias = "zh-TW", alias = "zh-HK")]
    ZhTw,
    /// English.
    En,
}

impl From<Language> for rules::Lang {
    fn from(l: Language) -> rules::Lang {
        match l {
            Language::ZhCn => rules::Lang::ZhCn,
            Language::ZhTw => rules::Lang::ZhTw,
            Language::En => rules::Lang::En,
        }
    }
}

impl From<Language> for planfile::Lang {
    fn from(l: Language) -> planfile::Lang {
        match l {
            Language::ZhCn => planfile::Lang::ZhCn,
            Language::ZhTw => planfile::Lang::ZhTw,
            Language::En => planfile::Lang::En,
        }
    }
}

#[derive(ValueEnum, Clone, Copy, Debug)]
pub(crate) enum Choice {
    /// The same complaint, come in twice.
    Duplicate,
    /// Worth knowing of each other.
    Link,
    /// The same customer again about the same matter.
    Repeated,
    /// Another matter.
    New,
}
